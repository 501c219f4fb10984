/** Regions that are added, removed or listed in another order leave the resources of the other Regions alone. */
import { expect } from "chai";
import type { StackConfig } from "../../../local/program/config-file.ts";
import { accountEntries } from "../provider/account/account.ts";
import { readJournal } from "../provider/account/journal.ts";
import { TrialStack, type Operation } from "../trial/trial-stack.ts";
import type { Change } from "./changes-of.ts";
import { capturedOnce, plannedChanges } from "./planned-changes.ts";
import { success } from "./live-stacks.ts";

const SETTING = "patch-manager-findings:regions";
/** The provider of all Regions: its own Region is the first of the list. */
const PROVIDER = "pulumi:providers:aws aws";

interface Case {
  readonly title: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Whether the provider changes its own Region. */
  readonly provider: "same" | "update";
}

const CASES: readonly Case[] = [
  { title: "a Region added", before: ["eu-west-1"], after: ["eu-west-1", "us-east-1"], provider: "same" },
  { title: "a Region added in front", before: ["eu-west-1"], after: ["us-east-1", "eu-west-1"], provider: "update" },
  { title: "the last Region removed", before: ["eu-west-1", "us-east-1"], after: ["eu-west-1"], provider: "same" },
  { title: "the first Region removed", before: ["eu-west-1", "us-east-1"], after: ["us-east-1"], provider: "update" },
  {
    title: "another order",
    before: ["eu-west-1", "us-east-1"],
    after: ["us-east-1", "eu-west-1"],
    provider: "update",
  },
];

const configOf = (regions: readonly string[]): StackConfig => ({ [SETTING]: JSON.stringify(regions) });
const without = (list: readonly string[], others: readonly string[]) => list.filter((each) => !others.includes(each));

describe("the Regions of a stack", function () {
  this.timeout(400_000);

  for (const each of CASES) {
    it(`${each.title}: no change in the others`, async () => {
      const changes = await plannedChanges(configOf(each.before), configOf(each.after));
      expect(lines(changes)).to.deep.equal(await expectedChanges(each));
    });
  }

  describe("under the real engine", () => {
    let stack: TrialStack;
    const [added, , , removed, reordered] = CASES as readonly [Case, Case, Case, Case, Case];
    before(async () => {
      stack = await TrialStack.create({ config: configOf(added.before) });
      await success(stack.up());
    });
    after(() => stack.remove());

    it(`${added.title}: creates what is in it, and changes nothing else`, async () => {
      const first = readJournal(stack.account).length;
      const up = await changeTo(added);
      expect(lines(up.changes)).to.deep.equal(await expectedChanges(added));
      expect(regionsOf(first)).to.deep.equal(["us-east-1"]);
    });

    it(`${reordered.title}: updates only the provider`, async () => {
      await stack.configure(SETTING, JSON.stringify(reordered.after));
      const preview = await success(stack.preview());
      expect(lines(preview.changes)).to.deep.equal([`update ${PROVIDER}`]);
    });

    it(`${removed.title}: deletes what is in it, and changes nothing else`, async () => {
      const first = readJournal(stack.account).length;
      const up = await changeTo(removed);
      expect(lines(up.changes)).to.deep.equal(await expectedChanges(removed));
      expect(regionsOf(first)).to.deep.equal(["eu-west-1"]);
      const left = accountEntries(stack.account).filter(({ logicalName }) => !logicalName.includes("us-east-1"));
      expect(left.map(({ logicalName }) => logicalName)).to.deep.equal([]);
    });

    async function changeTo({ after: regions }: Case): Promise<Operation> {
      await stack.configure(SETTING, JSON.stringify(regions));
      return await success(stack.up());
    }

    /** Returns the Regions of the operations on the account since one. IAM has no Regions. */
    function regionsOf(first: number): string[] {
      const operations = readJournal(stack.account).slice(first);
      return [...new Set(operations.map(({ region }) => region))].filter((region) => region !== "");
    }
  });
});

const lines = (changes: readonly Change[]): string[] =>
  changes.map(({ op, type, name }) => `${op} ${type} ${name}`).toSorted();

/** Returns the creation or deletion of all resources of a Region, and the update of the provider. */
async function expectedChanges({ before, after, provider }: Case): Promise<string[]> {
  const below = async (op: string, region: string): Promise<Change[]> => {
    const resources = (await capturedOnce(configOf([region]))).filter(({ type }) => !type.startsWith("pulumi:"));
    expect(resources.length).to.be.greaterThan(100);
    return resources.map(({ type, name }) => ({ op, type, name }));
  };
  const created = await Promise.all(without(after, before).map((region) => below("create", region)));
  const deleted = await Promise.all(without(before, after).map((region) => below("delete", region)));
  const ofProvider = provider === "update" ? [`update ${PROVIDER}`] : [];
  return [...lines([...created, ...deleted].flat()), ...ofProvider].toSorted();
}
