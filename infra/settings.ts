import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { REGION_PATTERN, REGION_RULE } from "../contract/regions.ts";

/** Pulumi's namespace of this program's settings: `patch-manager-findings:regions` and so on. */
const NAMESPACE = "patch-manager-findings";

const SEVERITY_LABELS = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"] as const;
/** Retention times that CloudWatch Logs knows, in days. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Lambda takes 4 KB of environment variables in all. */
const MAX_RULES_BYTES = 3_000;

const words = z.array(z.string().trim().min(1).max(64)).min(1).max(20);
const severityRule = z.strictObject({
  complianceLevel: z
    .array(z.enum([...SEVERITY_LABELS, "UNSPECIFIED"]))
    .min(1)
    .optional(),
  vendorSeverity: words.optional(),
  classification: words.optional(),
  platform: words.optional(),
  severity: z.enum(SEVERITY_LABELS),
});
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const tags = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .regex(TAG_TEXT, "may hold letters, digits, spaces and _.:/=+-@ only")
      .refine((key) => !/^aws:/i.test(key), "must not begin with aws:"),
    z.string().max(256).regex(TAG_TEXT, "may hold letters, digits, spaces and _.:/=+-@ only"),
  )
  .refine((all) => Object.keys(all).length <= 40, "must be at most 40 tags")
  .refine(
    (all) => eachOnce(Object.keys(all).map((key) => key.toLowerCase())),
    "must not hold keys that differ in upper and lower case alone: IAM takes them for one",
  );
const KMS_KEY = /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):\d{12}:key\/(?:mrk-)?[0-9a-f-]{32,36}$/;
/** These texts stand in findings, logs and terminals. */
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u;
const NOT_PRINTABLE = "must not hold control characters";
const displayName = z.string().trim().min(1).max(128).regex(PRINTABLE, NOT_PRINTABLE);
/** Beginnings of the Regions outside of the commercial partition; credentials are of one partition. */
const PARTITIONS: readonly (readonly [string, string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eusc-", "aws-eusc"],
];
const partitionOf = (region: string): string =>
  PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "aws";
/** IAM, Lambda and EventBridge take names of 64 characters; Pulumi's suffix and the longest of ours leave so many. */
const MAX_PREFIX_AND_REGION = 34;
const eachOnce = (values: readonly string[]): boolean => new Set(values).size === values.length;

const schema = z.strictObject({
  /** Beginning of all resources' names. Another one makes every resource anew. */
  namePrefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, "must be 2-20 of a-z, 0-9 and -, beginning with a letter")
    .default("patch-findings"),
  /** AWS Regions to cover; each gets its own queues, functions and state machine. */
  regions: z
    .array(z.string().regex(REGION_PATTERN, { error: ({ input }) => `${JSON.stringify(input)} ${REGION_RULE}` }), {
      error: 'must be a list of AWS Regions such as ["eu-west-1"]',
    })
    .min(1)
    .refine(eachOnce, "must name each Region once")
    .refine((regions) => new Set(regions.map(partitionOf)).size <= 1, "must be Regions of one partition"),
  /** ProductName of the findings. The default is the native integration's, so that saved filters keep working. */
  productName: displayName.default("Systems Manager Patch Manager"),
  companyName: displayName.default("Patch Manager Findings"),
  /** ASFF resource type of hybrid nodes. */
  hybridResourceType: z.enum(["Other", "AwsEc2Instance"]).default("Other"),
  /** Rules before the default severity policy; the first that fits a package decides. */
  severityRules: z
    .array(severityRule)
    .refine(
      (rules) => JSON.stringify(rules).length <= MAX_RULES_BYTES,
      `must be at most ${MAX_RULES_BYTES} bytes of JSON`,
    )
    .default([]),
  /** Days that the functions' logs are kept. */
  logRetentionDays: z
    .number()
    .refine((days) => RETENTION_DAYS.includes(days), `must be one of ${RETENTION_DAYS.join(", ")}`)
    .default(30),
  /** Seconds that events are collected before nodes are looked at: more means fewer executions. */
  batchingWindowSeconds: z.int().min(1).max(300).default(10),
  /** How often the outage queue is looked into. */
  redriveMinutes: z.int().min(1).max(60).default(5),
  /** Hours between sweeps, which look at every managed node and every open finding. */
  sweepHours: z.int().min(1).max(72).default(12),
  /** Days without a patch operation after which a sweep calls a node a blind spot. */
  blindSpotDays: z.int().min(1).max(365).default(30),
  /** Only says in logs and outputs what would be published, and may not publish. */
  planOnly: z.boolean().default(false),
  /** False stops the rules and the sweep: nothing new is looked at, and what waits in the queues is still done. */
  export: z.boolean().default(true),
  /** Enables Security Hub, without its default standards. It stays when the stack goes. */
  enableSecurityHub: z.boolean().default(false),
  /** Gets the alarms of all Regions, after confirming AWS's mail. */
  alarmEmail: z.email().max(254).optional(),
  /** For all resources that can have tags. AWS takes 50; a few are left for the organisation's own. */
  tags: tags.default({}),
  /** ARN of the IAM policy that bounds every role of this program. */
  permissionsBoundary: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/, "must be the ARN of an IAM policy")
    .optional(),
  /** Region -> ids of the maintenance windows whose last task is to publish their findings. */
  maintenanceWindows: z
    .record(
      z.string(),
      z
        .array(z.string().regex(/^mw-[0-9a-zA-Z]{17}$/, "must be the id of a maintenance window (mw-...)"))
        .min(1)
        .max(50)
        .refine(eachOnce, "must name each window once"),
    )
    .default({}),
  /** Security Hub insights over this program's findings. Security Hub must be enabled. */
  insights: z.boolean().default(false),
  /** Patch groups that get an insight of their own. */
  insightPatchGroups: z
    .array(z.string().trim().min(1).max(256).regex(PRINTABLE, NOT_PRINTABLE))
    .max(20)
    .refine(eachOnce, "must name each patch group once")
    .default([]),
  /** Region -> ARN of the KMS key for its queues. Without one, SQS encrypts them with a key of its own. */
  kmsKeys: z
    .record(z.string(), z.string().regex(KMS_KEY, "must be the ARN of a KMS key; an alias will not do"))
    .default({}),
  /** Messages that one batch from the work queue may hold. */
  batchSize: z.int().min(1).max(1000).default(100),
  /** Batches of messages taken from the work queue at once. */
  maximumConcurrency: z.int().min(2).max(1000).default(5),
  /** Runs at once that are kept for, and the most allowed to, each function. New accounts have none to give away. */
  reservedConcurrency: z.int().min(2).max(1000).optional(),
  /** X-Ray traces of the functions and the state machine. */
  tracing: z.boolean().default(true),
});

