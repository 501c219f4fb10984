import * as z from "zod";
import { parse } from "yaml";
import { InputError } from "../../command-line/input-error.ts";
import { readingProblem, readRegularFile } from "../../command-line/json-file.ts";

/** Configuration as Pulumi passes it to a program: structured values as JSON text. */
export type StackConfig = Readonly<Record<string, string>>;

const configFile = z.object({ config: z.record(z.string().regex(/^[\w-]+:[\w.-]+$/), z.unknown()).nullish() });

const NAMESPACE = "patch-manager-findings:";
/** Settings of ours that the local run can do without. */
const DISPENSABLE: readonly string[] = [`${NAMESPACE}alarmEmail`];

/**
 * Reads a stack's settings file (`Pulumi.<stack>.yaml`). Leaves out encrypted values that nothing local needs: the
 * alarms' email address, and settings of other programs and providers, such as `aws:token`.
 * @throws {InputError} if it cannot be read, is not YAML, or holds another encrypted value
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
    Object.entries(parsed.data.config ?? {}).flatMap(([key, value]) => {
      if (!isEncrypted(value)) return [[key, pulumiText(value)]];
      if (key.startsWith(NAMESPACE) && !DISPENSABLE.includes(key)) {
        throw new InputError(`${path}: ${key} is encrypted; set it again without --secret`);
      }
      return [];
    }),
  );
}

/** Returns the settings with one setting replaced. */
export function withSetting(config: StackConfig, setting: string, value: unknown): StackConfig {
  return { ...config, [`${NAMESPACE}${setting}`]: pulumiText(value) };
}

/**
 * Returns a setting that is text, or undefined. Pulumi keeps text unchanged. The program reads text in quotation marks as
 * JSON.
 *
 * @example textSetting({ "patch-manager-findings:ownerTag": "Team" }, "ownerTag"); // "Team"
 */
export function textSetting(config: StackConfig, setting: string): string | undefined {
  const text = config[`${NAMESPACE}${setting}`];
  if (text === undefined) return undefined;
  const value = jsonOf(text);
  return (typeof value === "string" ? value : text).trim();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new InputError(`${path}: is not YAML: ${line}`);
  }
}

/** Returns whether a value, or a part of it, is encrypted. Pulumi writes `secure:` before the encrypted text. */
function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    (Object.keys(value).join() === "secure" && "secure" in value && typeof value.secure === "string") ||
    Object.values(value).some(isEncrypted)
  );
}

const pulumiText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
