/** Each setting alone changes exactly what it must, and replaces and deletes no queue but one that it created itself. */
import { expect } from "chai";
import type { StackConfig } from "../../../local/program/config-file.ts";
import { settingsShape } from "../../../infra/settings/shape.ts";
import { TrialStack } from "../trial/trial-stack.ts";
import { changesOf } from "./changes-of.ts";
import { capturedOnce, plannedChanges } from "./planned-changes.ts";
import {
  DELETES_QUEUES,
  EVERY_TAG,
  PROVIDER_CHANGES,
  SETTING_CHANGES,
  TAGGED,
  type SettingChange,
} from "./setting-changes.ts";
import { success } from "./live-stacks.ts";

const PREFIX = "patch-findings-eu-west-1";
const BASE: StackConfig = { "patch-manager-findings:regions": '["eu-west-1"]' };

const own = (name: string): string => `patch-manager-findings:${name}`;
const pulumiText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const all: readonly (readonly [string, SettingChange])[] = [
  ...Object.entries(SETTING_CHANGES).map(([name, change]) => [own(name), change] as const),
  ...Object.entries(PROVIDER_CHANGES).map(([name, change]) => [`aws:${name}`, change] as const),
];

describe("each setting alone", function () {
  this.timeout(300_000);

  it("is in the table", () => {
    const known = Object.keys(settingsShape.shape).toSorted();
    expect([...Object.keys(SETTING_CHANGES), ...DELETES_QUEUES].toSorted()).to.deep.equal(known);
  });

  for (const [key, change] of all) {
    it(`${key} changes what it must, also when it is removed`, async () => {
      const { before, after } = settingsOf(key, change);
      const expected = await expectedChanges(change);
      const planned = changesOf({ changes: await plannedChanges(before, after) }, PREFIX);
      expect(planned, "the table in setting-changes.ts says what must change").to.deep.equal(expected);
      const removed = changesOf({ changes: await plannedChanges(after, before) }, PREFIX);
      expect(removed).to.deep.equal(expected.map(reversed).toSorted());
      // When the setting is removed, it deletes what it created, and nothing else: the two lists are equal.
      const loses = [...planned, ...removed.filter((line) => !line.startsWith("delete"))];
      expect(loses.filter((line) => /^replace|^delete Queue/.test(line))).to.deep.equal([]);
    });
  }

  it("namePrefix replaces every resource, as docs/settings.md says", async () => {
    const planned = await plannedChanges(BASE, { ...BASE, [own("namePrefix")]: "acme-patches" });
    const kept = (await capturedOnce(BASE)).filter(({ type }) => /^pulumi:/.test(type)).map(({ name }) => name);
    const number = (op: string) => planned.filter((change) => change.op === op).length;
    expect(kept).to.deep.equal(["patch-manager-findings-trial", "aws"]);
    expect(number("create")).to.equal((await capturedOnce(BASE)).length - kept.length);
    expect(number("delete")).to.equal(number("create"));
    expect(planned).to.have.lengthOf(2 * number("create"));
  });
});

describe("each setting alone under the real engine", function () {
  this.timeout(300_000);
  let stack: TrialStack;
  before(async () => {
    stack = await TrialStack.create({ config: BASE });
    await success(stack.up());
  });
  after(() => stack.remove());

  for (const name of ["export", "maintenanceWindows", "tags", "kmsKeys"] as const) {
    it(`${name} changes the same`, async () => {
      const change = SETTING_CHANGES[name];
      await stack.configure(own(name), pulumiText(change.value));
      const preview = await success(stack.preview());
      expect(changesOf(preview, PREFIX)).to.deep.equal(await expectedChanges(change));
      await stack.unset(own(name));
    });
  }
});

function settingsOf(key: string, { value, given = {} }: SettingChange): { before: StackConfig; after: StackConfig } {
  const others = Object.entries(given).map(([name, other]) => [own(name), pulumiText(other)] as const);
  const before = { ...BASE, ...Object.fromEntries(others) };
  return { before, after: { ...before, [key]: pulumiText(value) } };
}

async function expectedChanges({ changes }: SettingChange): Promise<string[]> {
  if (changes !== EVERY_TAG) return changes.toSorted();
  const tagged = (await capturedOnce(BASE)).filter(({ type }) => type.startsWith("aws:") && isTagged(type));
  const updates = tagged.map(({ type, name }) => ({ op: "update", type, name }));
  return [...changesOf({ changes: updates }, PREFIX), "update aws aws"].toSorted();
}

const isTagged = (type: string): boolean => TAGGED.includes(type.split(":").at(-1) ?? "");

/** A setting that is removed deletes what it created. */
function reversed(line: string): string {
  const [op = "", ...rest] = line.split(" ");
  const opposite = { create: "delete", delete: "create" }[op];
  return [opposite ?? op, ...rest].join(" ");
}
