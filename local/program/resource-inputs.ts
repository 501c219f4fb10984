/**
 * Reads the inputs of captured resources. An unknown input stops the run, because ignoring it would hide a difference
 * from AWS.
 */
import * as z from "zod";
import type { CapturedResource } from "./captured-resource.ts";

/** Inputs without an effect on behaviour. Every resource may have them. */
const LABELS = new Set(["tags", "region", "description"]);

/**
 * Checks and returns the inputs of a resource.
 * @throws {Error} an input that is unknown, missing or of the wrong type, with the resource's type and name
 */
export function readInputs<T>(resource: CapturedResource, schema: z.ZodType<T>): T {
  const inputs = Object.fromEntries(
    Object.entries(resource.inputs).filter(([key, value]) => !LABELS.has(key) && value !== undefined),
  );
  const result = schema.safeParse(inputs);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    (issue) => `${issue.path.map(String).join(".") || "inputs"}: ${issue.message}`,
  );
  throw new Error(`${resource.type} ${resource.name} is not supported by the local run: ${issues.join("; ")}`);
}

/** Splits an ARN into its parts. */
export function arnParts(arn: string): { partition: string; region: string; account: string; resource: string } {
  const [prefix, partition, , region, account, ...rest] = arn.split(":");
  if (
    prefix !== "arn" ||
    partition === undefined ||
    region === undefined ||
    account === undefined ||
    rest.length === 0
  ) {
    throw new Error(`${JSON.stringify(arn)} is not an ARN; expected arn:partition:service:region:account:resource`);
  }
  return { partition, region, account, resource: rest.join(":") };
}
