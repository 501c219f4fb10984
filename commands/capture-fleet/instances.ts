import { EC2Client, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { chunks } from "../../functions/runtime/chunks.ts";
import { CALL_LIMITS } from "../../functions/runtime/failure.ts";
import { allItems } from "../../functions/systems-manager/pages.ts";

/** The reads of EC2 that capturing a fleet needs. */
export interface Instances {
  /** Returns instance id -> state (`running`, `stopped`, `terminated`, ...). Ids that EC2 does not know are left out. */
  states(instanceIds: readonly string[]): Promise<Map<string, string>>;
}

/** A filter takes 200 values (API reference, "DescribeInstances"). Unlike `InstanceIds`, it accepts unknown ids. */
const IDS_PER_CALL = 200;
const MAX_RESULTS = 1000;
const MAX_CALL_ATTEMPTS = 5;

/**
 * Returns the reads of EC2.
 *
 * @example
 * const states = await ec2Instances().states(["i-0123456789abcdef0"]);
 */
export function ec2Instances(client = new EC2Client({ ...CALL_LIMITS, maxAttempts: MAX_CALL_ATTEMPTS })): Instances {
  return {
    states: async (instanceIds) => {
      const states = new Map<string, string>();
      for (const ids of chunks(instanceIds, IDS_PER_CALL)) {
        const Filters = [{ Name: "instance-id", Values: ids }];
        const pages = paginateDescribeInstances({ client, pageSize: MAX_RESULTS }, { Filters });
        const reservations = await allItems(pages, ({ Reservations }) => Reservations);
        for (const { InstanceId, State } of reservations.flatMap(({ Instances: found = [] }) => found)) {
          if (InstanceId !== undefined) states.set(InstanceId, State?.Name ?? "unknown");
        }
      }
      return states;
    },
  };
}
