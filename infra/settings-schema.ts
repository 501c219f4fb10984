import * as z from "zod";
import { REGION_PATTERN, REGION_RULE } from "../contract/regions.ts";
import { SEVERITY_LABELS } from "../contract/severity.ts";

/** The retention times of CloudWatch Logs, in days. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Lambda allows 4 KB of environment variables per function. */
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
/** These texts appear in findings, logs and terminals. */
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u;
const NOT_PRINTABLE = "must not hold control characters";
const displayName = z.string().trim().min(1).max(128).regex(PRINTABLE, NOT_PRINTABLE);
/** How the Regions outside the commercial partition begin. One set of credentials works in one partition only. */
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
/** What Pulumi's suffix and our longest resource name leave of the 64 characters of IAM, Lambda and EventBridge. */
const MAX_PREFIX_AND_REGION = 34;
const eachOnce = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** Settings one by one: types, defaults and bounds. */
export const settingsShape = z.strictObject({
  /** How all resource names begin. A change replaces every resource. */
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
  /** ProductName of the findings. The default is the native integration's, so saved filters keep working. */
  productName: displayName.default("Systems Manager Patch Manager"),
  companyName: displayName.default("Patch Manager Findings"),
  /** ASFF resource type of hybrid nodes. */
  hybridResourceType: z.enum(["Other", "AwsEc2Instance"]).default("Other"),
  /** Rules that come before the default severity policy. The first rule that matches a package applies. */
  severityRules: z
    .array(severityRule)
    .refine(
      (rules) => JSON.stringify(rules).length <= MAX_RULES_BYTES,
      `must be at most ${MAX_RULES_BYTES} bytes of JSON`,
    )
    .default([]),
  /** Days to keep the functions' logs. */
  logRetentionDays: z
    .number()
    .refine((days) => RETENTION_DAYS.includes(days), `must be one of ${RETENTION_DAYS.join(", ")}`)
    .default(30),
  /** Seconds to collect events before an execution starts. A longer window means fewer executions. */
  batchingWindowSeconds: z.int().min(1).max(300).default(10),
  /** Minutes between redrive runs. */
  redriveMinutes: z.int().min(1).max(60).default(5),
  /** Hours between sweeps, which check every managed node and every open finding. */
  sweepHours: z.int().min(1).max(72).default(12),
  /** Days without a patch operation after which a node is a blind spot. */
  blindSpotDays: z.int().min(1).max(365).default(30),
  /** Logs what Publish would do, and grants no permission to publish. */
  planOnly: z.boolean().default(false),
  /** False disables the event rules and the sweep. Messages already in the queues are still processed. */
  export: z.boolean().default(true),
  /** Enables Security Hub without its default standards. It stays enabled when the stack is destroyed. */
  enableSecurityHub: z.boolean().default(false),
  /** Email address for the alarms of all Regions. AWS asks for a confirmation first. */
  alarmEmail: z.email().max(254).optional(),
  /** Tags of all resources that support tags. AWS allows 50; the rest are left for the organization. */
  tags: tags.default({}),
  /** ARN of the permissions boundary of every role. */
  permissionsBoundary: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/, "must be the ARN of an IAM policy")
    .optional(),
  /** Region -> ids of the maintenance windows that get a last task, which publishes findings. */
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
  /** Creates Security Hub insights over this program's findings. Security Hub must be enabled. */
  insights: z.boolean().default(false),
  /** Patch groups that each get an insight. */
  insightPatchGroups: z
    .array(z.string().trim().min(1).max(256).regex(PRINTABLE, NOT_PRINTABLE))
    .max(20)
    .refine(eachOnce, "must name each patch group once")
    .default([]),
  /** Region -> ARN of the KMS key of its queues. By default SQS uses its own key (SSE-SQS). */
  kmsKeys: z
    .record(z.string(), z.string().regex(KMS_KEY, "must be the ARN of a KMS key; an alias will not do"))
    .default({}),
  /** Messages per batch from the work queue, at most. */
  batchSize: z.int().min(1).max(1000).default(100),
  /** Concurrent batches from the work queue, at most. */
  maximumConcurrency: z.int().min(2).max(1000).default(5),
  /** Reserved concurrency per function. New AWS accounts often have no concurrency to reserve. */
  reservedConcurrency: z.int().min(2).max(1000).optional(),
  /** Whether X-Ray traces the functions and the state machine. */
  tracing: z.boolean().default(true),
});

/** All settings of a stack, and the rules between them. */
export const settingsSchema = settingsShape.superRefine((settings, context) => {
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
