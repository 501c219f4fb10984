/** Systems Manager's answers about patches, for the tests of Gather. */
import type { ComplianceItem, InstancePatchState } from "@aws-sdk/client-ssm";
import type { NodeSummary } from "../../functions/systems-manager/compliance-summaries.ts";
import type { ComplianceFilter, PatchData } from "../../functions/systems-manager/systems-manager.ts";
import { minutes, NODE } from "../fixtures/node-fixtures.ts";

export interface World {
  readonly states?: readonly InstancePatchState[];
  readonly items?: readonly ComplianceItem[];
  /** Summaries by node. A node without one is read itself. */
  readonly summaries?: Readonly<Record<string, NodeSummary>>;
  readonly inventory?: Readonly<Record<string, Record<string, string>[]>>;
  /** Computer name of the nodes. */
  readonly computerName?: string;
  /** Registration time of the nodes. */
  readonly registeredAt?: string;
  /** Node id -> its tags. Absent if nothing reads tags. */
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether lists of nodes are in reverse order. */
  readonly backwards?: boolean;
  /** Returns the error that a call throws, if any. */
  readonly fails?: (call: string, ids: readonly string[]) => Error | undefined;
}

/** Simulates the part of Systems Manager that Gather reads, and records every call. */
export function world({
  states = [],
  items = [],
  summaries = {},
  inventory = {},
  registeredAt,
  computerName,
  tags,
  backwards = false,
  fails = () => undefined,
}: World) {
  const calls: string[] = [];
  const answer = <Answer>(call: string, ids: readonly string[], value: () => Answer): Promise<Answer> => {
    calls.push(call);
    const failure = fails(call, ids);
    return failure === undefined ? Promise.resolve(value()) : Promise.reject(failure);
  };
  const filtered = (id: string, { complianceType, status }: ComplianceFilter = {}) =>
    items.filter(
      (item) =>
        (item.ResourceId ?? NODE) === id &&
        (complianceType === undefined || item.ComplianceType === complianceType) &&
        (status === undefined || item.Status === status),
    );
  const data: PatchData = {
    patchStates: (ids) => {
      return answer("patchStates", ids, () => states.filter(({ InstanceId = "" }) => ids.includes(InstanceId)));
    },
    nodes: (ids) =>
      answer("nodes", ids, () =>
        (backwards ? ids.toReversed() : ids).map((InstanceId) => ({
          InstanceId,
          PlatformName: "Amazon Linux",
          ComputerName: computerName ?? `\u0007${"n".repeat(99)}`,
          ...(registeredAt && { RegistrationDate: new Date(registeredAt) }),
        })),
      ),
    summaries: (ids) =>
      answer("summaries", ids, () => new Map(Object.entries(summaries).filter(([id]) => ids.includes(id)))),
    complianceItems: (id, filter) => {
      const words = [filter?.complianceType, filter?.status].filter((word) => word !== undefined);
      return answer(`items ${words.join(" ") || "all"}`, [id], () => filtered(id, filter));
    },
    hasComplianceItems: (id, filter) => answer("hasItems", [id], () => filtered(id, filter).length > 0),
    inventory: (id, type) => answer(`inventory ${type}`, [id], () => inventory[type] ?? []),
    ...(tags && {
      tags: (ids) => answer("tags", ids, () => new Map(Object.entries(tags).filter(([id]) => ids.includes(id)))),
    }),
  };
  return { data, calls };
}

export function state(parts: Partial<InstancePatchState> = {}): InstancePatchState {
  return {
    InstanceId: NODE,
    PatchGroup: "",
    BaselineId: "pb-0c10e65780EXAMPLE",
    Operation: "Scan",
    OperationStartTime: new Date(minutes(-61)),
    OperationEndTime: new Date(minutes(-60)),
    ...parts,
  };
}

export function patchItem(parts: Partial<ComplianceItem> = {}): ComplianceItem {
  const Details = { PatchState: "Missing", PatchSeverity: "Important", Classification: "Security" };
  const ExecutionSummary = { ExecutionTime: new Date(minutes(-61)) };
  return {
    ComplianceType: "Patch",
    Id: "KB1",
    Title: "t",
    Status: "NON_COMPLIANT",
    ExecutionSummary,
    Details,
    ...parts,
  };
}

export function associationItem(
  id: string,
  detailed: object | string,
  parts: Partial<ComplianceItem> = {},
  document = "AWS-RunPatchBaselineAssociation",
): ComplianceItem {
  const DetailedText = typeof detailed === "string" ? detailed : JSON.stringify(detailed);
  const Details = { DocumentName: document, PatchBaselineId: "pb-1", DetailedText };
  return { ComplianceType: "Association", Id: id, Status: "NON_COMPLIANT", Details, ...parts };
}

/** Returns an error as the SDK throws it. */
export function failure(name: string, status = 400): Error {
  return Object.assign(new Error("words"), { name, $metadata: { httpStatusCode: status } });
}
