import { stringify } from "yaml";

/** Settings and their values. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Returns commands that set some settings, one a line. They can be pasted into a POSIX shell.
 *
 * @example setCommands({ sweepHours: 6 }); // "pulumi config set sweepHours 6"
 */
export function setCommands(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `pulumi config set ${name} ${quoted(pulumiText(value))}`)
    .join("\n");
}

/** Returns settings as they stand in `Pulumi.<stack>.yaml`. */
export function stackYaml(values: Values): string {
  const entries = Object.entries(values).map(([name, value]) => [`patch-manager-findings:${name}`, value]);
  return stringify({ config: Object.fromEntries(entries) as unknown }, { lineWidth: 0, schema: "yaml-1.1" }).trimEnd();
}

/** Returns a value as Pulumi passes it to the program: text unchanged, all else as JSON. */
const pulumiText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function quoted(text: string): string {
  return /^[\w@:/.+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
