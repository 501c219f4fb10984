import * as z from "zod";
import { POLICY_BOUNDS } from "../../contract/policies.ts";
import { SEVERITY_LABELS } from "../../contract/severity.ts";
import { descriptions, fieldMeanings } from "./descriptions.ts";
import { tagConditions, TAGS_MEANING } from "./node-conditions.ts";
import { listOf, oneOf, text } from "./value-types.ts";

const words = () => listOf(text(64), "words", { least: 1, most: 20 }).optional();
const levels = [...SEVERITY_LABELS, "UNSPECIFIED"] as const;
const LIST_OF_LEVELS = { error: "must be a list of 1 or more compliance levels" };

const severityRule = z.strictObject(
  {
    complianceLevel: z.array(oneOf(levels), LIST_OF_LEVELS).min(1, LIST_OF_LEVELS).optional().register(fieldMeanings, {
      meaning: "Compliance levels that the patch baseline gives the patch. `UNSPECIFIED` means that it gives none.",
    }),
    vendorSeverity: words().register(fieldMeanings, {
      meaning: "Severities that the vendor gives the patch, such as `Critical` or `Important`.",
    }),
    classification: words().register(fieldMeanings, {
      meaning: "Classifications of the patch, such as `Security` (Linux) or `SecurityUpdates` (Windows).",
    }),
    platform: words().register(fieldMeanings, {
      meaning: "Beginnings of the node's platform name. `Ubuntu` matches every version of Ubuntu.",
    }),
    tags: tagConditions.optional().register(fieldMeanings, { meaning: TAGS_MEANING }),
    severity: oneOf(SEVERITY_LABELS).register(fieldMeanings, {
      meaning: "The severity of a patch that meets all conditions of the rule.",
    }),
  },
  {
    error:
      "must be a rule with severity, and any of complianceLevel, vendorSeverity, classification, platform and tags",
  },
);

const meaning = [
  "Your own severity rules, in order. The first rule that matches a patch sets its severity.",
  "If none matches, the [default policy](finding.md#severity) sets it.",
  "A rule matches if all its conditions match. Each condition is a list of accepted words. Upper and lower case do not matter.",
  "A condition that is left out always matches, so a rule with only `severity` matches every patch.",
  "A node's finding has the highest severity of its noncompliant patches.",
  "The rules do not apply to a node without package details,",
  "or to data in which Systems Manager gives the whole node a severity (association and inventory data).",
].join(" ");

/** The setting `severityRules`. */
export const severityRules = listOf(severityRule, "severity rules", { most: POLICY_BOUNDS.severityRules })
  .default([])
  .register(descriptions, {
    meaning,
    example: [
      { classification: ["Security", "SecurityUpdates"], vendorSeverity: ["Critical"], severity: "CRITICAL" },
      { platform: ["Ubuntu"], complianceLevel: ["UNSPECIFIED"], severity: "MEDIUM" },
    ],
  });
