import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { CALL_LIMITS } from "../runtime/failure.ts";

interface ManagedNodesPage {
  readonly nodeIds: readonly string[];
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
 * const { nodeIds, next } = await managedNodes()(token);
 */
export function managedNodes(client = new SSMClient({ ...CALL_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS })) {
  return async (token?: string): Promise<ManagedNodesPage> => {
    const input = { MaxResults: PAGE, NextToken: token };
    const { InstanceInformationList = [], NextToken = "" } = await client.send(
      new DescribeInstanceInformationCommand(input),
    );
    const nodeIds = InstanceInformationList.flatMap(({ InstanceId }) => InstanceId ?? []);
    return { nodeIds, ...(NextToken !== "" && { next: NextToken }) };
  };
}
