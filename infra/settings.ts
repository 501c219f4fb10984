import * as pulumi from "@pulumi/pulumi";
import { settingsSchema } from "./settings-schema.ts";
import { exceptionsValue } from "./settings/exceptions-file.ts";
import { refusalOf } from "./settings/refusals.ts";
import { isConfigSecret, type IsSecret } from "./settings/secret-settings.ts";
import { settingsShape, type PlainSettings } from "./settings/shape.ts";
import { stackValues } from "./settings/stack-values.ts";

/** Pulumi's configuration namespace: `patch-manager-findings:regions` and so on. */
const NAMESPACE = "patch-manager-findings";

const KNOWN = Object.keys(settingsShape.shape);
/** The values of all others appear where anyone with access to the account can read them. */
const MAY_BE_SECRET: readonly string[] = ["alarmEmail"] satisfies (keyof PlainSettings)[];

/** The settings of a stack, with defaults for those that are not set. A secret email address stays secret. */
export type Settings = Omit<PlainSettings, "alarmEmail"> & { readonly alarmEmail?: pulumi.Input<string> };

/**
 * Reads and checks the stack's settings.
 *
 * @param config all configuration of the stack, as Pulumi keeps it: structured values as JSON text
 * @throws {pulumi.RunError} naming each wrong setting, its value unless it is secret, and what is allowed. Nothing is
 * deployed then.
 * @example
 * const { regions } = readSettings({ "patch-manager-findings:regions": '["eu-west-1"]' });
 */
export function readSettings(
  config: Record<string, string> = pulumi.runtime.allConfig(),
  isSecret: IsSecret = isConfigSecret,
): Settings {
  const values = stackValues(NAMESPACE, settingsShape, config, {
    // A secret value is refused below, and no message may show it.
    exceptions: (given) =>
      isSecret(`${NAMESPACE}:exceptions`) ? given : exceptionsValue(given, `${NAMESPACE}:exceptions`),
  });
  const secret = new Set(Object.keys(values).filter((name) => isSecret(`${NAMESPACE}:${name}`)));
  refuseSecrets(KNOWN.filter((name) => secret.has(name) && !MAY_BE_SECRET.includes(name)));
  const parsed = settingsSchema.safeParse(values);
  if (!parsed.success) {
    throw new pulumi.RunError(refusalOf(parsed.error.issues, { namespace: NAMESPACE, values, known: KNOWN, secret }));
  }
  const { alarmEmail, ...others } = parsed.data;
  if (alarmEmail === undefined) return others;
  return { ...others, alarmEmail: secret.has("alarmEmail") ? pulumi.secret(alarmEmail) : alarmEmail };
}

/** Refuses them before any check, because the message of another setting could show their values. */
function refuseSecrets(names: readonly string[]): void {
  if (names.length === 0) return;
  const settings = names.map((name) => `${NAMESPACE}:${name}`).join(", ");
  throw new pulumi.RunError(
    `setting ${settings} must not be secret: its value appears in names, policies, environment variables or findings; ` +
      "set it again without --secret",
  );
}
