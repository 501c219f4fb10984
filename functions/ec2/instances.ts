import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { chunks } from "../runtime/chunks.ts";
import { CALL_LIMITS } from "../runtime/failure.ts";
import { allPages } from "../systems-manager/pages.ts";

/** What the sweep needs of EC2. */
export interface Instances {
  /** Instance id -> state (`running`, `stopped`, `terminated`, ...); ids that EC2 does not know are not in it. */
  states(instanceIds: readonly string[]): Promise<Map<string, string>>;
}

/** A filter takes 200 values. Filtering by id, unlike asking by id, takes unknown ids without an error. */
const IDS_PER_CALL = 200;
const MAX_RESULTS = 1000;
const MAX_ATTEMPTS = 5;

export function ec2Instances(client = new EC2Client({ ...CALL_LIMITS, maxAttempts: MAX_ATTEMPTS })): Instances {
  return {
    states: async (instanceIds) => {
      const states = new Map<string, string>();
      for (const ids of chunks(instanceIds, IDS_PER_CALL)) {
        const Filters = [{ Name: "instance-id", Values: ids }];
        const reservations = await allPages(async (token) => {
          const input = { Filters, MaxResults: MAX_RESULTS, NextToken: token };
          const { Reservations, NextToken } = await client.send(new DescribeInstancesCommand(input));
          return { items: Reservations, next: NextToken };
        });
        for (const { InstanceId, State } of reservations.flatMap(({ Instances: found = [] }) => found)) {
          if (InstanceId !== undefined) states.set(InstanceId, State?.Name ?? "unknown");
        }
      }
      return states;
    },
  };
}
