/** ListExecutions of the local Step Functions. */
import * as z from "zod";
import { ServiceError } from "../../gateway/stand-in.ts";
import type { Execution } from "./execution.ts";

const DEFAULT_RESULTS = 100;
const requestSchema = z.strictObject({
  stateMachineArn: z.string(),
  statusFilter: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]).optional(),
  /** 0 means the default (API reference, ListExecutions). */
  maxResults: z.int().min(0).max(1_000).default(0),
  nextToken: z.string().min(1).max(3_096).optional(),
});
type Query = Readonly<Pick<z.output<typeof requestSchema>, "stateMachineArn" | "statusFilter">>;

/** The start of a page: executions that began later than its first one do not shift it. */
const tokenSchema = z.strictObject({ query: z.string(), after: z.string() });

/**
 * Answers ListExecutions: newest first. A token belongs to its query, and is not affected by new executions.
 *
 * @param executions all executions in the order of their start
 * @throws {ServiceError} `ValidationException`, `StateMachineDoesNotExist` or `InvalidToken`
 */
export function listExecutions(
  request: Readonly<Record<string, unknown>>,
  machines: { readonly has: (arn: string) => boolean },
  executions: readonly Execution[],
): unknown {
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join(".") ?? "";
    const message = `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${issue?.message ?? ""}`;
    throw new ServiceError("ValidationException", message);
  }
  const { stateMachineArn, statusFilter, maxResults, nextToken } = parsed.data;
  if (!machines.has(stateMachineArn)) {
    throw new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${stateMachineArn}'`);
  }
  const query: Query = { stateMachineArn, statusFilter };
  const newest = executions.filter((each) => each.stateMachineArn === stateMachineArn).toReversed();
  const rest = nextToken === undefined ? newest : newest.slice(startOf(nextToken, query, newest));
  const found = rest.filter(({ status }) => statusFilter === undefined || status === statusFilter);
  const page = found.slice(0, maxResults === 0 ? DEFAULT_RESULTS : maxResults);
  const last = page.at(-1);
  const more = last !== undefined && found.length > page.length;
  return { executions: page.map(listed), ...(more && { nextToken: tokenOf(query, last.arn) }) };
}

function listed({ arn, stateMachineArn, name, status, startDate, stopDate }: Execution): unknown {
  const stopped = stopDate && { stopDate: stopDate.getTime() / 1000 };
  return { executionArn: arn, stateMachineArn, name, status, startDate: startDate.getTime() / 1000, ...stopped };
}

const tokenOf = (query: Query, after: string): string =>
  Buffer.from(JSON.stringify({ query: JSON.stringify(query), after })).toString("base64");

/** Returns the index behind the last execution of the page before. It may have ended since. */
function startOf(token: string, query: Query, newest: readonly Execution[]): number {
  const invalid = new ServiceError("InvalidToken", `Invalid Token: '${token.slice(0, 100)}'`);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, "base64").toString());
  } catch {
    throw invalid;
  }
  const parsed = tokenSchema.safeParse(value).data;
  const index = newest.findIndex(({ arn }) => arn === parsed?.after);
  if (parsed?.query !== JSON.stringify(query) || index < 0) throw invalid;
  return index + 1;
}
