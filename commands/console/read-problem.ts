/** Says in one sentence why a read failed and what to do. */
import { printable } from "../../command-line/terminal.ts";
import { failureKind } from "../../functions/runtime/failure.ts";
import {
  accessProblem,
  causesOf,
  deniedOperation,
  failedOperation,
  failureText,
  isBadCredentials,
} from "../account/client.ts";

/**
 * Returns why a read of an account failed, as one sentence for the page and the terminal. It holds no part of the
 * credentials: AWS's message is shown only if the failure is none of the usual ones.
 *
 * @example readProblem(error); // "AWS denies securityhub:GetFindings: allow it for these credentials, then refresh."
 */
export function readProblem(error: unknown): string {
  return problemOf(error, "then refresh", "the console tries again later");
}

/** Returns why a write failed, in the same way. Nothing repeats a write: a person has to ask again. */
export function writeProblem(error: unknown): string {
  return problemOf(error, "then ask again", "ask again in a minute");
}

function problemOf(error: unknown, then: string, later: string): string {
  const problem = accessProblem(error);
  if (problem !== undefined) {
    return causesOf(error).some(isBadCredentials) ? `${problem}, then start the console again.` : `${problem}.`;
  }
  const operation = failedOperation(error) ?? "a call";
  if (deniedOperation(error) !== undefined) {
    return `AWS denies ${operation}: allow it for these credentials, ${then}.`;
  }
  if (causesOf(error).some((one) => failureKind(one) === "throttled")) {
    return `AWS throttles ${operation}: ${later}.`;
  }
  return `${printable(failureText(error)).replace(/[.\s]+$/, "")}.`;
}
