/** Finds and reads the Security Hub of an account and Region. */
import {
  DescribeHubCommand,
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
  type SecurityHubClient,
} from "@aws-sdk/client-securityhub";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import type { AccountScope } from "../../functions/work/account-scope.ts";

/** The account and Region of a hub, with the partition that its ARN names. */
export interface HubScope extends AccountScope {
  readonly partition: string;
}

/** Returns the hub's ARN from DescribeHub. @throws {Error} if Security Hub is not enabled */
export async function hubArn(client: SecurityHubClient): Promise<string> {
  return (await client.send(new DescribeHubCommand({}))).HubArn ?? "";
}

/**
 * Returns the partition, Region and account in a hub's ARN.
 *
 * @throws {Error} if it is not the ARN of a hub
 * @example hubScope("arn:aws:securityhub:eu-west-1:111122223333:hub/default").region; // "eu-west-1"
 */
export function hubScope(hubArn: string): HubScope {
  const [, partition, region, account] = /^arn:(aws[a-z-]*):securityhub:([a-z0-9-]+):(\d{12}):hub\//.exec(hubArn) ?? [];
  if (partition === undefined || region === undefined || account === undefined) {
    throw new Error(
      `DescribeHub returned the hub ARN ${JSON.stringify(hubArn)}; expected arn:PARTITION:securityhub:REGION:ACCOUNT:hub/NAME`,
    );
  }
  return { partition, region, account };
}

/** Yields all findings that match the filters. Reads one page at a time. @throws {Error} if a page cannot be read */
export async function* findingsOf(
  hub: Pick<SecurityHub, "search">,
  filters: AwsSecurityFindingFilters,
): AsyncGenerator<AwsSecurityFinding> {
  let token: string | undefined;
  do {
    const page = await hub.search(filters, token);
    yield* page.findings;
    token = page.next;
  } while (token !== undefined);
}
