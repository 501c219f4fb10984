/** A deployed stack changes only where its program changes. */
import { expect } from "chai";
import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUNDLE_DIRECTORY, BUNDLE_OPTIONS, ENTRY_POINTS } from "../../../infra/parts/bundles.ts";
import { readJournal } from "../provider/account/journal.ts";
import { TrialStack } from "../trial/trial-stack.ts";
import { changesOf } from "./changes-of.ts";
import { anotherNode, productionModules } from "./colleague.ts";
import { success } from "./live-stacks.ts";

const PREFIX = "patch-findings-eu-west-1";

describe("a deployed stack", function () {
  this.timeout(300_000);
  let stack: TrialStack;
  before(async () => {
    stack = await TrialStack.create({ config: { "patch-manager-findings:regions": '["eu-west-1"]' } });
    await success(stack.up());
  });
  after(() => stack.remove());

  it("does not change at a second up", async () => {
    const operations = readJournal(stack.account).length;
    expect(operations).to.be.greaterThan(80);
    const again = await success(stack.up());
    expect(again.steps.length).to.be.greaterThan(90);
    expect(changesOf(again, PREFIX)).to.deep.equal([]);
    expect(readJournal(stack.account)).to.have.lengthOf(operations);
  });

  it("does not change at a refresh", async () => {
    const refresh = await success(stack.refresh());
    expect(refresh.steps.length).to.be.greaterThan(90);
    expect(changesOf(refresh, PREFIX)).to.deep.equal([]);
  });

  it("does not change after it, from another path, with another Node.js, without packages for development", async () => {
    const { directory } = stack;
    const modules = await productionModules(join(directory, "..", "..", "production-modules"));
    await stack.clone({ modules, node: anotherNode() });
    expect(stack.directory).to.not.equal(directory);
    const again = await success(stack.up());
    expect(again.steps.length).to.be.greaterThan(90);
    expect(changesOf(again, PREFIX)).to.deep.equal([]);
  });

  it("updates one function in place after a change in its source", async () => {
    await edit("functions/evaluate.ts", 'serviceName: "evaluate"', 'serviceName: "evaluation"');
    const up = await success(stack.up());
    expect(changesOf(up, PREFIX)).to.deep.equal(["update Function evaluate"]);
    expect(up.changes[0]?.changedKeys).to.deep.equal(["code"]);
  });

  it("updates every function that bundles a changed source, and no other", async () => {
    const source = "contract/counted.ts";
    const functions = await bundledBy(source);
    expect(functions.length).to.be.within(2, ENTRY_POINTS.length - 1);
    await edit(source, "${count} ${nounFor(", "${count}  ${nounFor(");
    const up = await success(stack.up());
    expect(changesOf(up, PREFIX)).to.deep.equal(functions.map((name) => `update Function ${name}`));
  });

  it("updates the state machine in place after one number of its definition changes", async () => {
    await edit("statemachine/patch-findings.asl.json", '"MaxAttempts": 6,', '"MaxAttempts": 7,');
    const up = await success(stack.up());
    expect(changesOf(up, PREFIX)).to.deep.equal(["update StateMachine"]);
    expect(up.changes[0]?.changedKeys).to.deep.equal(["definition"]);
  });

  /** Changes one text in the stack's copy of the program. */
  async function edit(path: string, from: string, to: string): Promise<void> {
    const file = join(stack.directory, path);
    const text = await readFile(file, "utf8");
    expect(text, path).to.include(from);
    await writeFile(
      file,
      text.replace(from, () => to),
    );
  }
});

/** Returns the names of the functions whose bundle has code of a source. */
async function bundledBy(source: string): Promise<string[]> {
  const options = { ...BUNDLE_OPTIONS, entryPoints: ENTRY_POINTS, outdir: BUNDLE_DIRECTORY, metafile: true } as const;
  const { metafile } = await build(options);
  return Object.values(metafile.outputs)
    .filter(({ inputs }) => (inputs[source]?.bytesInOutput ?? 0) > 0)
    .map(({ entryPoint = "" }) => entryPoint.replace(/^functions\/|\.ts$/g, ""))
    .toSorted();
}
