/** Facts about the records of Systems Manager: the fields that this program reads, and their values. */
import type { FactGroup, ReadFact } from "./fact.ts";
import * as checks from "./shape-checks.ts";

const SOURCE = "functions/compliance/patch-source.ts";
const PATCH = "functions/compliance/patch.ts";

type Text = Omit<ReadFact, "how" | "handled" | "reliesOn"> & { readonly handled?: false };
/** Nearly every difference in these records is handled: values are cleaned, and unknown ones are never taken for compliance. */
const shape = (reliesOn: string, text: Text): ReadFact => ({
  handled: true,
  ...text,
  how: "read",
  reliesOn: [reliesOn],
});

export const SHAPE_FACTS: FactGroup = {
  title: "Systems Manager: records",
  facts: [
    shape(PATCH, {
      id: "patch-states-known",
      statement: "The PatchState of a compliance item is one of the states in the user guide.",
      assumed:
        "Missing, Failed, InstalledPendingReboot, InstalledRejected, AvailableSecurityUpdate, or a compliant state.",
      then: "The finding names the cause.",
      otherwise: "A patch of another state counts if its item is NON_COMPLIANT. The finding calls its cause unknown.",
      check: checks.checkStates,
    }),
    shape(PATCH, {
      id: "patch-states-pascal-case",
      statement: "States are written in PascalCase, although the SDK's types are in UPPER_SNAKE_CASE.",
      assumed: "InstalledPendingReboot.",
      then: "States are compared without case and underscores.",
      otherwise: "The same: both spellings are read.",
      check: checks.checkSpelling,
    }),
    shape(SOURCE, {
      id: "patch-item-fields",
      statement: "Compliance items of type Patch have Id, Status, Severity, ExecutionTime and Details.",
      assumed: "Every field is there, and Status and Severity have the values of the API reference.",
      then: "The finding lists the patch with its level.",
      otherwise: "An item without NON_COMPLIANT does not count. An unknown level counts as UNSPECIFIED.",
      check: checks.checkItemFields,
    }),
    shape(SOURCE, {
      id: "execution-types",
      statement: "ExecutionType is Command or PatchPolicy.",
      assumed: "No other values.",
      then: "The finding shows it.",
      otherwise: "The finding shows the other value. No decision depends on it.",
      check: checks.checkExecutionTypes,
    }),
    shape(PATCH, {
      id: "cve-ids",
      statement: "CVEIds is a list with commas, in no fixed order.",
      assumed: "Each entry has the form CVE-YEAR-NUMBER.",
      then: "CVEs are sorted, so a new order is not a change of the finding.",
      otherwise: "Entries of another form are left out.",
      check: checks.checkCves,
    }),
    shape(SOURCE, {
      id: "patch-state-fields",
      statement: "Patch states have Operation, BaselineId and both operation times.",
      assumed: "Operation is Scan or Install, and the times are after 1970.",
      then: "The end of the operation orders the readings of a node.",
      otherwise: "Without a time, the time of the reading is used, and a note in the finding says so.",
      check: checks.checkStateFields,
    }),
    shape(SOURCE, {
      id: "patch-group-empty",
      statement: "PatchGroup can be an empty string.",
      assumed: "A node without a patch group has an empty one.",
      then: "An empty group is left out of the finding, because Security Hub refuses blank strings.",
      otherwise: "The same: an absent group is left out too.",
      check: checks.checkPatchGroups,
    }),
    shape("functions/runtime/time.ts", {
      id: "times-of-year-one",
      statement: "A time field without a time holds a time of year 1.",
      assumed: "No real time is before 1970.",
      then: "Times before 1970 count as absent.",
      otherwise: "The same: every time before 1970 counts as absent.",
      check: checks.checkYearOne,
    }),
    shape(SOURCE, {
      id: "association-detailed-text",
      statement: "AWS-RunPatchBaselineAssociation writes its counts as JSON into DetailedText.",
      assumed: "All values are strings, and the counts and operation times are there.",
      then: "The finding has the counts of the association.",
      otherwise:
        "If the text is no JSON object and nothing else is noncompliant, the node goes to quarantine. Absent counts are 0.",
      check: checks.checkDetailedText,
    }),
    shape(SOURCE, {
      id: "inventory-patch-summary",
      statement: "AWS:PatchSummary inventory has the counts and operation times as strings.",
      assumed: "All fields are there, and the end time can be read.",
      then: "A node without compliance data is judged by its inventory.",
      otherwise: "Without a readable end time the inventory is ignored, and the node has no patch data.",
      check: checks.checkInventory,
    }),
    shape("functions/systems-manager/spared-reads.ts", {
      id: "counts-and-summaries",
      statement: "A summary is NON_COMPLIANT exactly if the patch state counts noncompliant patches.",
      assumed: "Both agree, except while new data arrives.",
      then: "Gather spares the items of nodes that both call compliant.",
      otherwise: "If either calls a node noncompliant, Gather reads the items, and they decide.",
      check: checks.checkAgreement,
    }),
    shape("functions/work/node-reference.ts", {
      id: "node-ids",
      statement: "Ids of managed nodes are i- or mi- with 8 or 17 characters.",
      assumed: "No other form, also for nodes in other clouds.",
      then: "Other ids are refused.",
      otherwise: "The node gets no finding.",
      handled: false,
      check: checks.checkNodes,
    }),
    shape("functions/compliance/blind-spot.ts", {
      id: "registration-date",
      statement: "DescribeInstanceInformation returns the RegistrationDate of every node.",
      assumed: "A new node has a date, so it is no blind spot before it had time to be scanned.",
      then: "A node without data becomes a blind spot after blindSpotDays.",
      otherwise: "A node without data and date is a blind spot at once.",
      check: checks.checkRegistration,
    }),
  ],
};
