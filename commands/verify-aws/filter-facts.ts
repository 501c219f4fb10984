/** Facts about how Systems Manager filters and pages lists. */
import type { FactGroup } from "./fact.ts";
import * as checks from "./filter-checks.ts";

const SUMMARIES = "functions/systems-manager/compliance-summaries.ts";
const READER = "functions/systems-manager/node-reader.ts";

export const FILTER_FACTS: FactGroup = {
  title: "Systems Manager: filters and pages",
  facts: [
    {
      id: "status-filter-pages",
      how: "read",
      statement: "ListComplianceItems filters by Status before it cuts pages.",
      assumed: "Every page but the last is full, so one call reads most noncompliant nodes.",
      then: "Gather reads the noncompliant items of a node in one call.",
      otherwise: "Gather reads all pages, so the result is the same. A node with many items costs more calls.",
      handled: true,
      reliesOn: ["functions/systems-manager/systems-manager.ts", READER],
      check: checks.checkStatusFilter,
    },
    {
      id: "type-filter-first-page",
      how: "read",
      statement: "ListComplianceItems filters by ComplianceType before it cuts pages.",
      assumed: "If a node has Patch items, the first page of them is not empty.",
      then: "Gather asks for one page to learn whether a node has Patch items.",
      otherwise: "A finding can lack the note that its counts and its patches differ. Its status stays right.",
      handled: true,
      reliesOn: ["functions/systems-manager/systems-manager.ts", READER],
      check: checks.checkTypeFilter,
    },
    {
      id: "summaries-many-ids",
      how: "read",
      statement: "A filter of ListResourceComplianceSummaries takes 20 InstanceId values.",
      assumed: "One call returns the summaries of up to 20 nodes.",
      then: "Gather spares the items of compliant nodes: a twentieth of a call per node.",
      otherwise: "Gather reads the items of every node without a summary: one call per node.",
      handled: true,
      reliesOn: [SUMMARIES, "functions/systems-manager/spared-reads.ts"],
      check: checks.checkManyIds,
    },
    {
      id: "summaries-both-types",
      how: "read",
      statement: "A filter of ListResourceComplianceSummaries takes both compliance types.",
      assumed: "One call returns the summaries of patches and of associations.",
      then: "Gather asks for both types at once.",
      otherwise:
        "If the filter is refused, Gather asks for one type at a time. If only the first value counts, it reads the items.",
      handled: true,
      reliesOn: [SUMMARIES, "functions/systems-manager/compliance-filters.ts"],
      check: checks.checkBothTypes,
    },
    {
      id: "summaries-one-page",
      how: "read",
      statement: "ListResourceComplianceSummaries filters before it cuts pages.",
      assumed: "The summaries of 20 nodes come in one page.",
      then: "Gather reads one page per 20 nodes.",
      otherwise: "After 4 pages Gather gives summaries up, and reads the items of every node.",
      handled: true,
      reliesOn: [SUMMARIES],
      check: checks.checkOnePage,
    },
    {
      id: "noncompliant-summaries",
      how: "read",
      statement: "ListResourceComplianceSummaries filters by Status and both compliance types in one call.",
      assumed: "The sweep gets all noncompliant nodes, of both types.",
      then: "The sweep lists noncompliant nodes in one list.",
      otherwise:
        "If the filter is refused, the sweep asks for Status only. It checks the status again, and has the patch states too.",
      handled: true,
      reliesOn: ["functions/systems-manager/fleet-summaries.ts"],
      check: checks.checkNoncompliantSummaries,
    },
    {
      id: "unknown-id-patch-states",
      how: "read",
      statement: "DescribeInstancePatchStates leaves out ids that it does not know.",
      assumed: "An unknown id is no error, and other nodes of the call are returned.",
      then: "Gather takes a node without a state as a node without patch data.",
      otherwise:
        "If the call is refused as InvalidInstanceId, Gather splits the list until the unknown id is alone. Another error sends the node to quarantine: not handled.",
      handled: true,
      reliesOn: ["functions/runtime/bisect.ts", READER],
      check: checks.checkUnknownStates,
    },
    {
      id: "unknown-id-node-list",
      how: "read",
      statement: "DescribeInstanceInformation leaves out ids that it does not know.",
      assumed: "An unknown id is no error, or is refused as InvalidInstanceId.",
      then: "The sweep takes a node that is not listed as absent, and the state machine asks EC2 about it.",
      otherwise:
        "If the call is refused as InvalidInstanceId, the list is split until the unknown id is alone. Another error stops the sweep: not handled.",
      handled: true,
      reliesOn: ["functions/runtime/bisect.ts", "functions/systems-manager/sweep-pages.ts"],
      check: checks.checkUnknownNode,
    },
  ],
};
