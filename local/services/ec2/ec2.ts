import * as z from "zod";
import type { Ec2Instance } from "../../fleet/fleet.ts";
import { ServiceError, type StandIn } from "../../gateway/stand-in.ts";

const request = z.strictObject({
  Filters: z.array(z.object({ Name: z.string(), Values: z.array(z.string()).max(200) })),
  InstanceIds: z.array(z.string()).max(1000),
  MaxResults: z.coerce.number().int().min(5).max(1000).optional(),
  NextToken: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
});
const INSTANCE_ID = /^i-[0-9A-Za-z]{8,17}$/;
/** The number that EC2 gives each instance state. */
const STATE_CODES: Readonly<Record<string, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/**
 * Answers for EC2 in one Region: which instances exist. If a fleet has no EC2 data, every instance that is requested
 * exists and is running.
 */
export class Ec2 implements StandIn {
  readonly #instances: readonly Ec2Instance[] | undefined;

  constructor(instances: readonly Ec2Instance[] | undefined) {
    this.#instances = instances;
  }

  call(operation: string, input: Record<string, unknown>): unknown {
    if (operation !== "DescribeInstances") {
      throw new ServiceError("UnsupportedOperation", `The local run does not support ${operation}.`);
    }
    const parsed = request.safeParse(input);
    if (!parsed.success) throw new ServiceError("InvalidParameterValue", z.prettifyError(parsed.error));
    const { Filters, InstanceIds, MaxResults, NextToken } = parsed.data;
    if (InstanceIds.length > 0 && MaxResults !== undefined) {
      throw new ServiceError("InvalidParameterCombination", "InstanceIds and MaxResults exclude each other.");
    }
    const found = this.#named(InstanceIds, Filters).filter((instance) => fits(instance, Filters));
    const start = Number(NextToken ?? 0);
    const end = start + (MaxResults ?? found.length);
    return {
      reservationSet: found.slice(start, end).map((instance) => ({ instancesSet: [wire(instance)] })),
      nextToken: end < found.length ? String(end) : undefined,
    };
  }

  #named(instanceIds: readonly string[], filters: z.output<typeof request>["Filters"]): readonly Ec2Instance[] {
    const asked = filters.flatMap(({ Name, Values }) => (Name === "instance-id" ? Values : []));
    const ids = [...new Set([...instanceIds, ...asked])].filter((id) => INSTANCE_ID.test(id));
    const all = this.#instances ?? ids.map((InstanceId) => ({ InstanceId, State: { Name: "running" } }));
    const unknown = instanceIds.find((id) => !all.some(({ InstanceId }) => InstanceId === id));
    if (unknown !== undefined) {
      throw new ServiceError("InvalidInstanceID.NotFound", `The instance ID '${unknown}' does not exist`);
    }
    return instanceIds.length === 0 ? all : all.filter(({ InstanceId }) => instanceIds.includes(InstanceId));
  }
}

/** Returns an instance as EC2's XML has it. Elements without content are left out. */
function wire({ InstanceId, State, LaunchTime, Tags = [] }: Ec2Instance): object {
  const name = State?.Name ?? "running";
  return {
    instanceId: InstanceId,
    instanceState: { code: STATE_CODES[name] ?? 16, name },
    launchTime: LaunchTime?.toISOString(),
    tagSet: Tags.length === 0 ? undefined : Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
  };
}

function fits({ InstanceId, State }: Ec2Instance, filters: z.output<typeof request>["Filters"]): boolean {
  return filters.every(({ Name, Values }) => {
    if (Name === "instance-id") return Values.includes(InstanceId);
    if (Name === "instance-state-name") return Values.includes(State?.Name ?? "running");
    throw new ServiceError("InvalidParameterValue", `The filter '${Name}' is invalid`);
  });
}
