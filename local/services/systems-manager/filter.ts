import { z } from "zod";
import { ServiceError } from "../../gateway/stand-in.ts";
import { parseTime } from "../../fleet/wire-time.ts";

/** A filter of the compliance and inventory APIs, with operators in one spelling. */
interface Filter {
  readonly Key: string;
  readonly Values?: readonly string[] | undefined;
  readonly Type?: string | undefined;
}

type UncheckedFilter = Pick<Filter, "Values" | "Type"> & { readonly Key?: string | undefined };

/** Compliance filters: EQUAL is the default. */
export const COMPLIANCE_FILTERS = z
  .array(
    z.strictObject({
      Key: z.string().min(1).max(200).optional(),
      Values: z.array(z.string()).min(1).max(20).optional(),
      Type: z.enum(["EQUAL", "NOT_EQUAL", "BEGIN_WITH", "LESS_THAN", "GREATER_THAN"]).optional(),
    }),
  )
  .optional();

/** Inventory filters. */
export const INVENTORY_FILTERS = z
  .array(
    z.strictObject({
      Key: z.string().min(1).max(200),
      Values: z.array(z.string()).min(1).max(40),
      Type: z.enum(["Equal", "NotEqual", "BeginWith", "LessThan", "GreaterThan", "Exists"]).optional(),
    }),
  )
  .min(1)
  .max(5)
  .optional();

/** Filters of DescribeInstancePatches. */
export const PATCH_FILTERS = z
  .array(z.strictObject({ Key: z.string().min(1).max(128), Values: z.array(z.string().min(1).max(256)) }))
  .max(5)
  .optional();

/**
 * Tells whether a record passes every filter. A filter passes if any of its values does, or with NOT_EQUAL if all
 * differ.
 *
 * @param valueOf the record's value for a key: undefined if it has none
 */
export function passes(filters: readonly Filter[], valueOf: (key: string) => string | undefined): boolean {
  return filters.every(({ Key, Values = [], Type = "EQUAL" }) => {
    const value = valueOf(Key);
    const operator = Type.replaceAll("_", "").toUpperCase();
    if (operator === "EXISTS") return value !== undefined;
    if (operator === "NOTEQUAL") return Values.every((wanted) => wanted !== value);
    // The same time can be written in several ways.
    if (operator === "EQUAL" && Key === "ExecutionTime")
      return Values.some((wanted) => order(value ?? "", wanted) === 0);
    return value !== undefined && Values.some((wanted) => compares(operator, value, wanted));
  });
}

/** Returns the filters with checked keys. @throws {ServiceError} InvalidFilter */
export function knownFilters(
  filters: readonly UncheckedFilter[] | undefined,
  isKnown: (key: string) => boolean,
): Filter[] {
  return (filters ?? []).map((filter) => {
    const { Key, Values } = filter;
    if (Key === undefined || !isKnown(Key)) {
      throw new ServiceError(
        "InvalidFilter",
        `The filter name isn't valid: ${Key ?? "null"}. Verify that you entered the correct name.`,
      );
    }
    if (Values === undefined) throw new ServiceError("InvalidFilter", `The filter ${Key} has no values.`);
    return { ...filter, Key };
  });
}

function compares(operator: string, value: string, wanted: string): boolean {
  switch (operator) {
    case "EQUAL":
      return value === wanted;
    case "BEGINWITH":
      return value.startsWith(wanted);
    case "LESSTHAN":
      return order(value, wanted) < 0;
    case "GREATERTHAN":
      return order(value, wanted) > 0;
    default:
      throw new Error(`The Systems Manager stand-in does not know the filter operator ${operator}`);
  }
}

/** Compares two values as numbers or times if both are such, otherwise as text. */
function order(left: string, right: string): number {
  const [a, b] = [quantity(left), quantity(right)];
  if (a !== undefined && b !== undefined) return a - b;
  return left < right ? -1 : Number(left > right);
}

function quantity(text: string): number | undefined {
  return parseTime(text)?.getTime();
}
