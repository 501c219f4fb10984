import type * as aws from "@pulumi/aws";
import * as z from "zod";
import { REGION_PATTERN, REGION_RULE } from "../../contract/regions.ts";
import { tagMapping } from "./resource-settings.ts";
import { eachOnce, matching, trueOrFalse } from "./value-types.ts";

/** A type for each field, by Pulumi's own types: a new version of the provider adds none unseen. */
type FieldsOf<Type> = Readonly<Record<keyof Type, z.ZodType>>;

const text = () => z.string({ error: "must be text" }).min(1, { error: "must be text of 1 or more characters" });
const texts = () => z.array(text(), { error: "must be a list of texts" });
const textsByName = () => z.record(z.string(), text(), { error: "must be a mapping of names to texts" });
const count = () => z.int({ error: "must be a whole number" }).min(0, { error: "must be a whole number" });

/** `pulumi config set --path` makes a number of an account id, which loses nothing unless it begins with 0. */
const accountId = z.preprocess(
  (id) => (typeof id === "number" && /^\d{12}$/.test(String(id)) ? String(id) : id),
  matching(/^\d{12}$/, "an account id of 12 digits"),
);
const ACCOUNT_IDS = { error: "must be a list of 1 or more account ids" };
const accountIds = () =>
  z.array(accountId, ACCOUNT_IDS).min(1, ACCOUNT_IDS).refine(eachOnce, { error: "must name each account once" });

/** Returns the fields, each of which can be left out. */
const optional = <Fields extends z.core.$ZodLooseShape>(fields: Fields) => z.object(fields).partial().shape;
const fieldsError = (fields: object) => ({ error: `must be a mapping with any of ${Object.keys(fields).join(", ")}` });
const roleError = (fields: object) => {
  const others = Object.keys(fields).filter((name) => name !== "roleArn");
  return { error: `must be a role with roleArn, and any of ${others.join(", ")}` };
};

const session = { roleArn: text(), duration: text(), policy: text(), policyArns: texts(), sessionName: text() };
const assumeRole = {
  ...session,
  externalId: text(),
  sourceIdentity: text(),
  tags: textsByName(),
  transitiveTagKeys: texts(),
} satisfies FieldsOf<aws.types.input.ProviderAssumeRole>;
const webIdentity = {
  ...session,
  webIdentityToken: text(),
  webIdentityTokenFile: text(),
} satisfies FieldsOf<aws.types.input.ProviderAssumeRoleWithWebIdentity>;
const defaultTags = { tags: tagMapping } satisfies FieldsOf<aws.types.input.ProviderDefaultTags>;
const ignoreTags = { keys: texts(), keyPrefixes: texts() } satisfies FieldsOf<aws.types.input.ProviderIgnoreTags>;

/** Terraform's provider ignores a role without an ARN, and would deploy with the credentials as they are. */
const roleRequired = { roleArn: text() };

const settings = {
  accessKey: text(),
  allowedAccountIds: accountIds(),
  assumeRoleWithWebIdentity: z.strictObject({ ...optional(webIdentity), ...roleRequired }, roleError(webIdentity)),
  assumeRoles: z.array(z.strictObject({ ...optional(assumeRole), ...roleRequired }, roleError(assumeRole)), {
    error: "must be a list of roles",
  }),
  customCaBundle: text(),
  defaultTags: z.strictObject(optional(defaultTags), fieldsError(defaultTags)),
  ec2MetadataServiceEndpoint: text(),
  ec2MetadataServiceEndpointMode: text(),
  // The provider checks the names of its services.
  endpoints: z.array(textsByName(), { error: "must be a list of mappings of services to URLs" }),
  forbiddenAccountIds: accountIds(),
  httpProxy: text(),
  httpsProxy: text(),
  ignoreTags: z.strictObject(optional(ignoreTags), fieldsError(ignoreTags)),
  insecure: trueOrFalse(),
  maxRetries: count(),
  noProxy: text(),
  profile: text(),
  region: z.string({ error: REGION_RULE }).regex(REGION_PATTERN, { error: REGION_RULE }),
  retryMode: text(),
  s3UsEast1RegionalEndpoint: text(),
  s3UsePathStyle: trueOrFalse(),
  secretKey: text(),
  sharedConfigFiles: texts(),
  sharedCredentialsFiles: texts(),
  skipCredentialsValidation: trueOrFalse(),
  skipMetadataApiCheck: trueOrFalse(),
  skipRegionValidation: trueOrFalse(),
  skipRequestingAccountId: trueOrFalse(),
  stsRegion: text(),
  tagPolicyCompliance: text(),
  token: text(),
  tokenBucketRateLimiterCapacity: count(),
  useDualstackEndpoint: trueOrFalse(),
  useFipsEndpoint: trueOrFalse(),
  userAgents: texts(),
} satisfies FieldsOf<aws.ProviderArgs>;

/** The settings of the AWS provider: `aws:profile` and so on. */
export const providerShape = z.strictObject(optional(settings));
