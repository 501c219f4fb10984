import * as z from "zod";
import { descriptions, type SettingGroup } from "../../infra/settings/descriptions.ts";
import { RULES_BETWEEN } from "../../infra/settings/rules-between.ts";
import { bare } from "../../infra/settings/value-types.ts";
import { allowedBy } from "./allowed.ts";
import { setCommands, stackYaml } from "./examples.ts";

const INTRODUCTION = `<!-- \`npm run settings\` writes this page from infra/settings/. Do not edit it. -->

# Settings

All settings of a stack. Only \`regions\` is required.

\`pulumi config set\` writes a setting to the file of the selected stack, where its name has the prefix
\`patch-manager-findings:\`. The file of the stack \`prod\` is \`Pulumi.prod.yaml\`. \`pulumi config rm\` removes the setting,
and the default applies. To deploy the change, run \`npm run up -- --stack prod\`.

A list or a mapping is YAML in that file. The commands below give it as JSON in single quotes, for a POSIX shell such as
bash. Pulumi stores that as text, and it means the same.

[Settings of the AWS provider](deploy.md#settings-of-the-aws-provider), such as \`aws:profile\` and \`aws:allowedAccountIds\`, are
passed on to it.

Only \`alarmEmail\` may be encrypted with \`--secret\`. The other values appear in names, policies, environment variables or
findings.

An unknown or invalid setting stops \`pulumi up\` before it changes anything. The message names the setting, its value, and
what is allowed. To test settings without AWS, run \`npm start -- --config Pulumi.prod.yaml\`.
[Pulumi.example-prod.yaml](../Pulumi.example-prod.yaml) is an example for production.
`;

/**
 * Returns the page that lists all settings, in Markdown.
 *
 * @throws {Error} if a setting has no description, no example, or no text that says what it allows
 * @example await writeFile("docs/settings.md", settingsPage(SETTING_GROUPS));
 */
export function settingsPage(groups: readonly SettingGroup[]): string {
  const contents = groups.map(({ title, shape }) => {
    const links = Object.keys(shape).map((name) => `[\`${name}\`](#${name.toLowerCase()})`);
    return `- **${title}:** ${links.join(", ")}`;
  });
  const sections = groups.map(({ title, shape }) =>
    [`## ${title}`, ...Object.entries(shape).map(([name, type]) => settingSection(name, type))].join("\n\n"),
  );
  return `${[INTRODUCTION.trimEnd(), contents.join("\n"), ...sections].join("\n\n")}\n`;
}

function settingSection(name: string, type: z.core.$ZodType): string {
  const description = descriptions.get(type);
  if (description === undefined) throw new Error(`the setting ${name} has no description`);
  const { meaning, example, exampleNeeds } = description;
  if (meaning.trim() === "") throw new Error(`the setting ${name} has an empty description`);
  if (example === undefined) throw new Error(`the setting ${name} has no example`);
  const values = { ...exampleNeeds, [name]: example };
  const yaml = typeof example === "object" ? [fenced("yaml", stackYaml(values))] : [];
  const facts = [`- **Default:** ${defaultOf(type)}`, ...allowedLines(name, type)];
  return [`### ${name}`, meaning, facts.join("\n"), fenced("sh", setCommands(values)), ...yaml].join("\n\n");
}

function allowedLines(name: string, type: z.core.$ZodType): string[] {
  const { value, rules, partRules, fields } = allowedBy(type);
  const between = RULES_BETWEEN.filter(({ setting }) => setting === name).map(({ rule }) => rule);
  return [
    `- **Allowed:** ${markdown(value)}`,
    ...[...rules, ...between, ...partRules].map((rule) => `  - ${markdown(rule)}`),
    ...(fields.length === 0 ? [] : ["- **Fields:**", ...fields.map((field) => `  - ${field}`)]),
  ];
}

function defaultOf(type: z.core.$ZodType): string {
  if (type instanceof z.ZodOptional) return "not set";
  if (!(type instanceof z.ZodDefault)) return "none; this setting is required";
  const value: unknown = type.def.defaultValue;
  if (typeof value === "object") return bare(type) instanceof z.ZodArray ? "an empty list" : "an empty mapping";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** Escapes characters of an error message that mean something in Markdown. */
const markdown = (text: string): string => text.replaceAll(/[_*<>`]/g, String.raw`\$&`);

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;
