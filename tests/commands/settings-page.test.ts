import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { setCommands } from "../../commands/settings-page/examples.ts";
import { settingsPage } from "../../commands/settings-page/page.ts";
import { SETTINGS_PAGE, settingsPageTrouble } from "../../commands/settings-page.ts";
import { descriptions } from "../../infra/settings/descriptions.ts";
import { SETTING_GROUPS, settingsShape } from "../../infra/settings/shape.ts";
import { trueOrFalse, wholeNumber } from "../../infra/settings/value-types.ts";
import { readSettings } from "../../infra/settings.ts";
import { anchorOf } from "../fixtures/markdown.ts";
import { refused } from "../fixtures/refused-settings.ts";

const NAMESPACE = "patch-manager-findings";
const onPage = (type: z.ZodType) => settingsPage([{ title: "A group", shape: { speed: type } }]);

const page = (): string => settingsPage(SETTING_GROUPS);

/** Returns the text under a setting's heading. */
const sectionOf = (name: string): string =>
  page()
    .split(/^#{2,3} /m)
    .find((text) => text.startsWith(`${name}\n`)) ?? "";

/** Returns the content of the fenced blocks of one language. */
const blocks = (section: string, language: string): string[] =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, "gms"))].map(([, content = ""]) => content);

/** Returns the configuration that the commands of a block leave in the stack, as a POSIX shell reads them. */
function pasted(commands: string): Record<string, string> {
  const settings = commands.split("\n").map((line) => {
    const [, name = "", plain, single = ""] = /^pulumi config set (\w+) (?:([\w@:/.+-]+)|'([^']*)')$/.exec(line) ?? [];
    return [`${NAMESPACE}:${name}`, plain ?? single] as const;
  });
  return Object.fromEntries(settings);
}

/** Returns the configuration of a stack file as Pulumi passes it to the program. */
function stackFile(yaml: string): Record<string, string> {
  const { config } = parse(yaml) as { config: Record<string, unknown> };
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, text(value)]));
}

describe("docs/settings.md", () => {
  it("is up to date", async () => {
    expect(await settingsPageTrouble(SETTINGS_PAGE)).to.equal(undefined);
  });

  it("lists every setting once", () => {
    const headings = [...page().matchAll(/^### (.*)$/gm)].map(([, name]) => name);
    expect(headings).to.deep.equal(Object.keys(settingsShape.shape));
  });

  for (const [name, type] of Object.entries(settingsShape.shape)) {
    it(`shows examples of ${name} that the program accepts`, () => {
      const [commands = "", ...others] = blocks(sectionOf(name), "sh");
      expect(others).to.deep.equal([]);
      const regions = { [`${NAMESPACE}:regions`]: '["eu-west-1"]' };
      const settings = readSettings({ ...regions, ...pasted(commands) });
      expect(settings).to.have.deep.property(name, descriptions.get(type)?.example);
      for (const yaml of blocks(sectionOf(name), "yaml")) {
        expect(readSettings({ ...regions, ...stackFile(yaml) })).to.deep.equal(settings);
      }
    });
  }

  for (const name of ["sweepHours", "severityRules", "kmsKeys", "reservedConcurrency"] as const) {
    it(`says what ${name} allows in the words of the error messages`, () => {
      for (const { setting, allowed } of refused) {
        // The page leaves out "must be" after "Allowed:". An error message ends with the reason in this stack.
        const [, rule = allowed] = /(?:^|[:;] )must (?:be )?([^:]*)/.exec(allowed) ?? [];
        if (setting === name) expect(sectionOf(name)).to.include(rule);
      }
    });
  }

  it("shows the default, the bounds, and every field of a structured setting", () => {
    expect(sectionOf("sweepHours")).to.include("- **Default:** `12`\n- **Allowed:** a whole number from 1 to 72\n");
    expect(sectionOf("regions")).to.include("- **Default:** none; this setting is required\n");
    expect(sectionOf("alarmEmail")).to.include("- **Default:** not set\n");
    for (const field of ["severity` (required)", "complianceLevel` (optional)", "platform` (optional)"]) {
      expect(sectionOf("severityRules")).to.include(`  - \`${field}: `);
    }
  });

  it("links only to headings that exist", async () => {
    for (const [, file = "", fragment] of page().matchAll(/\]\(([\w.]*)#([\w-]+)\)/g)) {
      const target = file === "" ? page() : await readFile(join("docs", file), "utf8");
      const anchors = [...target.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
      expect(anchors, `${file}#${fragment ?? ""}`).to.include(fragment);
    }
  });
});

describe("settings page", () => {
  it("is out of date if it is missing or differs", async () => {
    const directory = await mkdtemp(join(tmpdir(), "settings-page-"));
    const file = join(directory, "settings.md");
    expect(await settingsPageTrouble(file)).to.equal(`${file} does not exist; run npm run settings to write it again`);
    await writeFile(file, `${page()}more`);
    expect(await settingsPageTrouble(file)).to.match(/does not match the settings in infra\/settings; run npm run/);
    await writeFile(file, page());
    expect(await settingsPageTrouble(file)).to.equal(undefined);
    await rm(directory, { recursive: true });
  });

  const meaning = "How fast.";
  const incomplete: readonly (readonly [string, () => z.ZodType, RegExp])[] = [
    ["a description", () => wholeNumber(1, 2), /speed has no description/],
    ["a meaning", () => trueOrFalse().register(descriptions, { meaning: " ", example: true }), /an empty description/],
    [
      "an example",
      () => wholeNumber(1, 2).optional().register(descriptions, { meaning, example: undefined }),
      /no example/,
    ],
    ["a message of its own", () => z.int().register(descriptions, { meaning, example: 1 }), /has no error message/],
    [
      "a message for a bound",
      () => wholeNumber(1, 9).min(2).register(descriptions, { meaning, example: 2 }),
      /no error/,
    ],
    [
      "a meaning for a field",
      () =>
        z
          .strictObject({ a: trueOrFalse() }, "must be a pair")
          .register(descriptions, { meaning, example: { a: true } }),
      /the field a has no meaning/,
    ],
    [
      "a message with must be",
      () => z.string("wrong").register(descriptions, { meaning, example: "x" }),
      /must begin with/,
    ],
  ];
  for (const [what, type, message] of incomplete) {
    it(`is not written for a setting without ${what}`, () => {
      expect(() => onPage(type())).to.throw(message);
    });
  }

  it("escapes what Markdown would format, and quotes what a shell would read", () => {
    const type = z.string("must be a_b or *c*").register(descriptions, { meaning, example: "it's" });
    expect(onPage(type)).to.include(String.raw`- **Allowed:** a\_b or \*c\*`);
    expect(setCommands({ companyName: "it's", tags: { a: "b" } })).to.equal(
      `pulumi config set companyName 'it'\\''s'\npulumi config set tags '{"a":"b"}'`,
    );
  });
});
