/** The Security Hub of an account and Region, as commands find it and read it. */
import {
  DescribeHubCommand,
  type AwsSecurityFinding,
  type AwsSecurityFindingFilters,
  type SecurityHubClient,
} from "@aws-sdk/client-securityhub";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";

export interface HubScope {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** ARN of the hub, as DescribeHub says it. @throws where Security Hub is not enabled */
export async function hubArn(client: SecurityHubClient): Promise<string> {
  return (await client.send(new DescribeHubCommand({}))).HubArn ?? "";
}

/** Hub ARN -> where the hub is. @throws where it is none */
export function hubScope(hubArn: string): HubScope {
  const [, partition, region, account] = /^arn:(aws[a-z-]*):securityhub:([a-z0-9-]+):(\d{12}):hub\//.exec(hubArn) ?? [];
  if (partition === undefined || region === undefined || account === undefined) {
    throw new Error(`Security Hub says that its hub is ${JSON.stringify(hubArn)}, which is no hub's ARN`);
  }
  return { partition, region, account };
}

/** All findings that fit the filters, page by page. @throws whatever a page throws */
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
