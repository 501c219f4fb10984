import { RunError } from "@pulumi/pulumi";
import { readSettings, type Settings } from "../../infra/settings.ts";
import { readConfigFile, withSetting, type StackConfig } from "../../local/program/config-file.ts";
import { InputError } from "../../command-line/input-error.ts";

export interface SettingsOptions {
  readonly region: string;
  /** Stack settings file; without one, the program's defaults. */
  readonly config?: string;
  /** Instead of what the file says of the Region. */
  readonly kmsKey?: string;
}

/**
 * The settings that are to work in the account, checked by the program's own rules.
 * @throws {InputError} in the program's words where they would stop it, and where they are of other Regions
 */
export async function preflightSettings({ region, config, kmsKey }: SettingsOptions): Promise<Settings> {
  const given = config === undefined ? defaults(region) : await readConfigFile(config);
  const settings = checked(given, config ?? "--region");
  if (!settings.regions.includes(region)) {
    throw new InputError(
      `--region is ${region}, which is not among the regions of ${config ?? ""}: ${settings.regions.join(", ")}`,
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
    return readSettings({ ...config });
  } catch (error) {
    if (error instanceof RunError) throw new InputError(`${source}: ${error.message}`);
    throw error;
  }
}
