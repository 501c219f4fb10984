import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { Component } from "../parts/component.ts";
import { CAUSES, type CauseRow } from "../../contract/causes.ts";
import { SOON_DAYS, type DueState } from "../../contract/due.ts";
import { GENERATOR_IDS } from "../../contract/generators.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import type { Settings } from "../settings.ts";

/** Long enough to tell 20 patch groups or owners apart. */
const HASH_LENGTH = 8;
/** AWS CloudFormation reference, AWS::SecurityHub::Insight. Patch groups and owners may have twice as many. */
const MAX_NAME_LENGTH = 128;

interface InsightsArgs {
  readonly settings: Pick<Settings, "insightPatchGroups" | "insightOwners" | "ownerTag">;
}

type Filters = aws.types.input.securityhub.InsightFilters;
const equals = (...values: string[]) => values.map((value) => ({ comparison: "EQUALS", value }));

/** Security Hub cannot compare dates in ProductFields, so findings say how near their due date is. */
const isDue = (value: DueState): Filters => ({
  productFields: [{ key: PRODUCT_FIELDS.due, comparison: "EQUALS", value }],
});

/**
 * Saved views of the open findings in Security Hub: by severity, by cause, due soon, overdue, by patch group, and by
 * owner.
 *
 * @example
 * new Insights("patch-findings-eu-west-1-insights", { settings: { insightPatchGroups: ["prod"], insightOwners: [] } });
 */
export class Insights extends Component {
  constructor(name: string, { settings }: InsightsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("watch:Insights", name, opts);
    this.insight(`${name}-severity`, "open findings by severity", "SeverityLabel", {});
    for (const { field, insight } of CAUSES as readonly CauseRow[]) {
      if (insight === undefined) continue;
      const filters = { productFields: [{ key: field, comparison: "NOT_EQUALS", value: "0" }] };
      this.insight(`${name}-${insight.key}`, insight.title, "ResourceId", filters);
    }
    this.insight(`${name}-soon`, `nodes due within ${SOON_DAYS} days`, "ResourceId", isDue("soon"));
    this.insight(`${name}-overdue`, "overdue nodes", "ResourceId", isDue("overdue"));
    // Security Hub does not group by ProductFields: a patch group that matters is named in the settings.
    for (const group of settings.insightPatchGroups) {
      const filters = { productFields: [{ key: PRODUCT_FIELDS.patchGroup, comparison: "EQUALS", value: group }] };
      this.insight(`${name}-group-${keyOf(group)}`, `nodes of patch group ${group}`, "ResourceId", filters);
    }
    for (const owner of settings.insightOwners) {
      if (settings.ownerTag === undefined) break;
      const filters = { resourceTags: [{ key: settings.ownerTag, comparison: "EQUALS", value: owner }] };
      this.insight(`${name}-owner-${keyOf(owner)}`, `nodes of owner ${owner}`, "ResourceId", filters);
    }
    this.registerOutputs({});
  }

  private insight(name: string, title: string, groupByAttribute: string, filters: Filters): void {
    const open: Filters = {
      generatorIds: equals(GENERATOR_IDS.compliance),
      recordStates: equals("ACTIVE"),
      workflowStatuses: equals("NEW", "NOTIFIED"),
    };
    new aws.securityhub.Insight(
      name,
      { name: nameOf(title), groupByAttribute, filters: { ...open, ...filters } },
      { parent: this },
    );
  }
}

function nameOf(title: string): string {
  const characters = Array.from(`Patch Manager Findings: ${title}`);
  if (characters.length <= MAX_NAME_LENGTH) return characters.join("");
  return `${characters.slice(0, MAX_NAME_LENGTH - 3).join("")}...`;
}

/** Returns a key for resource names. Values may hold any printable characters, and differ only in them. */
function keyOf(value: string): string {
  const words = value.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const hash = createHash("sha256").update(value).digest("hex").slice(0, HASH_LENGTH);
  return [words.join("-").slice(0, 30), hash].filter((part) => part !== "").join("-");
}
