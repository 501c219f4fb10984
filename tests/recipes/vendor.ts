/** Small stand-ins of the vendors' APIs on the loopback interface, for the recipes of docs/recipes. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

type Json = Readonly<Record<string, unknown>>;

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly body: Json;
}

/** A vendor's API. `answer` returns undefined for 404. */
export class Vendor {
  readonly requests: Request[] = [];
  /** The numbers of the next requests that fail: 1 is the next one. */
  failing = new Set<number>();
  readonly #server: Server;
  #answer: (request: Request) => unknown = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(): Promise<Vendor> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const isForm = request.headers["content-type"]?.includes("form") === true;
        const body = (isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text || "{}")) as Json;
        const url = new URL(request.url ?? "/", "http://vendor");
        const answer = vendor.#take({ method: request.method ?? "", url, body });
        response.statusCode = answer.status;
        response.end(JSON.stringify(answer.body ?? {}));
      });
    });
    const vendor = new Vendor(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return vendor;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets everything, and answers with another function. */
  reset(answer: (request: Request) => unknown): void {
    this.requests.length = 0;
    this.failing = new Set();
    this.#answer = answer;
  }

  #take(request: Request): { status: number; body?: unknown } {
    this.requests.push(request);
    const isFailing = this.failing.has(1);
    this.failing = new Set([...this.failing].map((number) => number - 1).filter((number) => number > 0));
    if (isFailing) return { status: 503 };
    const body = this.#answer(request);
    return body === undefined ? { status: 404 } : { status: 200, body };
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** What a person sees of one ticket. */
export interface Ticket {
  readonly open: boolean;
  readonly text: string;
  readonly notes: readonly string[];
}

interface Item {
  readonly id: string;
  readonly fields: Record<string, unknown>;
  readonly notes: string[];
  done: boolean;
  property?: unknown;
}

/** Forms hold texts only. */
const formText = (value: unknown): string => (typeof value === "string" ? value : "");
const textOf = (value: unknown): string => JSON.stringify(value);
const itemAt = (items: readonly Item[], id: string | undefined): Item | undefined =>
  items.find((item) => item.id === id);

/** Jira: search, issues, a property, comments and transitions. */
export function jira() {
  const items: Item[] = [];
  const answer = ({ method, url, body }: Request): unknown => {
    const [, id, part] = url.pathname.replace("/rest/api/3/", "").split("/");
    if (id === "jql") {
      const label = /labels = "([^"]+)"/.exec(String(body["jql"]))?.[1] ?? "";
      const found = items.filter(({ fields }) => (fields["labels"] as string[]).includes(label));
      return { issues: found.map((item) => ({ key: item.id })) };
    }
    if (id === undefined) {
      const item = { id: `P-${items.length + 1}`, fields: { ...(body["fields"] as Json) }, notes: [], done: false };
      items.push(item);
      return { key: item.id };
    }
    const item = itemAt(items, id);
    if (item === undefined) return undefined;
    switch (`${method} ${part ?? ""}`) {
      case "GET properties":
        return item.property === undefined ? undefined : { value: item.property };
      case "PUT properties":
        item.property = body;
        return {};
      case "POST comment":
        return item.notes.push(textOf(body["body"]));
      case "GET transitions":
        return { transitions: [item.done ? { id: "11", name: "To Do" } : { id: "31", name: "Done" }] };
      case "POST transitions":
        item.done = (body["transition"] as Json)["id"] === "31";
        return {};
      case "GET ":
        return { fields: { status: { statusCategory: { key: item.done ? "done" : "new" } } } };
      default:
        return Object.assign(item.fields, body["fields"]);
    }
  };
  const tickets = (): Ticket[] =>
    items.map(({ done, fields, notes }) => ({ open: !done, text: textOf(fields), notes }));
  return { answer, tickets };
}

/** ServiceNow: the table API for incidents. */
export function serviceNow() {
  const items: Item[] = [];
  const answer = ({ method, url, body }: Request): unknown => {
    if (method === "GET") {
      const id = /^correlation_id=([^^]+)\^/.exec(url.searchParams.get("sysparm_query") ?? "")?.[1];
      return { result: items.filter(({ fields }) => fields["correlation_id"] === id).map(({ fields }) => fields) };
    }
    const id = url.pathname.split("/")[5];
    const item = itemAt(items, id) ?? { id: `s${items.length + 1}`, fields: {}, notes: [], done: false };
    if (id === undefined) items.push(item);
    Object.assign(item.fields, body, { sys_id: item.id });
    item.notes.push(String(body["work_notes"]));
    return { result: item.fields };
  };
  const tickets = (): Ticket[] =>
    items.map(({ fields, notes }) => ({ open: fields["state"] !== "6", text: textOf(fields), notes }));
  return { answer, tickets };
}

/** Slack: messages with metadata, threads, and pages of two messages. */
export function slack() {
  const messages: Record<string, unknown>[] = [];
  const notes: [thread: string, text: string][] = [];
  const parsed = (body: Json) => ({ ...body, metadata: JSON.parse(formText(body["metadata"]) || "null") as unknown });
  const answer = ({ url, body }: Request): unknown => {
    switch (url.pathname) {
      case "/api/conversations.history": {
        const start = Number(body["cursor"] ?? 0);
        const next = start + 2 < messages.length ? String(start + 2) : "";
        return { ok: true, messages: messages.slice(start, start + 2), response_metadata: { next_cursor: next } };
      }
      case "/api/chat.postMessage":
        if (body["thread_ts"] === undefined) messages.push({ ...parsed(body), ts: String(messages.length + 1) });
        else notes.push([formText(body["thread_ts"]), String(body["text"])]);
        return { ok: true };
      case "/api/chat.update": {
        const message = messages.find(({ ts }) => ts === body["ts"]);
        return message === undefined
          ? { ok: false, error: "message_not_found" }
          : { ...Object.assign(message, parsed(body)), ok: true };
      }
      default:
        return undefined;
    }
  };
  const tickets = (): Ticket[] =>
    messages.map(({ text, ts }) => ({
      open: !String(text).startsWith("[CLOSED]"),
      text: String(text),
      notes: notes.filter(([thread]) => thread === ts).map(([, note]) => note),
    }));
  return { answer, tickets };
}
