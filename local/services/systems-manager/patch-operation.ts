import { randomUUID } from "node:crypto";
import type { Fleet } from "../../fleet/fleet.ts";
import { parseTime } from "../../fleet/wire-time.ts";
import { detailedText, summaryEntry } from "./patch-texts.ts";

/** One run of a patch document on one node. */
export interface PatchOperation {
  readonly type: "Scan" | "Install";
  readonly start: Date;
  readonly end: Date;
  readonly snapshotId: string;
  readonly rebootOption: "NoReboot" | "RebootIfNeeded";
  /** Whether one package fails to install. */
  readonly fails: boolean;
}

const STARTED_BEFORE_MS = 30_000;
const ENDED_BEFORE_MS = 1_000;

/** Returns an operation that ended just now, later than any operation in the node's data. */
export function operationOn(
  part: Fleet,
  { type, fails }: Pick<PatchOperation, "type" | "fails">,
  now: Date,
): PatchOperation {
  const latest = Math.max(0, ...knownTimes(part).map((time) => time?.getTime() ?? 0));
  const start = Math.max(now.getTime() - STARTED_BEFORE_MS, latest + 1);
  const end = Math.max(now.getTime() - ENDED_BEFORE_MS, start + 1);
  return {
    type,
    fails,
    start: new Date(start),
    end: new Date(end),
    snapshotId: randomUUID(),
    rebootOption: type === "Scan" ? "NoReboot" : "RebootIfNeeded",
  };
}

function knownTimes({ patchStates, complianceItems, inventory }: Fleet): (Date | undefined)[] {
  return [
    ...patchStates.map(({ OperationEndTime }) => OperationEndTime),
    ...complianceItems.flatMap((item) => [
      item.ComplianceType === "Patch" ? item.ExecutionSummary?.ExecutionTime : undefined,
      parseTime(detailedText(item)["OperationEndTime"]),
    ]),
    ...[...inventory.values()].map((types) => parseTime(summaryEntry(types)?.["OperationEndTime"])),
  ];
}
