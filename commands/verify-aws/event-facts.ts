/** Facts about events and executions, as the last executions of the deployed state machine show them. */
import { counted } from "../../contract/counted.ts";
import { EXECUTION_PREFIX } from "../../functions/step-functions/executions-in-flight.ts";
import { PATCH_DOCUMENTS, type ExpectedRun, type NodeReference } from "../../functions/work/node-reference.ts";
import type { Executions } from "./executions.ts";
import { asAssumed, counts, differs, notSeen, type FactGroup, type Observation, type ReadFact } from "./fact.ts";
import type { Samples } from "./samples.ts";

/** End statuses that AWS documents, without spaces and in one spelling (Systems Manager user guide, "Command statuses"). */
const END_STATUSES = new Set([
  ...["success", "failed", "timedout", "canceled", "cancelled", "deliverytimedout", "executiontimedout"],
  ...["undeliverable", "terminated", "invalidplatform", "accessdenied", "skipped"],
]);
/** The errors that the program's functions throw, and those of Step Functions and Lambda themselves. */
const KNOWN_ERRORS =
  /^(?:(?:States|Lambda|Sandbox|Ec2|Sqs)\.|SystemsManager|SecurityHub|Findings|Queue|Window|Unreadable)[A-Za-z]{1,40}$/;

const NONE = "no state machine whose name begins with NAMEPREFIX-REGION";

/** Runs the check if there are executions. */
function ofExecutions(check: (found: Executions["executions"]) => Observation) {
  return async ({ executions }: Samples): Promise<Observation> => {
    const { machines, executions: found } = await executions();
    if (machines === 0) return notSeen(NONE);
    return found.length === 0 ? notSeen("no executions") : check(found);
  };
}

const referencesOf = (found: Executions["executions"]): NodeReference[] =>
  found.flatMap(({ references = [] }) => references);
const runsOf = (found: Executions["executions"]): ExpectedRun[] =>
  referencesOf(found).flatMap(({ patchRun, associationRun }) =>
    [patchRun, associationRun].filter((run) => run !== undefined),
  );

/** The detail-type of an event is not kept. What a reference holds still tells the kinds of events apart. */
function checkOrigins(found: Executions["executions"]): Observation {
  const references = referencesOf(found);
  if (references.length === 0) return notSeen("no execution of events or sweeps");
  const origins = references.map((reference) => {
    if (reference.patchRun !== undefined || reference.associationRun !== undefined) return "end_of_run";
    if (reference.removed === "terminated") return "termination";
    if (reference.removed === "deregistered") return "deregistration";
    if (reference.sweep !== undefined) return "sweep";
    return reference.readInFull === true ? "compliance_change" : "other";
  });
  const seen = `${counted(references.length, "node reference")}: ${counts(origins)}`;
  return origins.some((origin) => origin !== "sweep" && origin !== "other") ? asAssumed(seen) : notSeen(seen);
}

function checkDocuments(found: Executions["executions"]): Observation {
  const documents = runsOf(found).map(({ document }) => document);
  return documents.length === 0 ? notSeen("no ends of runs") : asAssumed(counts(documents, PATCH_DOCUMENTS));
}

function checkStatuses(found: Executions["executions"]): Observation {
  const statuses = runsOf(found).map(({ status }) => status);
  if (statuses.length === 0) return notSeen("no ends of runs");
  const shown = counts(statuses.map((status) => status?.replaceAll(/[ -]/g, "_")));
  const known = (status = "") => END_STATUSES.has(status.replaceAll(/[ _-]/g, "").toLowerCase());
  return statuses.every(known) ? asAssumed(shown) : differs(shown);
}

function checkRequestTimes(found: Executions["executions"]): Observation {
  const runs = runsOf(found);
  if (runs.length === 0) return notSeen("no ends of runs");
  const without = runs.filter(({ notBefore }) => notBefore === undefined).length;
  const seen = `${counted(runs.length, "run")}, ${runs.length - without} with a time`;
  return without === 0 ? asAssumed(seen) : differs(seen);
}

function checkLateData(found: Executions["executions"]): Observation {
  const waiting = referencesOf(found).filter((reference) => runsOf([withReference(reference)]).length > 0);
  if (waiting.length === 0) return notSeen("no ends of runs");
  const late = waiting.filter(({ attempts }) => attempts > 0).length;
  const most = Math.max(...waiting.map(({ attempts }) => attempts));
  const seen = `${counted(waiting.length, "node reference")}, ${late} late; at most ${counted(most, "attempt")}`;
  return late > 0 ? asAssumed(seen) : notSeen(seen);
}

const withReference = (reference: NodeReference): Executions["executions"][number] => ({
  name: "",
  status: "",
  isWindow: false,
  references: [reference],
});

function checkInputs(found: Executions["executions"]): Observation {
  const unread = found.filter(({ references, isWindow }) => references === undefined && !isWindow).length;
  const seen = `${counted(found.length, "input")}, ${found.length - unread} readable`;
  return unread === 0 ? asAssumed(seen) : differs(seen);
}

