import type { FindingView } from "./finding-view.ts";

/** Hosts of the AWS console by partition (AWS General Reference, "Amazon Resource Names" and sign-in pages). */
const HOSTS: Readonly<Record<string, (region: string) => string>> = {
  aws: (region) => `${region}.console.aws.amazon.com`,
  "aws-us-gov": () => "console.amazonaws-us-gov.com",
  "aws-cn": () => "console.amazonaws.cn",
};

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/**
 * Returns the address of CloudWatch's alarms in a Region, or undefined if it is no known Region's name.
 *
 * @example alarmsUrl("eu-west-1"); // "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:"
 */
export function alarmsUrl(region: string): string | undefined {
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  const host = REGION.test(region) ? HOSTS[partition]?.(region) : undefined;
  return host === undefined ? undefined : `https://${host}/cloudwatch/home?region=${region}#alarmsV2:`;
}

/**
 * Returns the address of a finding in the console of Security Hub CSPM, or undefined if the finding names no known
 * partition or Region.
 *
 * @example securityHubUrl(view); // "https://eu-west-1.console.aws.amazon.com/securityhub/home?region=eu-west-1#/findings?..."
 */
export function securityHubUrl({ id, productArn, region }: FindingView): string | undefined {
  const host = HOSTS[productArn.split(":")[1] ?? ""]?.(region);
  if (host === undefined || !REGION.test(region)) return undefined;
  // The console escapes its own escapes: "\operator\:EQUALS\:" is encoded, and the Id within it twice.
  const search = `Id=${encodeURIComponent(`\\operator\\:EQUALS\\:${id}`)}`;
  return `https://${host}/securityhub/home?region=${region}#/findings?search=${encodeURIComponent(search)}`;
}
