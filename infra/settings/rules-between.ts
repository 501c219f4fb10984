import { namedTags, POLICY_BOUNDS, type Policies } from "../../contract/policies.ts";
import { NOTIFY_TARGET } from "./notify-settings.ts";
import { partitionOf } from "./partitions.ts";
import { KMS_KEY } from "./resource-settings.ts";
import type { PlainSettings } from "./shape.ts";
import { policiesText } from "./stack-policies.ts";

/** A value that breaks a rule. */
interface Broken {
  /** Keys inside the setting, if it is a mapping. */
  readonly path?: readonly string[];
  /** What the rule means for these settings. */
  readonly because?: string;
}

/** A rule about a setting that depends on another setting. */
interface RuleBetween {
  readonly setting: keyof PlainSettings;
  /** The other setting. If its value is wrong, the rule is not applied. */
  readonly dependsOn: keyof PlainSettings;
  /** Begins with "must". The error message and docs/settings.md both show it. */
  readonly rule: string;
  readonly brokenBy: (settings: PlainSettings) => readonly Broken[];
}

/** What Pulumi's suffix and our longest resource name leave of the 64 characters of IAM, Lambda and EventBridge. */
const MAX_PREFIX_AND_REGION = 34;

const onlyListedRegions = (setting: "kmsKeys" | "additionalKmsKeys" | "maintenanceWindows"): RuleBetween => ({
  setting,
  dependsOn: "regions",
  rule: "must name only Regions of the stack (see regions)",
  brokenBy: (settings) =>
    Object.keys(settings[setting])
      .filter((region) => !settings.regions.includes(region))
      .map((region) => ({ path: [region] })),
});

const KEY_OF_THE_REGION = "must give each Region a key of the same Region: SQS cannot use another Region's key";

function isElsewhere(named: string | undefined, region: string): boolean {
  const [key, partition, keyRegion] = KMS_KEY.exec(named ?? "") ?? [];
  return key !== undefined && (keyRegion !== region || partition !== partitionOf(region));
}

function isOutOfReach(target: string | undefined, region: string): boolean {
  const [found, partition, topicRegion = region] = NOTIFY_TARGET.exec(target ?? "") ?? [];
  return found !== undefined && (topicRegion !== region || partition !== partitionOf(region));
}

/** Rules about two settings each. */
export const RULES_BETWEEN: readonly RuleBetween[] = [
  onlyListedRegions("kmsKeys"),
  onlyListedRegions("additionalKmsKeys"),
  onlyListedRegions("maintenanceWindows"),
  {
    setting: "kmsKeys",
    dependsOn: "regions",
    rule: KEY_OF_THE_REGION,
    brokenBy: ({ kmsKeys, regions }) =>
      regions.filter((region) => isElsewhere(kmsKeys[region], region)).map((region) => ({ path: [region] })),
  },
  {
    setting: "additionalKmsKeys",
    dependsOn: "regions",
    rule: KEY_OF_THE_REGION,
    brokenBy: ({ additionalKmsKeys, regions }) =>
      regions.flatMap((region) =>
        (additionalKmsKeys[region] ?? []).flatMap((key, index) =>
          isElsewhere(key, region) ? [{ path: [region, String(index)] }] : [],
        ),
      ),
  },
  {
    setting: "notify",
    dependsOn: "regions",
    rule: "must have targets only for Regions of the stack (see regions)",
    brokenBy: ({ notify, regions }) =>
      Object.keys(notify?.targets ?? {})
        .filter((region) => !regions.includes(region))
        .map((region) => ({ path: ["targets", region] })),
  },
  {
    setting: "notify",
    dependsOn: "regions",
    rule: "must have targets of the Regions' partition, and SNS topics of the same Region: EventBridge reaches no others",
    brokenBy: ({ notify, regions }) =>
      regions
        .filter((region) => isOutOfReach(notify?.targets[region], region))
        .map((region) => ({ path: ["targets", region] })),
  },
  {
    setting: "notify",
    dependsOn: "regions",
    rule: "must not have the default event bus of the same Region as a target: the rule there would match its own events. Use another bus",
    brokenBy: ({ notify, regions }) =>
      regions
        .filter((region) => notify?.targets[region]?.includes(`:events:${region}:`))
        .filter((region) => notify?.targets[region]?.endsWith(":event-bus/default"))
        .map((region) => ({ path: ["targets", region] })),
  },
  {
    setting: "namePrefix",
    dependsOn: "regions",
    rule: `must be at most ${MAX_PREFIX_AND_REGION} characters together with each Region's name`,
    brokenBy: ({ namePrefix, regions }) =>
      regions
        .filter((region) => namePrefix.length + region.length > MAX_PREFIX_AND_REGION)
        .map((region) => ({ because: `at most ${MAX_PREFIX_AND_REGION - region.length} in ${region}` })),
  },
  {
    setting: "permissionsBoundary",
    dependsOn: "regions",
    rule: "must be a policy of the Regions' partition",
    brokenBy: ({ permissionsBoundary, regions }) => {
      const beginning = `arn:${partitionOf(regions[0] ?? "")}:`;
      const isBroken = permissionsBoundary?.startsWith(beginning) === false;
      return isBroken ? [{ because: `its ARN begins with ${beginning}` }] : [];
    },
  },
  {
    setting: "insightPatchGroups",
    dependsOn: "insights",
    rule: "must be empty unless insights is true",
    brokenBy: ({ insightPatchGroups, insights }) => (insightPatchGroups.length > 0 && !insights ? [{}] : []),
  },
  {
    setting: "insightOwners",
    dependsOn: "insights",
    rule: "must be empty unless insights is true",
    brokenBy: ({ insightOwners, insights }) => (insightOwners.length > 0 && !insights ? [{}] : []),
  },
  {
    setting: "insightOwners",
    dependsOn: "ownerTag",
    rule: "must be empty unless ownerTag is set",
    brokenBy: ({ insightOwners, ownerTag }) => (insightOwners.length > 0 && ownerTag === undefined ? [{}] : []),
  },
  {
    setting: "exceptions",
    dependsOn: "severityRules",
    rule: `must be at most ${POLICY_BOUNDS.bytes} bytes of JSON together with severityRules and deadlineRules`,
    brokenBy: (settings) => {
      const bytes = Buffer.byteLength(policiesText(settings));
      return bytes > POLICY_BOUNDS.bytes ? [{ because: `they are ${bytes} bytes` }] : [];
    },
  },
  {
    setting: "exceptions",
    dependsOn: "deadlineRules",
    rule: `must name at most ${POLICY_BOUNDS.tagKeys} different tag keys together with severityRules and deadlineRules`,
    brokenBy: (settings) => {
      const policies = JSON.parse(policiesText(settings)) as Policies;
      const { size } = new Set(namedTags(policies).map(([key]) => key));
      return size > POLICY_BOUNDS.tagKeys ? [{ because: `they name ${size}` }] : [];
    },
  },
  {
    setting: "reservedConcurrency",
    dependsOn: "maximumConcurrency",
    rule: "must be at least maximumConcurrency, or Lambda throttles batches",
    brokenBy: ({ reservedConcurrency = Infinity, maximumConcurrency }) =>
      reservedConcurrency < maximumConcurrency ? [{ because: `maximumConcurrency is ${maximumConcurrency}` }] : [],
  },
];
