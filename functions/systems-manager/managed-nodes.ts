import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { isoTime } from "../compliance/patch-source.ts";
import { SHARED_QUOTA_LIMITS } from "../runtime/failure.ts";

/** A managed node. */
export interface ManagedNode {
  readonly nodeId: string;
  /** ISO 8601: when it became a managed node, if Systems Manager says so. */
  readonly registeredAt?: string;
  readonly platformName?: string;
}

interface ManagedNodesPage {
  readonly nodes: readonly ManagedNode[];
  /** Token of the next page. Absent on the last page. */
  readonly next?: string;
}

/** The largest page that DescribeInstanceInformation returns (API reference). */
const PAGE = 50;
/** Attempts of the SDK per call. */
export const MAX_CALL_ATTEMPTS = 5;

/**
 * Returns a function that reads one page of the managed nodes in the Region, connected or not.
 *
 * @example
 * const { nodes, next } = await managedNodes()(token);
 */
export function managedNodes(client = new SSMClient({ ...SHARED_QUOTA_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS })) {
  return async (token?: string): Promise<ManagedNodesPage> => {
    const input = { MaxResults: PAGE, NextToken: token };
    const { InstanceInformationList = [], NextToken = "" } = await client.send(
      new DescribeInstanceInformationCommand(input),
    );
    const nodes = InstanceInformationList.flatMap(({ InstanceId, RegistrationDate, PlatformName: platformName }) => {
      const registeredAt = isoTime(RegistrationDate);
      const known = { ...(registeredAt && { registeredAt }), ...(platformName && { platformName }) };
      return InstanceId === undefined ? [] : [{ nodeId: InstanceId, ...known }];
    });
    return { nodes, ...(NextToken !== "" && { next: NextToken }) };
  };
}
