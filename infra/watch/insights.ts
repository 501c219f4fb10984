import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings.ts";

export interface InsightsArgs {
  readonly settings: Pick<Settings, "insightPatchGroups">;
}

/** Of all findings of this program; functions/finding/finding-identity.ts writes them. */
const GENERATOR = "patch-manager-findings";

/** ProductFields that tell the causes; functions/finding/product-fields.ts writes them. */
const CAUSES: Readonly<Record<string, { readonly field: string; readonly name: string }>> = {
  missing: { field: "PatchFindings/Missing", name: "nodes with missing patches" },
  failed: { field: "PatchFindings/Failed", name: "nodes with failed patches" },
  reboot: { field: "PatchFindings/PendingReboot", name: "nodes that need a reboot" },
  rejected: { field: "PatchFindings/Rejected", name: "nodes with rejected patches" },
};

type Filters = aws.types.input.securityhub.InsightFilters;
const equals = (...values: string[]) => values.map((value) => ({ comparison: "EQUALS", value }));

/** Saved views over the open findings. */
export class Insights extends pulumi.ComponentResource {
  constructor(name: string, { settings }: InsightsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("patch-manager-findings:index:Insights", name, {}, opts);
    this.insight(`${name}-severity`, "open findings by severity", "SeverityLabel", {});
    for (const [kind, { field, name: title }] of Object.entries(CAUSES)) {
      const filters = { productFields: [{ key: field, comparison: "NOT_EQUALS", value: "0" }] };
      this.insight(`${name}-${kind}`, title, "ResourceId", filters);
    }
    const overdue = { productFields: [{ key: "PatchFindings/Overdue", comparison: "EQUALS", value: "true" }] };
    this.insight(`${name}-overdue`, "overdue nodes", "ResourceId", overdue);
    // Security Hub does not group by ProductFields: a patch group that matters is named in the settings.
    for (const [index, group] of settings.insightPatchGroups.entries()) {
      const filters = { productFields: [{ key: "PatchFindings/PatchGroup", comparison: "EQUALS", value: group }] };
      this.insight(`${name}-group-${index}`, `nodes of patch group ${group}`, "ResourceId", filters);
    }
    this.registerOutputs({});
  }

  private insight(name: string, title: string, groupByAttribute: string, filters: Filters): void {
    const open: Filters = {
      generatorIds: equals(GENERATOR),
      recordStates: equals("ACTIVE"),
      workflowStatuses: equals("NEW", "NOTIFIED"),
    };
    new aws.securityhub.Insight(
      name,
      { name: `Patch Manager Findings: ${title}`, groupByAttribute, filters: { ...open, ...filters } },
      { parent: this },
    );
  }
}
