/** Runs what `pulumi up` created with the sample fleet's events. */
import { join } from "node:path";
import { defaultEvents } from "../../../local/fleet/default-events.ts";
import { loadFleet } from "../../../local/fleet/fleet-file.ts";
import type { Fleet } from "../../../local/fleet/fleet.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { programParts } from "../../../local/program/program-parts.ts";
import { startCloud } from "../../../local/run/cloud.ts";
import { makeReport, type Report } from "../../../local/run/report.ts";
import { untilQueuesAreEmpty } from "../../../local/run/settling.ts";
import { Ec2 } from "../../../local/services/ec2/ec2.ts";
import { SecurityHub } from "../../../local/services/security-hub/security-hub.ts";
import { SystemsManager } from "../../../local/services/systems-manager/systems-manager.ts";
import { accountGraph } from "../provider/account/account-graph.ts";

const SAMPLE_FLEET = join(import.meta.dirname, "..", "..", "..", "local", "sample-fleet");

export const sampleFleet = (): Promise<Fleet> => loadFleet(SAMPLE_FLEET);

/**
 * Sends the events of the sample fleet to the resources of an account folder, and waits until no work is left.
 *
 * @example const { findings } = await runDeployed(stack.account);
 */
export async function runDeployed(folder: string): Promise<Report> {
  const now = () => new Date();
  const fleet = await sampleFleet();
  const { account, region, findings, instances, arrives, tags } = fleet;
  const gateway = await Gateway.listen();
  const resources = accountGraph(folder, { queueUrl: gateway.queueUrl });
  const program = programParts(resources, region);
  const ssm = new SystemsManager(fleet);
  const hub = new SecurityHub({ account, region, now, findings: [...findings], tags });
  const services = { ssm, securityhub: hub, ec2: new Ec2(instances) };
  const cloud = await startCloud({
    resources,
    gateway,
    services: Object.fromEntries(
      Object.entries(services).map(([name, service]) => [name, new Map([[region, service]])]),
    ),
    schedules: (rule) => rule !== program.sweepSchedule,
    now,
  });
  try {
    for (const [nodeId, seconds] of arrives) ssm.expectData(nodeId, seconds * 1000);
    await cloud.putEvents(defaultEvents(fleet, { now }).events);
    await untilQueuesAreEmpty({ cloud, program, longestFaultMs: 0 });
    return await makeReport(cloud, program.queues, hub.findings(), 0, hub.violations);
  } finally {
    ssm.close();
    await cloud.close();
  }
}
