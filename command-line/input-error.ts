import type * as z from "zod";
import { outliveReader } from "./closed-output.ts";

/** What a person gave the embedded run (an option, a file, a setting) cannot be used. The message is one line. */
export class InputError extends Error {
  override readonly name = "InputError";

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/** Where in a value its schema found the first thing wrong, and what is wrong with it. */
export function firstIssue({ issues: [issue] }: z.ZodError): string {
  return `/${(issue?.path ?? []).map(String).join("/")}: ${(issue?.message ?? "is of another shape").slice(0, 400)}`;
}

/** @returns the exit code that `work` returns; 2, with one line on stderr, where it throws an {@link InputError} */
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

/** A value from outside as it may stand in a message: JSON, at most 60 characters, no control characters. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = oneLine(summarised(value));
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 3)}...`;
}

function summarised(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) {
    return `an object with ${Object.keys(value).slice(0, 5).join(", ") || "no keys"}`;
  }
  return typeof value === "string" ? JSON.stringify(value.slice(0, LONGEST_VALUE * 2)) : String(value);
}

/** Line breaks, escape sequences and direction marks could forge or hide parts of a terminal line. */
function oneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
