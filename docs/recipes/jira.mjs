/**
 * One Jira issue per patch finding. See docs/integrations.md, "Tickets and chat".
 *
 * JIRA_CLOSE and JIRA_REOPEN are the names of the workflow's transitions, such as "Done" and "To Do".
 */
import { createHash } from "node:crypto";

const { JIRA_URL, JIRA_USER, JIRA_TOKEN, JIRA_PROJECT } = process.env;
const { JIRA_ISSUE_TYPE = "Task", JIRA_CLOSE = "Done", JIRA_REOPEN = "To Do" } = process.env;
const AUTHORIZATION = `Basic ${Buffer.from(`${JIRA_USER}:${JIRA_TOKEN}`).toString("base64")}`;
/** Changes that get a comment. */
const NOTED = ["accepted", "expired", "overdue", "closed", "reopened", "severity raised", "severity lowered"];

/** Issues that this process created. Jira's search finds an issue some seconds later. */
const created = new Map();

export async function handler(event) {
  for (const finding of findingsIn(event)) await show(finding);
}

async function show(finding) {
  const label = keyOf(finding);
  const key = created.get(label) ?? (await find(label));
  const state = key === undefined ? undefined : await stateIn(key);
  if (isKnown(finding, state)) return;
  const issue = key ?? (await create(label, finding));
  if (key !== undefined) await call("PUT", `issue/${issue}`, { fields: fieldsOf(finding) });
  await move(issue, isOpen(finding));
  const change = fieldOf(finding, "Change");
  if (NOTED.includes(change))
    await call("POST", `issue/${issue}/comment`, { body: paragraphs(noteOf(change, finding)) });
  // Last: if anything before it fails, the same event does it again.
  await call("PUT", `issue/${issue}/properties/patch-finding`, stateOf(finding));
}

async function find(label) {
  const jql = `project = "${JIRA_PROJECT}" AND labels = "${label}" ORDER BY created ASC`;
  const { issues } = await call("POST", "search/jql", { jql, maxResults: 1, fields: ["labels"] });
  return issues[0]?.key;
}

async function stateIn(key) {
  return (await call("GET", `issue/${key}/properties/patch-finding`, undefined, 404))?.value;
}

async function create(label, finding) {
  const issuetype = { name: JIRA_ISSUE_TYPE };
  const fields = { project: { key: JIRA_PROJECT }, issuetype, labels: ["patch-finding", label], ...fieldsOf(finding) };
  const { key } = await call("POST", "issue", { fields });
  created.set(label, key);
  return key;
}

/** Moves an issue, unless it is in the right state already: then Jira does not offer the transition, or it has no effect. */
async function move(issue, open) {
  const { fields } = await call("GET", `issue/${issue}?fields=status`);
  const isDone = fields.status.statusCategory.key === "done";
  if (isDone !== open) return;
  const name = open ? JIRA_REOPEN : JIRA_CLOSE;
  const { transitions } = await call("GET", `issue/${issue}/transitions`);
  const transition = transitions.find((each) => each.name === name);
  if (transition === undefined) throw new Error(`issue ${issue} has no transition "${name}"`);
  await call("POST", `issue/${issue}/transitions`, { transition: { id: transition.id } });
}

function fieldsOf(finding) {
  const severity = finding.Severity?.Label ?? "";
  const node = finding.Resources?.[0]?.Id ?? "";
  return {
    summary: plain(`[${severity}] ${finding.Title}: ${node.split("/").at(-1)}`, 250),
    description: paragraphs(finding.Description ?? "", `Node: ${node}`, `Finding: ${finding.Id}`),
  };
}

const noteOf = (change, finding) =>
  change === "accepted" || change === "expired"
    ? `${change}: ${fieldOf(finding, "AcceptedPatches") || (finding.Note?.Text ?? "")}`
    : `${change}: severity ${finding.Severity?.Label ?? ""}`;

/** Jira's document format shows text as it is, without markup. */
const paragraphs = (...texts) => ({
  type: "doc",
  version: 1,
  content: texts.map((text) => ({ type: "paragraph", content: [{ type: "text", text: plain(text, 5_000) || " " }] })),
});

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
  (state.changeId === fieldOf(finding, "ChangeId") || Date.parse(finding.UpdatedAt) < Date.parse(state.updatedAt));

const stateOf = (finding) => ({ changeId: fieldOf(finding, "ChangeId"), updatedAt: String(finding.UpdatedAt) });

/** Removes control characters and direction marks, and cuts the text. */
const plain = (text, most) =>
  String(text)
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, " ")
    .slice(0, most);

async function call(method, path, body, absent) {
  const response = await fetch(new URL(`/rest/api/3/${path}`, JIRA_URL), {
    method,
    headers: { authorization: AUTHORIZATION, accept: "application/json", "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === absent) return undefined;
  if (!response.ok) throw new Error(`Jira answered ${response.status} to ${method} ${path}`);
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}
