import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultRule } from "../../local/gateway/faults.ts";
import type { Fleet } from "../../local/fleet/fleet.ts";

/** All that a phase is given. */
export interface PhaseInput {
  readonly fleet: Fleet;
  /** What Security Hub holds at the start. */
  readonly findings: readonly object[];
  readonly events: readonly object[];
  /** None in the calm run. */
  readonly faults: readonly FaultRule[];
}

/** Where `npm start` finds a phase's input. */
export interface PhaseFiles {
  readonly fleet: string;
  readonly events: string;
  readonly faults: string;
}

/** Writes a phase as the files that `npm start` takes, so that a person can repeat it with the console open. */
export async function writePhase(folder: string, { fleet, findings, events, faults }: PhaseInput): Promise<PhaseFiles> {
  await mkdir(folder, { recursive: true });
  const { account, region, nodes, patchStates, complianceItems, complianceSummaries, instances = [] } = fleet;
  const files: Readonly<Record<string, unknown>> = {
    "account.json": { AccountId: account, Region: region },
    "describe-instance-information.json": { InstanceInformationList: nodes },
    "describe-instance-patch-states.json": { InstancePatchStates: patchStates },
    "list-compliance-items.json": { ComplianceItems: complianceItems },
    "list-resource-compliance-summaries.json": { ResourceComplianceSummaryItems: complianceSummaries },
    "describe-instances.json": { Reservations: [{ Instances: instances }] },
    "findings.json": { Findings: findings },
    "events.json": events,
    "faults.json": faults,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
  return { fleet: folder, events: join(folder, "events.json"), faults: join(folder, "faults.json") };
}
