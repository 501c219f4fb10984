import { partitionOf } from "../settings/partitions.ts";

const EXCEPT = ["ap-southeast-6", "mx-central-1"];

/**
 * Returns whether Lambda detects recursive loops in the Region: in all commercial Regions except two (AWS Lambda Developer
 * Guide, "Supported Regions for Lambda recursive loop detection").
 */
export function detectsLoops(region: string): boolean {
  return partitionOf(region) === "aws" && !EXCEPT.includes(region);
}
