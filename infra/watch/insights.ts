import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { Component } from "../parts/component.ts";
import { CAUSES, type CauseRow } from "../../contract/causes.ts";
import { GENERATOR_IDS } from "../../contract/generators.ts";
import { PRODUCT_FIELDS } from "../../contract/product-fields.ts";
import type { Settings } from "../settings.ts";

/** Long enough to tell 20 patch groups apart. */
const HASH_LENGTH = 8;
/** AWS CloudFormation reference, AWS::SecurityHub::Insight. Patch groups may have twice as many characters. */
const MAX_NAME_LENGTH = 128;

interface InsightsArgs {
  readonly settings: Pick<Settings, "insightPatchGroups">;
}

type Filters = aws.types.input.securityhub.InsightFilters;
const equals = (...values: string[]) => values.map((value) => ({ comparison: "EQUALS", value }));

/**
 * Saved views of the open findings in Security Hub: by severity, by cause, overdue, and by patch group.
 *
 * @example
 * new Insights("patch-findings-eu-west-1-insights", { settings: { insightPatchGroups: ["prod"] } });
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
    const overdue = { productFields: [{ key: PRODUCT_FIELDS.overdue, comparison: "EQUALS", value: "true" }] };
    this.insight(`${name}-overdue`, "overdue nodes", "ResourceId", overdue);
    // Security Hub does not group by ProductFields: a patch group that matters is named in the settings.
    for (const group of settings.insightPatchGroups) {
      const filters = { productFields: [{ key: PRODUCT_FIELDS.patchGroup, comparison: "EQUALS", value: group }] };
      this.insight(`${name}-group-${keyOf(group)}`, `nodes of patch group ${group}`, "ResourceId", filters);
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

/** Returns a key for resource names. Patch groups may hold any printable characters, and differ only in them. */
function keyOf(group: string): string {
  const words = group.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const hash = createHash("sha256").update(group).digest("hex").slice(0, HASH_LENGTH);
  return [words.join("-").slice(0, 30), hash].filter((part) => part !== "").join("-");
}