const settingsSchema = schema.superRefine((settings, context) => {
  const refuse = (path: PropertyKey[], message: string) => {
    context.addIssue({ code: "custom", path, message });
  };
  for (const setting of ["kmsKeys", "maintenanceWindows"] as const) {
    const elsewhere = Object.keys(settings[setting]).filter((region) => !settings.regions.includes(region));
    for (const region of elsewhere) refuse([setting, region], `${region} is not among the regions`);
  }
  for (const region of settings.regions) {
    const [key, partition, keyRegion] = KMS_KEY.exec(settings.kmsKeys[region] ?? "") ?? [];
    if (key !== undefined && (keyRegion !== region || partition !== partitionOf(region)))
      refuse(["kmsKeys", region], `must be a key of ${region}: queues cannot use another Region's`);
    if (settings.namePrefix.length + region.length > MAX_PREFIX_AND_REGION)
      refuse(["namePrefix"], `must be at most ${MAX_PREFIX_AND_REGION - region.length} characters in ${region}`);
  }
  const partition = partitionOf(settings.regions[0] ?? "");
  if (settings.permissionsBoundary?.startsWith(`arn:${partition}:`) === false)
    refuse(["permissionsBoundary"], `must be a policy of the Regions' partition (arn:${partition}:...)`);
  if (settings.insightPatchGroups.length > 0 && !settings.insights) {
    refuse(["insightPatchGroups"], "needs insights: true");
  }
  const { reservedConcurrency = Infinity, maximumConcurrency } = settings;
  if (reservedConcurrency < maximumConcurrency) {
    refuse(
      ["reservedConcurrency"],
      `must be at least maximumConcurrency (${maximumConcurrency}), or batches are refused`,
    );
  }
});

export type Settings = z.infer<typeof schema>;

/**
 * The stack's settings, checked as a whole.
 *
 * @param config all configuration of the stack, as Pulumi holds it: structured values as JSON text
 * @throws {pulumi.RunError} naming each setting, its value, and what is allowed; nothing is deployed then
 */
export function readSettings(config: Record<string, string> = pulumi.runtime.allConfig()): Settings {
  const own = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(`${NAMESPACE}:`) ? [settingOf(key.slice(NAMESPACE.length + 1), value)] : [],
  );
  const given: Record<string, unknown> = Object.fromEntries(own);
  const [lost] = own.filter(([, value]) => losesKeys(value));
  if (lost !== undefined) throw new pulumi.RunError(`setting ${NAMESPACE}:${lost[0]} must not hold a key __proto__`);
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new pulumi.RunError(escaped(parsed.error.issues.map((issue) => describe(issue, given)).join("; ")));
}

/**
 * Pulumi keeps lists, numbers and booleans as JSON text, and plain strings as they are. So 4711 and true may be a
 * company's name; a list stays one, as somebody wrote a list where a name is needed.
 */
function settingOf(name: string, text: string): readonly [name: string, value: unknown] {
  const value = structured(text);
  const meantAsText = isText(name) && (typeof value !== "object" || value === null) && typeof value !== "string";
  return [name, meantAsText ? text : value];
}

function structured(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isText(name: string): boolean {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  let type = Object.hasOwn(shape, name) ? shape[name] : undefined;
  while (type instanceof z.ZodDefault || type instanceof z.ZodOptional) type = type.unwrap();
  return type instanceof z.ZodEnum || type?._zod.def.type === "string";
}

/** Zod leaves such a key out without a word, and a KMS key or a tag would be missing. */
function losesKeys(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(losesKeys);
}

/** Line breaks, escape sequences and direction marks could forge or hide parts of the message. */
function escaped(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    const known = Object.keys(schema.shape).join(", ");
    return `unknown setting ${issue.keys.map((key) => `${NAMESPACE}:${key}`).join(", ")}; known are ${known}`;
  }
  const [setting, ...rest] = issue.path.map(String);
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], given);
  const where = rest.length === 0 ? "" : ` at ${rest.map((key) => key || '""').join(".")}`;
  const shown = value === undefined ? "not set" : JSON.stringify(value).slice(0, 100);
  // Of a key that is not allowed, Zod keeps the reason inside.
  const { message } = issue.code === "invalid_key" ? (issue.issues[0] ?? issue) : issue;
  return `setting ${NAMESPACE}:${setting ?? ""} is ${shown}${where}: ${message}`;
}
