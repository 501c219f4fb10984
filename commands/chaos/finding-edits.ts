import { Random } from "./random.ts";

/** Edits that people make to findings in Security Hub. The program must never undo them. */
const EDITS: readonly ((finding: object) => object)[] = [
  (finding) => ({ ...finding, Workflow: { Status: "SUPPRESSED" }, WorkflowState: "DEFERRED" }),
  (finding) => ({ ...finding, Workflow: { Status: "NOTIFIED" }, WorkflowState: "ASSIGNED" }),
  (finding) => ({ ...finding, Severity: { Label: "LOW", Normalized: 1, Original: "as a person sees it" } }),
  (finding) => ({
    ...finding,
    Note: { Text: "We patch on Sunday.", UpdatedBy: "someone@example.com", UpdatedAt: "2026-01-02T03:04:05.000Z" },
  }),
];

/** Returns the findings with edits by people in about one of three. Depends only on the Ids and the seed. */
export function edited(findings: readonly object[], seed: string): object[] {
  return findings.map((finding) => {
    const random = new Random(`${seed} edit of ${String(Reflect.get(finding, "Id"))}`);
    return random.chance(0.35) ? random.pick(EDITS)(finding) : finding;
  });
}
