import { z } from "zod";
import { NODE_ID } from "../../fleet/fleet-records.ts";
import { ServiceError } from "../../gateway/stand-in.ts";

/**
 * Checks a request against the constraints of the API model, as the service does first.
 *
 * @throws {ServiceError} ValidationException, worded like AWS's
 * @throws {Error} a member that this stand-in does not know
 */
export function readRequest<Shape extends z.ZodType>(operation: string, shape: Shape, input: unknown): z.output<Shape> {
  const result = shape.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const texts = result.error.issues.map((issue) => violation(operation, issue));
  const many = texts.length === 1 ? "1 validation error" : `${texts.length} validation errors`;
  throw new ServiceError("ValidationException", `${many} detected: ${texts.join("; ")}`);
}

export const NODE_ID_SHAPE = z.string().regex(NODE_ID);

/** Returns the schema of the paging members. The bounds of MaxResults differ by operation. */
export const paging = (least: number, most: number) => ({
  MaxResults: z.int().min(least).max(most).optional(),
  NextToken: z.string().optional(),
});

function violation(operation: string, issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    throw new Error(`The Systems Manager stand-in does not know ${operation}'s member ${issue.keys.join(", ")}`);
  }
  const value = issue.input === undefined ? "null" : `'${valueText(issue.input)}'`;
  return `Value ${value} at '${memberPath(issue.path)}' failed to satisfy constraint: ${constraint(issue)}`;
}

function constraint(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small") {
    return `Member must have ${measure(issue.origin)} greater than or equal to ${String(issue.minimum)}`;
  }
  if (issue.code === "too_big") {
    return `Member must have ${measure(issue.origin)} less than or equal to ${String(issue.maximum)}`;
  }
  if (issue.code === "invalid_format") {
    return `Member must satisfy regular expression pattern: ${(issue.pattern ?? "").replace(/^\/|\/$/g, "")}`;
  }
  if (issue.code === "invalid_value") {
    return `Member must satisfy enum value set: [${issue.values.map(String).join(", ")}]`;
  }
  if (issue.code !== "invalid_type") return issue.message;
  return issue.input === undefined ? "Member must not be null" : `Member must be of type ${issue.expected}`;
}

function measure(origin: string): string {
  return origin === "number" || origin === "int" ? "value" : "length";
}

/** Formats a path as AWS does. List members count from 1: `instanceIds.1.member`. */
function memberPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => {
      const name = String(part);
      return typeof part === "number" ? `${part + 1}.member` : name.charAt(0).toLowerCase() + name.slice(1);
    })
    .join(".");
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
