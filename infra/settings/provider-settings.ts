import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import { partitionOf } from "./partitions.ts";
import { providerShape } from "./provider-shape.ts";
import { refusalOf } from "./refusals.ts";
import { isConfigSecret, type IsSecret } from "./secret-settings.ts";
import type { PlainSettings } from "./shape.ts";
import { stackValues } from "./stack-values.ts";

const NAMESPACE = "aws";
/** `tags` allows as many. */
const MAX_TAGS = 40;
const KNOWN = Object.keys(providerShape.shape);

type StackSettings = Pick<PlainSettings, "regions" | "tags">;
type ProviderSettings = z.infer<typeof providerShape>;

/**
 * Returns the arguments of the AWS provider: the stack's `aws:*` settings, its tags and a Region.
 *
 * Only a default provider reads `aws:*` settings. The program creates its provider, so it passes them on: without
 * `aws:profile`, it would deploy to another account. `tags` wins over a tag of `aws:defaultTags` with the same key.
 * `aws:region` is the provider's own Region, by default the first of `regions`. It does not decide what is deployed
 * where. Secret settings stay secret.
 *
 * @param config all configuration of the stack, as Pulumi keeps it: structured values as JSON text
 * @throws {pulumi.RunError} naming each unknown or wrong setting, and what is allowed
 * @example const provider = new aws.Provider("aws", providerSettings(settings));
 */
export function providerSettings(
  stack: StackSettings,
  config: Record<string, string> = pulumi.runtime.allConfig(),
  isSecret: IsSecret = isConfigSecret,
): aws.ProviderArgs {
  const values = stackValues(NAMESPACE, providerShape, config);
  const secret = new Set(Object.keys(values).filter((name) => isSecret(`${NAMESPACE}:${name}`)));
  const parsed = providerShape
    .superRefine((given, context) => {
      const wrong = new Set(context.issues.map(({ path }) => path?.[0]));
      const found = conflicts(given, stack).filter(({ setting }) => !wrong.has(setting));
      for (const { setting, message } of found) context.addIssue({ code: "custom", path: [setting], message });
    })
    .safeParse(values);
  if (!parsed.success) {
    throw new pulumi.RunError(refusalOf(parsed.error.issues, { namespace: NAMESPACE, values, known: KNOWN, secret }));
  }
  const { region = stack.regions[0] ?? "" } = parsed.data;
  const args = {
    ...parsed.data,
    region,
    defaultTags: { tags: mergedTags(parsed.data, stack) },
  } satisfies aws.ProviderArgs;
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, secret.has(name) ? pulumi.secret(value) : value]),
  );
}

/** Returns what the stack's own settings forbid. */
function* conflicts(given: ProviderSettings, stack: StackSettings) {
  const partition = partitionOf(stack.regions[0] ?? "");
  if (given.region !== undefined && partitionOf(given.region) !== partition) {
    const message = `must be a Region of the partition of regions (${partition}); change it or remove it`;
    yield { setting: "region", message };
  }
  if (Object.keys(mergedTags(given, stack)).length > MAX_TAGS) {
    yield { setting: "defaultTags", message: `must be at most ${MAX_TAGS} tags together with tags` };
  }
}

/** Merges the provider's default tags with ours. IAM treats keys that differ only in upper and lower case as one. */
function mergedTags({ defaultTags }: ProviderSettings, { tags }: StackSettings): Readonly<Record<string, string>> {
  const ours = new Set(Object.keys(tags).map((key) => key.toLowerCase()));
  const others = Object.entries(defaultTags?.tags ?? {}).filter(([key]) => !ours.has(key.toLowerCase()));
  return { ...Object.fromEntries(others), ...tags };
}