function checkWindows(found: Executions["executions"]): Observation {
  const windows = found.filter(({ isWindow }) => isWindow);
  if (windows.length === 0) return notSeen("no execution of a maintenance window");
  const taken = windows.filter(({ name }) => name.startsWith(EXECUTION_PREFIX)).length;
  const names = new Set(windows.map(({ name }) => name)).size;
  const seen = `${counted(windows.length, "execution")} with ${counted(names, "name")}`;
  return taken === 0 ? asAssumed(seen) : differs(`${taken} of ${windows.length} have the prefix of dispatch`);
}

function checkErrors(found: Executions["executions"]): Observation {
  const errors = found.flatMap(({ error }) => error ?? []);
  if (errors.length === 0) return notSeen(`${counted(found.length, "execution")}, none with an error`);
  const unknown = errors.filter((error) => !KNOWN_ERRORS.test(error)).length;
  const seen = counts(
    errors,
    errors.filter((error) => KNOWN_ERRORS.test(error)),
  );
  return unknown === 0 ? asAssumed(seen) : differs(seen);
}

async function checkList({ executions }: Samples): Promise<Observation> {
  const { machines, executions: found } = await executions();
  if (machines === 0) return notSeen(NONE);
  const statuses = counts(found.map(({ status }) => status));
  return asAssumed(`${counted(machines, "state machine")}, ${counted(found.length, "execution")}: ${statuses}`);
}

const WORK = "functions/work/work-message.ts";
const RUN = "functions/work/run-reference.ts";

const event = (reliesOn: readonly string[], text: Omit<ReadFact, "how" | "handled" | "reliesOn">): ReadFact => ({
  ...text,
  how: "read",
  handled: true,
  reliesOn,
});

export const EVENT_FACTS: FactGroup = {
  title: "Events and executions",
  facts: [
    event(["functions/step-functions/executions-in-flight.ts"], {
      id: "list-executions",
      statement: "ListExecutions lists the executions of the state machine.",
      assumed: "It answers, newest first, with names and statuses.",
      then: "Dispatch counts the running executions, and starts no more than maximumExecutions allows.",
      otherwise: "If listing is denied, there is no ceiling, and an alarm says so.",
      check: checkList,
    }),
    event([WORK, "infra/flow/triggers.ts"], {
      id: "events-arrive",
      statement: "The events of patch runs reach the rules.",
      assumed:
        "Executions begin with the end of a run, a compliance change, a termination or a deregistration. Detail-types are not kept.",
      then: "A finding follows a run within seconds to minutes.",
      otherwise: "The sweep finds the nodes that no event named, twice a day by default.",
      check: ofExecutions(checkOrigins),
    }),
    event([WORK, "functions/work/node-reference.ts"], {
      id: "event-documents",
      statement: "Events name the patch document by its short name or its ARN.",
      assumed: "The last part of the name is one of the three patch documents.",
      then: "The document decides where the result is read.",
      otherwise: "The event goes to quarantine, and the sweep checks the node. Other documents do not show here.",
      check: ofExecutions(checkDocuments),
    }),
    event([RUN, "infra/flow/triggers.ts"], {
      id: "event-statuses",
      statement: "Events of ended runs have a documented end status.",
      assumed: "Success, Failed, TimedOut, Canceled or Cancelled, or one of the detailed statuses.",
      then: "The finding shows it. The rules match every status but those before the end.",
      otherwise: "An unknown status also causes a check of the node.",
      check: ofExecutions(checkStatuses),
    }),
    event([RUN], {
      id: "event-request-times",
      statement: "Events of ended runs have a readable request time.",
      assumed: "The event has requested-date-time or last-execution-date.",
      then: "Evaluate waits for data that is as new as the run.",
      otherwise: "Any data will do. A later event or the sweep corrects the finding.",
      check: ofExecutions(checkRequestTimes),
    }),
    event(["functions/compliance/verdict.ts"], {
      id: "late-data",
      statement: "The data of a run can arrive after its event.",
      assumed: "Some nodes are read more than once.",
      then: "A node whose data is late goes back to the work queue.",
      otherwise: "If data is never late, each node is read once.",
      check: ofExecutions(checkLateData),
    }),
    event([WORK], {
      id: "execution-inputs",
      statement: "The input of an execution can be read later.",
      assumed: "The input has node references, or names a maintenance window.",
      then: "Nodes of a failed execution go to the outage queue.",
      otherwise: "Without an input the event of a failed execution goes to quarantine, and the sweep checks the nodes.",
      check: ofExecutions(checkInputs),
    }),
    event(["functions/step-functions/executions-in-flight.ts", "infra/flow/maintenance-windows.ts"], {
      id: "window-executions",
      statement: "Systems Manager gives the executions of maintenance windows names of its own.",
      assumed: "Each has another name, without the prefix of dispatch.",
      then: "They do not count for the ceiling on executions.",
      otherwise: "They count, and dispatch starts fewer executions while they run.",
      check: ofExecutions(checkWindows),
    }),
    event(["statemachine/patch-findings.asl.json", "functions/work/parked-message.ts"], {
      id: "execution-errors",
      statement: "Failed executions end with an error that the state machine knows.",
      assumed: "An error of this program, of Step Functions, of Lambda or of EC2.",
      then: "Retry and Catch match it by name.",
      otherwise: "Catch takes every other error too. The nodes go to the outage queue.",
      check: ofExecutions(checkErrors),
    }),
  ],
};
