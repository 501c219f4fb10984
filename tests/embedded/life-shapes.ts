/** The parts of a run's findings that the tests of whole lives compare. */
import * as z from "zod";
import type { Outcome } from "./run-embedded.ts";

export const asFinding = z.looseObject({
  Id: z.string(),
  ProductArn: z.string(),
  CreatedAt: z.string(),
  UpdatedAt: z.string(),
  RecordState: z.string(),
  Compliance: z.object({ Status: z.string() }).optional(),
  Workflow: z.object({ Status: z.string() }).optional(),
  Note: z.object({ Text: z.string(), UpdatedBy: z.string() }).optional(),
  Severity: z.object({ Label: z.string() }),
  ProductFields: z.record(z.string(), z.string()),
});
type Shape = z.infer<typeof asFinding>;

export const shapesOf = (findings: readonly object[]): Shape[] => z.array(asFinding).parse(findings);
export const findingsOf = ({ findings }: Outcome): Shape[] => shapesOf(findings);
export const state = ({ RecordState, Compliance, Workflow }: Shape) => [
  RecordState,
  Compliance?.Status,
  Workflow?.Status,
];

/** Ends of operations after the fleets' default one. */
export const LATER = "2026-11-17T02:00:52.000Z";
export const LATEST = "2026-11-18T02:00:52.000Z";
