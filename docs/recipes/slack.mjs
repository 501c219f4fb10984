/**
 * One Slack message per patch finding, with its news in the thread. See docs/integrations.md, "Tickets and chat".
 *
 * The token is a bot's, with the scopes chat:write and channels:history (groups:history in a private channel).
 */
import { createHash } from "node:crypto";

const { SLACK_TOKEN, SLACK_CHANNEL, SLACK_URL = "https://slack.com" } = process.env;
const EVENT_TYPE = "patch_finding";
/** Older messages are not searched. A finding that changes later gets a new message. */
const SEARCHED_DAYS = 90;

export async function handler(event) {
  for (const finding of findingsIn(event)) await show(finding);
}

async function show(finding) {
  const key = keyOf(finding);
  const message = await find(key);
  if (isKnown(finding, message?.metadata.event_payload)) return;
  const shown = {
    channel: SLACK_CHANNEL,
    text: textOf(finding),
    unfurl_links: false,
    metadata: { event_type: EVENT_TYPE, event_payload: { key, ...stateOf(finding) } },
  };
  if (message === undefined) {
    await call("chat.postMessage", shown);
    return;
  }
  const change = escaped(fieldOf(finding, "Change"), 100);
  const accepted = escaped(fieldOf(finding, "AcceptedPatches") || (finding.Note?.Text ?? ""), 1_000);
  const note = change === "accepted" || change === "expired" ? `${change}: ${accepted}` : change;
  await call("chat.postMessage", { channel: SLACK_CHANNEL, thread_ts: message.ts, text: note, unfurl_links: false });
  // Last: the update also remembers the change. If anything before it fails, the same event does it again.
  await call("chat.update", { ...shown, ts: message.ts });
}

async function find(key) {
  const oldest = String(Math.floor(Date.now() / 1000) - SEARCHED_DAYS * 24 * 60 * 60);
  for (let cursor = ""; ;) {
    const page = { channel: SLACK_CHANNEL, oldest, limit: 200, include_all_metadata: true, ...(cursor && { cursor }) };
    const { messages, response_metadata: next } = await call("conversations.history", page);
    const found = messages.find(
      ({ metadata }) => metadata?.event_type === EVENT_TYPE && metadata.event_payload.key === key,
    );
    cursor = next?.next_cursor ?? "";
    if (found !== undefined || cursor === "") return found;
  }
}

function textOf(finding) {
  const severity = finding.Severity?.Label ?? "";
  const node = (finding.Resources?.[0]?.Id ?? "").split("/").at(-1);
  const state = isOpen(finding) ? severity : "CLOSED";
  return [`[${state}] ${finding.Title}: ${node}`, finding.Description ?? ""]
    .map((line) => escaped(line, 1_500))
    .join("\n");
}

/** Slack's three control characters. Without them a text has no link, mention or command such as <!channel>. */
const escaped = (text, most) =>
  plain(text, most).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

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

async function call(method, body) {
  const response = await fetch(new URL(`/api/${method}`, SLACK_URL), {
    method: "POST",
    headers: { authorization: `Bearer ${SLACK_TOKEN}`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(
      Object.entries(body).map(([name, value]) => [
        name,
        typeof value === "object" ? JSON.stringify(value) : String(value),
      ]),
    ),
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`Slack answered ${response.status} to ${method}`);
  const answer = await response.json();
  if (!answer.ok) throw new Error(`Slack answered ${answer.error} to ${method}`);
  return answer;
}
