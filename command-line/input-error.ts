import type * as z from "zod";
import { outliveReader } from "./closed-output.ts";

/**
 * Reports that an option, a file or a setting cannot be used. The message is one line.
 *
 * @example throw new InputError(`${file}: does not exist; give another file`);
 */
export class InputError extends Error {
  override readonly name = "InputError";

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/**
 * Returns the path and the message of the first problem that a schema found in a value.
 *
 * @example firstIssue(parsed.error); // "/nodes/0: expected string"
 */
export function firstIssue({ issues: [issue] }: z.ZodError): string {
  return `/${(issue?.path ?? []).map(String).join("/")}: ${(issue?.message ?? "has the wrong form").slice(0, 400)}`;
}

/**
 * Runs a command's work and returns its exit code. If the work throws an {@link InputError}, prints its message on stderr
 * and returns 2.
 *
 * @example process.exitCode = await exitCodeOrRefusal(main);
 */
export async function exitCodeOrRefusal(work: () => Promise<number>): Promise<number> {
  outliveReader();
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    return 2;
  }
}

const LONGEST_VALUE = 60;

/**
 * Returns an untrusted value as text for a message: JSON of at most 60 characters without control characters.
 *
 * @example shown("Ireland"); // "\"Ireland\""
 */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = oneLine(summary(value));
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 3)}...`;
}

function summary(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) {
    return `an object with ${Object.keys(value).slice(0, 5).join(", ") || "no keys"}`;
  }
  return typeof value === "string" ? JSON.stringify(value.slice(0, LONGEST_VALUE * 2)) : String(value);
}

/** Escapes line breaks, escape sequences and direction marks, which could forge or hide parts of a terminal line. */
function oneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
