import * as z from "zod";
import { parse } from "yaml";
import { InputError } from "../../command-line/input-error.ts";
import { readingProblem, readRegularFile } from "../../command-line/json-file.ts";

/** Configuration as Pulumi passes it to a program: structured values as JSON text. */
export type StackConfig = Readonly<Record<string, string>>;

const configFile = z.object({ config: z.record(z.string().regex(/^[\w-]+:[\w.-]+$/), z.unknown()).nullish() });

/**
 * Reads a stack's settings file (`Pulumi.<stack>.yaml`).
 * @throws {InputError} if it cannot be read, is not YAML, or holds encrypted values
 */
export async function readConfigFile(path: string): Promise<StackConfig> {
  const bytes = await readRegularFile(path).catch((error: unknown) => {
    throw new InputError(`${path}: ${readingProblem(error)}. Allowed: a stack settings file such as Pulumi.dev.yaml`);
  });
  const parsed = configFile.safeParse(parseYaml(path, bytes.toString("utf8")) ?? {});
  if (!parsed.success) {
    throw new InputError(
      `${path}: must be a mapping with "config", whose keys are like "patch-manager-findings:regions"`,
    );
  }
  return Object.fromEntries(
    Object.entries(parsed.data.config ?? {}).map(([key, value]) => [key, configValue(path, key, value)]),
  );
}

/** Returns the settings with one setting replaced. */
export function withSetting(config: StackConfig, setting: string, value: unknown): StackConfig {
  return { ...config, [`patch-manager-findings:${setting}`]: pulumiText(value) };
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new InputError(`${path}: is not YAML: ${line}`);
  }
}

function configValue(path: string, key: string, value: unknown): string {
  if (typeof value === "object" && value !== null && "secure" in value) {
    throw new InputError(`${path}: ${key} is encrypted; the local run cannot read it, give a file without secrets`);
  }
  return pulumiText(value);
}

const pulumiText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
