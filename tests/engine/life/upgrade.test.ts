/** A stack that version 0.2.0 deployed: nothing that holds messages, events or history is created again. */
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJournal } from "../provider/account/journal.ts";
import { addOutside } from "../provider/account/outside-resource.ts";
import type { TrialStack } from "../trial/trial-stack.ts";
import * as life from "./live-stacks.ts";

/**
 * Names of version 0.2.0 by type and name of today, where they differ. Read from the state that the program of that
 * version left, with the settings of this test.
 */
const NAMES = JSON.parse(readFileSync(join(import.meta.dirname, "version-0.2.0.json"), "utf8")) as Readonly<
  Record<string, string>
>;

interface Resource {
  readonly urn: string;
  aliases?: readonly string[];
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
}
interface State {
  readonly deployment: { resources: Resource[] };
}

/** What later versions added: version 0.2.0 has no resource of these names. */
const ADDED = /deregister|-soon$/;

describe("an upgrade from version 0.2.0", function () {
  this.timeout(600_000);
  const stacks = new life.LiveStacks();
  let stack: TrialStack;
  before(async () => {
    stack = await stacks.create({
      config: {
        alarmEmail: "on-call@example.com",
        insights: "true",
        maintenanceWindows: '{"eu-west-1":["mw-0c50858d01abcdef0"]}',
      },
    });
    addOutside(stack.account, { type: life.TYPES.hub, account: life.ACCOUNT, region: life.REGION, inputs: {} });
    await life.success(stack.up());
    const state = (await stack.state()) as State;
    const file = join(stack.directory, "version-0.2.0.json");
    writeFileSync(file, JSON.stringify(asVersion020(state)));
    const imported = await stack.pulumi(["stack", "import", "--stack", stack.name, "--file", file]);
    expect(imported.exitCode, imported.stderr).to.equal(0);
  });
  after(() => stacks.remove());

  it("knows every name that changed", async () => {
    const urns = ((await stack.state()) as State).deployment.resources.map(({ urn }) => urn);
    const old = Object.values(NAMES);
    expect(old).to.have.lengthOf.at.least(60);
    for (const name of old)
      expect(
        urns.some((urn) => urn.endsWith(`::${name}`)),
        name,
      ).to.equal(true);
    expect(urns.filter((urn) => urn.includes("patch-findings:"))).to.deep.equal([]);
  });

  it("replaces and deletes nothing but the provider", async () => {
    const begin = readJournal(stack.account).length;
    const up = await life.success(stack.up());
    const lines = life.lines(up.changes);
    const isCreated = (line: string) => line.startsWith("create ");
    expect(lines.filter((line) => isCreated(line) && !ADDED.test(line))).to.deep.equal(["create aws aws"]);
    // The new rule may send to the queues, and the dashboard shows it.
    const others = lines.filter((line) => !isCreated(line) && !/^update (?:QueuePolicy|Dashboard) /.test(line));
    expect(others).to.deep.equal(["delete aws eu-west-1"]);
    const operations = readJournal(stack.account).slice(begin);
    expect(operations.map(({ operation }) => operation)).to.not.include("delete");
  });
});

/** Returns the state with the types and names that version 0.2.0 gave. It had a provider for each Region. */
function asVersion020(state: State): unknown {
  const isAdded = (urn: string): boolean => ADDED.test(urn);
  state.deployment.resources = state.deployment.resources.filter(({ urn }) => !isAdded(urn));
  for (const resource of state.deployment.resources) {
    delete resource.aliases;
    resource.dependencies = (resource.dependencies ?? []).filter((urn) => !isAdded(urn));
    for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
      resource.propertyDependencies = {
        ...resource.propertyDependencies,
        [property]: urns.filter((urn) => !isAdded(urn)),
      };
    }
  }
  const texts = state.deployment.resources.map(({ urn }) => [urn, earlierUrn(urn)] as const);
  return JSON.parse(
    texts.reduce(
      (text, [urn, earlier]) => text.replaceAll(`"${urn}"`, `"${earlier}"`).replaceAll(`"${urn}::`, `"${earlier}::`),
      JSON.stringify(state),
    ),
  );
}

function earlierUrn(urn: string): string {
  // urn:pulumi:<stack>::<project>::<types>::<name>
  const [stack = "", project = "", chain = "", name = ""] = urn.split("::");
  const types = chain.split("$");
  const type = types.at(-1) ?? "";
  const earlierName = type === life.TYPES.provider ? life.REGION : (NAMES[`${type} ${name}`] ?? name);
  const earlierTypes = types.map((each) => each.replace(/^patch-findings:\w+:/u, "patch-manager-findings:index:"));
  return [stack, project, earlierTypes.join("$"), earlierName].join("::");
}
