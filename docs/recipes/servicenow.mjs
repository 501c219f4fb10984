/**
 * One ServiceNow incident per patch finding. See docs/integrations.md, "Tickets and chat".
 *
 * The states and the close code are those of a new instance. Change them if yours differ.
 */
import { createHash } from "node:crypto";

const { SERVICENOW_URL, SERVICENOW_USER, SERVICENOW_PASSWORD } = process.env;
const AUTHORIZATION = `Basic ${Buffer.from(`${SERVICENOW_USER}:${SERVICENOW_PASSWORD}`).toString("base64")}`;
const [IN_PROGRESS, RESOLVED] = ["2", "6"];
const URGENCY = { CRITICAL: "1", HIGH: "1", MEDIUM: "2" };

export async function handler(event) {
  for (const finding of findingsIn(event)) await show(finding);
}

async function show(finding) {
  const correlation = keyOf(finding);
  const query = new URLSearchParams({
    sysparm_query: `correlation_id=${correlation}^ORDERBYsys_created_on`,
    sysparm_fields: "sys_id,correlation_display",
    sysparm_limit: "1",
  });
  const { result } = await call("GET", `?${query}`);
  const incident = result[0];
  if (isKnown(finding, stateIn(incident))) return;
  // One request changes the incident and remembers the change, so a repeated event finds either both or none.
  const fields = { ...fieldsOf(finding), correlation_id: correlation, correlation_display: stateText(finding) };
  if (incident === undefined) await call("POST", "", fields);
  else await call("PATCH", `/${incident.sys_id}`, fields);
}

/** The field has room for 100 characters. */
const digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, 32);
const stateText = (finding) => `${finding.UpdatedAt} ${digest(fieldOf(finding, "ChangeId"))}`;

function stateIn(incident) {
  const [updatedAt, changeId] = incident?.correlation_display?.split(" ") ?? [];
  return changeId === undefined ? undefined : { updatedAt, changeId };
}

function fieldsOf(finding) {
  const severity = finding.Severity?.Label ?? "";
  const node = finding.Resources?.[0]?.Id ?? "";
  const accepted = fieldOf(finding, "AcceptedPatches") || (finding.Note?.Text ?? "");
  const close = {
    state: RESOLVED,
    close_code: "Solution provided",
    close_notes: "The node is compliant or was removed.",
  };
  return {
    short_description: safe(`[${severity}] ${finding.Title}: ${node.split("/").at(-1)}`, 160),
    description: safe(`${finding.Description ?? ""} Node: ${node} Finding: ${finding.Id}`, 4_000),
    urgency: URGENCY[severity] ?? "3",
    work_notes: safe(`${fieldOf(finding, "Change")}: severity ${severity} ${accepted}`, 4_000),
    ...(isOpen(finding) ? { state: IN_PROGRESS } : close),
  };
}

/** ServiceNow shows what is between [code] and [/code] as HTML. */
const safe = (text, most) => plain(text, most).replaceAll("[", "(").replaceAll("]", ")");

/** Findings of an event that comes directly from EventBridge, through SNS, or through SQS. */
function findingsIn(event) {
  if (event.Records === undefined) return event.detail?.findings ?? [];
  return event.Records.flatMap((record) => {
    const message = JSON.parse(record.Sns?.Message ?? record.body);
    // SQS wraps the message of SNS, unless the subscription delivers raw messages.
    const inner = message.Type === "Notification" ? JSON.parse(message.Message) : message;
    return findingsIn(inner);
  });
}

/** Names a finding without the characters of its Id, which could mean something in a query. */
const keyOf = ({ ProductArn, Id }) =>
  `patch-${createHash("sha256").update(`${ProductArn} ${Id}`).digest("hex").slice(0, 32)}`;

const fieldOf = (finding, name) => String(finding.ProductFields?.[`PatchFindings/${name}`] ?? "");
const isOpen = ({ RecordState }) => RecordState !== "ARCHIVED";

/** Returns whether a ticket in this state shows the finding, or a newer version of it. */
const isKnown = (finding, state) =>
  state !== undefined &&
  (state.changeId === digest(fieldOf(finding, "ChangeId")) ||
    Date.parse(finding.UpdatedAt) < Date.parse(state.updatedAt));

/** Removes control characters and direction marks, and cuts the text. */
const plain = (text, most) =>
  String(text)
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, " ")
    .slice(0, most);

async function call(method, path, body) {
  const response = await fetch(new URL(`/api/now/table/incident${path}`, SERVICENOW_URL), {
    method,
    headers: { authorization: AUTHORIZATION, accept: "application/json", "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`ServiceNow answered ${response.status} to ${method}`);
  return response.json();
}
