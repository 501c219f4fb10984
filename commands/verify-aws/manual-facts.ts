/** Facts that no call of this command can show, and how a person can see them. */
import type { FactGroup, ManualFact } from "./fact.ts";

const manual = (text: Omit<ManualFact, "how" | "handled">): ManualFact => ({ ...text, how: "manual", handled: true });
const RULE = "Let a rule of your own send events of source aws.ssm to a log group, and patch a node";

export const MANUAL_FACTS: FactGroup = {
  title: "By hand",
  facts: [
    manual({
      id: "association-run-events",
      statement: "Runs of associations send Run Command events too.",
      assumed: "One run can send events of both kinds, about the same node.",
      then: "Dispatch merges the references of a node.",
      otherwise: "The association's own event is enough.",
      reliesOn: ["functions/work/node-reference.ts", "infra/flow/triggers.ts"],
      manual: `${RULE} with an association.`,
    }),
    manual({
      id: "hybrid-node-events",
      statement: "Events about hybrid nodes have the id in detail.instance-id.",
      assumed: "The form of the ARN in resources does not matter.",
      then: "Dispatch reads detail.instance-id only.",
      otherwise: "The event goes to quarantine, and the sweep checks the node.",
      reliesOn: ["functions/work/work-message.ts"],
      manual: `${RULE} outside of EC2.`,
    }),
    manual({
      id: "association-statuses",
      statement: "Association events before the end are Pending or InProgress.",
      assumed: "Every other status is an end.",
      then: "The rules leave out Pending and InProgress.",
      otherwise: "Another status causes a check too many, which is harmless.",
      reliesOn: ["infra/flow/triggers.ts"],
      manual: `${RULE} with an association.`,
    }),
    manual({
      id: "deregistration-events",
      statement: "The shape of SSM Managed Instance Deregistration events is not published.",
      assumed: "An event names its node in detail or in resources.",
      then: "Every node id in the event counts, and Systems Manager must confirm that it does not list the node.",
      otherwise: "The event goes to the quarantine queue, and two sweeps notice that the node is no longer listed.",
      reliesOn: ["functions/work/node-ids-in.ts", "functions/systems-manager/sweep-pages.ts"],
      manual: "Let a rule of your own log these events, and deregister a hybrid node.",
    }),
    manual({
      id: "import-error-codes",
      statement: "FailedFindings of an internal error have a code other than those of content errors.",
      assumed: "InternalFailure or InternalException.",
      then: "Only content errors are final. Every other code is retried.",
      otherwise: "An unknown code is retried, and then the node is read again.",
      reliesOn: ["functions/security-hub/import-findings.ts"],
      manual: "Read the messages in the quarantine queue after an outage of Security Hub.",
    }),
    manual({
      id: "ec2-errors",
      statement: "Step Functions names errors of EC2 that its model lacks Ec2.Ec2Exception.",
      assumed: "The exact name does not matter.",
      then: "The state machine catches all errors of that call, and closes nothing.",
      otherwise: "The same.",
      reliesOn: ["statemachine/patch-findings.asl.json"],
      manual: "Deny ec2:DescribeInstances to the state machine's role for a while, and read an execution's history.",
    }),
    manual({
      id: "summaries-lag",
      statement: "Compliance summaries can lag behind the items that they count.",
      assumed: "The lag has no documented bound.",
      then: "A summary never closes a finding: the items are read first.",
      otherwise: "The same.",
      reliesOn: ["functions/systems-manager/compliance-summaries.ts", "functions/finding/reconcile.ts"],
      manual: "Patch a node, and compare ListResourceComplianceSummaries with ListComplianceItems every few seconds.",
    }),
    manual({
      id: "unchanged-compliance-events",
      statement: "Compliance events are sent only if the compliance of a node changes.",
      assumed: "A node that stays noncompliant with other patches sends none.",
      then: "The events of runs and the sweep find such nodes.",
      otherwise: "An event too many is a check too many, which is harmless.",
      reliesOn: ["functions/work/work-message.ts", "functions/finding/compare-node.ts"],
      manual:
        "Let a rule of your own log Configuration Compliance State Change events, and scan a noncompliant node twice.",
    }),
  ],
};
