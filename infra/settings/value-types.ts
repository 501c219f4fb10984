/**
 * Types of settings. Each type has one text for what it allows, which begins with "must". The error message and
 * docs/settings.md both show that text.
 */
import * as z from "zod";

/** Returns the type inside its default, or inside "optional". */
export function bare(type: z.core.$ZodType): z.core.$ZodType {
  return type instanceof z.ZodDefault || type instanceof z.ZodOptional ? bare(type.unwrap()) : type;
}

/** Accepts whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** Accepts true and false. */
export const trueOrFalse = () => z.boolean({ error: "must be true or false" });

/** Accepts one of some words. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: `must be one of ${words.join(", ")}` });

/** Accepts texts of 1 to `most` characters, without the spaces around them. */
export function text(most: number) {
  const error = `must be text of 1 to ${most} characters`;
  return z.string({ error }).trim().min(1, { error }).max(most, { error });
}

/** Accepts texts that appear in findings, logs and terminals. */
export const printableText = (most: number) =>
  text(most).regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, { error: "must not hold control characters" });

/** Accepts texts that AWS compares exactly, so nothing is trimmed. @param least characters; AWS allows empty tag values */
export function exactText(most: number, least = 1) {
  const error = `must be text of ${least} to ${most} characters, without control characters`;
  return z
    .string({ error })
    .min(least, { error })
    .max(most, { error })
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, { error });
}

/** Accepts texts that match a pattern. @param what the texts are, such as "the ARN of an IAM policy" */
export function matching(pattern: RegExp, what: string) {
  const error = `must be ${what}`;
  return z.string({ error }).regex(pattern, { error });
}

/** Accepts lists of `least` to `most` items. @param what the items are, in the plural */
export function listOf<Item extends z.ZodType>(item: Item, what: string, { least = 0, most }: Bounds) {
  const error = `must be a list of ${least === 0 ? "at most" : `${least} to`} ${most} ${what}`;
  return z.array(item, { error }).min(least, { error }).max(most, { error });
}

interface Bounds {
  readonly least?: number;
  readonly most: number;
}

/** Returns whether no value occurs twice. */
export const eachOnce = (values: readonly string[]): boolean => new Set(values).size === values.length;
