import { DescribeInstancesCommand, EC2Client, type Filter, type Instance as Description } from "@aws-sdk/client-ec2";
import type { RunningInstance } from "../compliance/unmanaged.ts";
import { SHARED_QUOTA_LIMITS } from "../runtime/failure.ts";

interface InstancesPage {
  readonly instances: readonly RunningInstance[];
  /** Token of the next page. Absent on the last page. */
  readonly next?: string;
}

/** The reads of EC2 that the sweep needs. */
export interface Instances {
  /** Reads one page of the running instances in the Region. */
  running(token?: string): Promise<InstancesPage>;
  /** Returns which of at most 50 instances run. */
  runningAmong(nodeIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** EC2 allows up to 1,000. A page of the sweep also asks Systems Manager about its instances, 50 at a time. */
const PAGE = 200;
const MAX_CALL_ATTEMPTS = 5;
const RUNNING: Filter = { Name: "instance-state-name", Values: ["running"] };

/**
 * Returns the reads of EC2 that the sweep needs. They throw any error of a call.
 *
 * @example
 * const { instances, next } = await ec2Instances().running(token);
 */
export function ec2Instances(
  client = new EC2Client({ ...SHARED_QUOTA_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS }),
): Instances {
  const read = async (Filters: Filter[], NextToken?: string): Promise<InstancesPage> => {
    const input = { Filters, MaxResults: PAGE, NextToken };
    const { Reservations = [], NextToken: next = "" } = await client.send(new DescribeInstancesCommand(input));
    const instances = Reservations.flatMap(({ Instances: all = [] }) => all.flatMap(instanceOf));
    return { instances, ...(next !== "" && { next }) };
  };
  return {
    running: (token) => read([RUNNING], token),
    runningAmong: async (nodeIds) => {
      const found = new Set<string>();
      if (nodeIds.length === 0) return found;
      const filters = [RUNNING, { Name: "instance-id", Values: [...nodeIds] }];
      const tokens = new Set<string | undefined>();
      for (let token: string | undefined; !tokens.has(token);) {
        tokens.add(token);
        const { instances, next } = await read(filters, token);
        for (const { nodeId } of instances) found.add(nodeId);
        if (next === undefined) return found;
        token = next;
      }
      throw new Error("the service returned the same page token twice");
    },
  };
}

function instanceOf({ InstanceId, LaunchTime, Tags = [] }: Description): RunningInstance[] {
  if (InstanceId === undefined) return [];
  const tags = new Map(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
  return [{ nodeId: InstanceId, tags, ...(LaunchTime && { startedAt: LaunchTime.toISOString() }) }];
}
