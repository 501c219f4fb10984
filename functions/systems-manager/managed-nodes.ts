import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { CALL_LIMITS } from "../runtime/failure.ts";

export interface ManagedNodesPage {
  readonly nodeIds: readonly string[];
  readonly next?: string;
}

/** The largest page of DescribeInstanceInformation. */
const PAGE = 50;
export const MAX_ATTEMPTS = 5;

/** One page of all managed nodes of the Region, connected or not, at a time. */
export function managedNodes(client = new SSMClient({ ...CALL_LIMITS, maxAttempts: MAX_ATTEMPTS })) {
  return async (token?: string): Promise<ManagedNodesPage> => {
    const input = { MaxResults: PAGE, NextToken: token };
    const { InstanceInformationList = [], NextToken = "" } = await client.send(
      new DescribeInstanceInformationCommand(input),
    );
    const nodeIds = InstanceInformationList.flatMap(({ InstanceId }) => InstanceId ?? []);
    return { nodeIds, ...(NextToken !== "" && { next: NextToken }) };
  };
}
