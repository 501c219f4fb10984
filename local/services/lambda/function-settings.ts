/** A captured Lambda function's settings. */
import * as z from "zod";
import type { CapturedResource } from "../../program/captured-resource.ts";
import { arnParts, readInputs } from "../../program/resource-inputs.ts";

const functionSchema = z.strictObject({
  name: z.string().optional(),
  role: z.string(),
  handler: z.string().regex(/^[\w-]+\.\w+$/, "must be <file>.<export>"),
  runtime: z.string().regex(/^nodejs\d+\.x$/, "must be a Node.js runtime"),
  /** File name in the archive -> path on disk. */
  code: z.record(z.string(), z.string()),
  timeout: z.int().min(1).max(900).default(3),
  memorySize: z.int().min(128).default(128),
  environment: z.strictObject({ variables: z.record(z.string(), z.string()).default({}) }).optional(),
  reservedConcurrentExecutions: z.int().min(-1).default(-1),
  architectures: z.array(z.string()).optional(),
  loggingConfig: z.strictObject({ logFormat: z.literal("JSON"), logGroup: z.string() }).optional(),
  tracingConfig: z.strictObject({ mode: z.enum(["Active", "PassThrough"]) }).optional(),
  packageType: z.literal("Zip").optional(),
  publish: z.literal(false).optional(),
  sourceCodeHash: z.string().optional(),
  skipDestroy: z.boolean().optional(),
  kmsKeyArn: z.string().optional(),
});

/** One Lambda function of the captured program. */
export interface FunctionSettings {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly roleArn: string;
  /** The bundle on disk. */
  readonly bundle: string;
  /** All files of its archive: name in the archive -> path on disk. */
  readonly files: Readonly<Record<string, string>>;
  readonly exportName: string;
  readonly timeoutSeconds: number;
  readonly memorySize: number;
  readonly runtime: string;
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The log group of its output, if the program sets one. */
  readonly logGroup?: string;
  /** Whether Lambda sends traces with the permissions of its role. */
  readonly traced: boolean;
  /** How many events it processes at a time. Further events wait. */
  readonly concurrency: number;
}

/** Enough for every fleet here; each environment costs about 1 MB. */
const MOST_ENVIRONMENTS = 20;
/** In the order in which Lambda tries them to find the file of the handler. */
const EXTENSIONS = [".js", ".cjs"];

/**
 * Reads the settings of a function.
 * @throws {Error} an unknown or malformed setting, or a handler that is not in the archive
 */
export function functionSettings(resource: CapturedResource): FunctionSettings {
  const inputs = readInputs(resource, functionSchema);
  const [file = "", exportName = ""] = inputs.handler.split(".");
  const bundle = EXTENSIONS.map((extension) => inputs.code[`${file}${extension}`]).find((path) => path !== undefined);
  if (bundle === undefined) {
    const files = Object.keys(inputs.code).join(", ");
    throw new Error(`function ${resource.name}: no file for handler ${inputs.handler} in its code; it has ${files}`);
  }
  const { region, resource: path } = arnParts(resource.arn);
  const reserved = inputs.reservedConcurrentExecutions;
  return {
    arn: resource.arn,
    name: path.slice(path.indexOf(":") + 1),
    region,
    roleArn: inputs.role,
    bundle,
    files: inputs.code,
    exportName,
    timeoutSeconds: inputs.timeout,
    memorySize: inputs.memorySize,
    runtime: inputs.runtime,
    handler: inputs.handler,
    variables: inputs.environment?.variables ?? {},
    ...(inputs.loggingConfig && { logGroup: inputs.loggingConfig.logGroup }),
    traced: inputs.tracingConfig?.mode === "Active",
    concurrency: reserved < 0 ? MOST_ENVIRONMENTS : Math.min(reserved, MOST_ENVIRONMENTS),
  };
}
