import type { InstanceInformation } from "@aws-sdk/client-ssm";
import { isoTime } from "../compliance/patch-source.ts";
import type { NodeDescription, NodeReading } from "../compliance/reading.ts";
import { cleanText } from "../runtime/text.ts";

const MAX_DESCRIPTION_BYTES = 64;
/** 255 characters of any script. Not shorter, because people filter by the name. */
const MAX_COMPUTER_NAME_BYTES = 1_020;

/** Returns what Systems Manager's list of managed nodes says about a node; nothing if the node is not listed. */
export function describeNode(
  node: InstanceInformation | undefined,
): Pick<NodeReading, "node" | "listed" | "online" | "pingedAt" | "registeredAt"> {
  if (node === undefined) return {};
  const platformName = cleanText(node.PlatformName, MAX_DESCRIPTION_BYTES);
  const platformVersion = cleanText(node.PlatformVersion, MAX_DESCRIPTION_BYTES);
  const computerName = cleanText(node.ComputerName, MAX_COMPUTER_NAME_BYTES);
  const registeredAt = isoTime(node.RegistrationDate);
  const pingedAt = isoTime(node.LastPingDateTime);
  const description: NodeDescription = {
    ...(platformName && { platformName }),
    ...(platformVersion && { platformVersion }),
    ...(computerName && { computerName }),
  };
  return {
    node: description,
    listed: true,
    ...(node.PingStatus === "Online" && { online: true }),
    ...(pingedAt && { pingedAt }),
    ...(registeredAt && { registeredAt }),
  };
}
