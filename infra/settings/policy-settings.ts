import * as z from "zod";
import { POLICY_BOUNDS } from "../../contract/policies.ts";
import { SEVERITY_LABELS } from "../../contract/severity.ts";
import { descriptions, fieldMeanings } from "./descriptions.ts";
import { exceptions } from "./exceptions.ts";
import { nodeConditions } from "./node-conditions.ts";
import { severityRules } from "./severity-rules.ts";
import { listOf, trueOrFalse } from "./value-types.ts";

const { days, deadlineRules: mostRules } = POLICY_BOUNDS;

// Zod shows the message of the only part that has the right type, so all have the same one.
const DAYS = { error: `must be a whole number of days from 1 to ${days}, or none` };
const daysOrNone = z.union([z.int(DAYS).min(1, DAYS).max(days, DAYS), z.literal("none")], DAYS);
const daysBySeverity = z.partialRecord(z.enum(SEVERITY_LABELS), daysOrNone, {
  error: `must be a mapping of ${SEVERITY_LABELS.join(", ")} to days`,
});

const patchWithinDays = daysBySeverity.default({}).register(descriptions, {
  meaning:
    "Days within which patches of each severity must be installed. `none` means no deadline. " +
    "A severity that is not named keeps its default: CRITICAL 14, HIGH 30, MEDIUM 90, LOW 180, INFORMATIONAL `none`.",
  example: { CRITICAL: 7, LOW: "none" },
});

const deadlineRule = z.strictObject(
  {
    nodes: nodeConditions.register(fieldMeanings, { meaning: "The nodes: those that meet all conditions." }),
    patchWithinDays: daysBySeverity
      .refine((given) => Object.keys(given).length > 0, { error: "must name at least one severity" })
      .register(fieldMeanings, { meaning: "Days by severity, as in `patchWithinDays`." }),
  },
  { error: "must be a rule with nodes and patchWithinDays" },
);

const deadlineRules = listOf(deadlineRule, "deadline rules", { most: mostRules })
  .default([])
  .register(descriptions, {
    meaning:
      "Other deadlines for some nodes, in order. The first rule that matches a node and names a severity decides. " +
      "If none does, `patchWithinDays` decides.",
    example: [{ nodes: { tags: { Env: ["prod", "live"] } }, patchWithinDays: { CRITICAL: 7, HIGH: 14 } }],
  });

const overdueRaisesSeverity = trueOrFalse().default(false).register(descriptions, {
  meaning: "`true` gives an overdue finding the next higher severity.",
  example: true,
});

/** Settings of severity, deadlines and exceptions. */
export const policySettings = {
  title: "Severity, deadlines and exceptions",
  shape: { severityRules, patchWithinDays, deadlineRules, overdueRaisesSeverity, exceptions },
};
