import { RunError } from "@pulumi/pulumi";
import { readSettings, type Settings } from "../../infra/settings.ts";
import { providerSettings } from "../../infra/settings/provider-settings.ts";
import { readConfigFile, withSetting, type StackConfig } from "../../local/program/config-file.ts";
import { InputError } from "../../command-line/input-error.ts";

/** The command line options that choose the settings. */
export interface SettingsOptions {
  readonly region: string;
  /** Stack settings file. Default: the program's defaults. */
  readonly config?: string;
  /** ARN of a KMS key for the Region, in place of the file's. */
  readonly kmsKey?: string;
}

/**
 * Reads the stack settings to check, with the program's own validation. It also checks the `aws:*` settings, which
 * preflight does not use.
 *
 * @throws {InputError} with the program's message for an invalid setting, or if the Region is not among the settings'
 * @example const settings = await preflightSettings({ region: "eu-west-1", config: "Pulumi.dev.yaml" });
 */
export async function preflightSettings({ region, config, kmsKey }: SettingsOptions): Promise<Settings> {
  const given = config === undefined ? defaults(region) : await readConfigFile(config);
  const settings = checked(given, config ?? "--region");
  if (!settings.regions.includes(region)) {
    throw new InputError(
      `--region ${region} is not among the regions of ${config ?? "the defaults"}; give one of ${settings.regions.join(", ")}`,
    );
  }
  if (kmsKey === undefined) return settings;
  return checked(withSetting(given, "kmsKeys", { ...settings.kmsKeys, [region]: kmsKey }), "--kms-key");
}

function defaults(region: string): StackConfig {
  return withSetting({}, "regions", [region]);
}

function checked(config: StackConfig, source: string): Settings {
  try {
    const settings = readSettings({ ...config });
    providerSettings(settings, { ...config });
    return settings;
  } catch (error) {
    if (error instanceof RunError) throw new InputError(`${source}: ${error.message}`);
    throw error;
  }
}
