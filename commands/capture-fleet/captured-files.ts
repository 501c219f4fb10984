import type { FleetSources, PatchRows } from "./fleet-sources.ts";
import type { Stored } from "./journal.ts";
import * as records from "./redacted-records.ts";
import { REDACTED_ACCOUNT, type Pseudonyms, type Rule } from "./redaction.ts";

type Read<Source extends keyof FleetSources> = Stored<Awaited<ReturnType<FleetSources[Source]>>>;

/** The patch data of one node. */
export interface CapturedNode extends Stored<PatchRows> {
  /** Null if the node was never scanned, or only by AWS-RunPatchBaselineAssociation. */
  readonly state: Read<"patchStates">[number] | null;
}

/** Everything that was read from an account and Region. */
export interface Captured {
  readonly account: string;
  readonly region: string;
  readonly listed: Read<"nodes">;
  readonly summaries: Read<"summaries">;
  readonly nodes: readonly CapturedNode[];
  readonly findings?: Read<"findings">;
  readonly instances?: readonly object[];
}

/**
 * Returns the files of the fleet directory: name -> content.
 *
 * @param names replace ids and names; default: everything stays as AWS returned it
 */
export function capturedFiles(captured: Captured, names?: Pseudonyms): Map<string, unknown> {
  const { account, region, listed, summaries, nodes, findings, instances } = captured;
  const redacted = (rule: Rule, value: unknown): unknown => (names === undefined ? value : rule(value, names));
  const list = (rule: Rule, values: readonly unknown[]): unknown[] => values.map((value) => redacted(rule, value));
  const files = new Map<string, unknown>([
    ["account.json", { AccountId: names === undefined ? account : REDACTED_ACCOUNT, Region: region }],
    [
      "list-resource-compliance-summaries.json",
      { ResourceComplianceSummaryItems: list(records.complianceSummary, summaries) },
    ],
    [
      "list-compliance-items.json",
      {
        ComplianceItems: list(
          records.complianceItem,
          nodes.flatMap(({ items }) => items),
        ),
      },
    ],
  ]);
  for (const rows of nodes.flatMap(({ inventory }) => inventory)) {
    const shown = redacted(records.inventoryRows, rows) as typeof rows;
    const type = (shown.TypeName ?? "").replace(":", ".");
    files.set(`list-inventory-entries/${shown.InstanceId}.${type}.json`, shown);
  }
  if (findings) files.set("findings.json", { Findings: list(records.finding, findings) });
  if (instances) files.set("describe-instances.json", { Reservations: list(records.reservation, instances) });
  const states = nodes.flatMap(({ state }) => state ?? []);
  files.set("describe-instance-patch-states.json", { InstancePatchStates: list(records.patchState, states) });
  files.set("describe-instance-information.json", { InstanceInformationList: list(records.node, listed) });
  return files;
}
