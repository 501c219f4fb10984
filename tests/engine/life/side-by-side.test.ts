/** Several stacks with the same settings in one account and Region. */
import { expect } from "chai";
import { accountEntries } from "../provider/account/account.ts";
import type { AccountEntry } from "../provider/account/account-entry.ts";
import type { TrialStack } from "../trial/trial-stack.ts";
import * as life from "./live-stacks.ts";

describe("stacks side by side", function () {
  this.timeout(600_000);
  const stacks = new life.LiveStacks();
  let all: readonly TrialStack[] = [];
  before(async () => {
    const first = await stacks.create({ stack: "prod-eu" });
    const { account, backend } = first;
    // The same name in another backend, and a name in the same one that differs in its punctuation only.
    all = [
      first,
      await stacks.create({ stack: "prod-eu", account }),
      await stacks.create({ stack: "prod.eu", account, backend }),
    ];
    for (const stack of all) await life.success(stack.up());
  });
  after(() => stacks.remove());

  const entriesOf = async (stack: TrialStack): Promise<AccountEntry[]> => {
    const ids = new Set(await life.managed(stack));
    return accountEntries(stack.account).filter(({ type, id }) => ids.has(`${type} ${id}`));
  };
  const distinct = (lists: readonly (readonly string[])[]): void => {
    const values = lists.map((list) => [...new Set(list)]);
    expect(new Set(values.flat()).size).to.equal(values.flat().length);
    expect(values.every(({ length }) => length > 0)).to.equal(true);
  };

  it("own different resources, and together all of the account", async () => {
    const ids = await Promise.all(all.map(life.managed));
    distinct(ids);
    expect(ids.flat()).to.have.members(accountEntries(all[0]?.account ?? "").map(({ type, id }) => `${type} ${id}`));
  });

  it("have different dashboards and metrics", async () => {
    const entries = await Promise.all(all.map(entriesOf));
    const values = (type: string, value: (inputs: AccountEntry["inputs"]) => readonly string[]) =>
      entries.map((list) => list.filter((entry) => entry.type === type).flatMap(({ inputs }) => value(inputs)));
    distinct(values(life.TYPES.dashboard, ({ dashboardName }) => [String(dashboardName)]));
    distinct(values(life.TYPES.function, ({ environment }) => servicesIn(environment)));
    distinct(values(life.TYPES.alarm, servicesIn));
    distinct(values(life.TYPES.dashboard, ({ dashboardBody }) => servicesIn(String(dashboardBody))));
  });

  it("name nothing of each other", async () => {
    const entries = await Promise.all(all.map(entriesOf));
    const names = entries.map((list) => list.map(({ key }) => key.split(/[/:]/u).at(-1) ?? ""));
    for (const [index, list] of entries.entries()) {
      const text = JSON.stringify(list.map(({ inputs }) => inputs));
      const others = names.filter((_, other) => other !== index).flat();
      expect(others.filter((name) => name.length > 20 && text.includes(`${name}"`))).to.deep.equal([]);
    }
  });

  it("are not changed when one is destroyed", async () => {
    const [first, second, third] = all as [TrialStack, TrialStack, TrialStack];
    await life.success(second.destroy());
    for (const stack of [first, third]) {
      expect(life.lines((await life.success(stack.refresh())).changes)).to.deep.equal([]);
    }
    expect(life.lines((await life.success(first.up())).changes)).to.deep.equal([]);
    await life.success(first.destroy());
    expect(life.lines((await life.success(third.up())).changes)).to.deep.equal([]);
    await life.success(third.destroy());
    expect(life.existing(third)).to.deep.equal([]);
  });
});

/** Returns the values of the metrics' dimension `service`, wherever they are in the inputs. */
function servicesIn(value: unknown): string[] {
  const text = JSON.stringify(value).replaceAll(String.raw`\"`, '"');
  const pattern = /"(?:service|POWERTOOLS_SERVICE_NAME)"[:,]\s*"([^"]+)"/giu;
  return Array.from(text.matchAll(pattern), ([, name = ""]) => name);
}
