/** The language host and the class that the other tests of this folder use, with programs that need no AWS. */
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { shellWords } from "./host/shell-words.ts";
import { readEventLog } from "./trial/event-log.ts";
import { TrialStack } from "./trial/trial-stack.ts";

const PROGRAM = `
import { ComponentResource, Config, runtime } from "@pulumi/pulumi";

class Part extends ComponentResource {
  constructor(name: string) {
    super("trial:index:Part", name);
    this.registerOutputs({ size: 3 });
  }
}

export default function program() {
  new Part("only");
  const { HOOKED: hooked = "no", CHOSEN: chosen = "no", PULUMI_CONFIG_SECRET_KEYS: secretKeys } = process.env;
  return { hooked, chosen, secretKeys, setting: new Config().get("setting"), token: new Config().getSecret("token") };
}
`;

const STACK = { type: "pulumi:pulumi:Stack", name: "trial-trial" };
const PART = { type: "trial:index:Part", name: "only" };

const withNodeArguments = (line: string): string =>
  [
    ...["name: trial", "main: index.ts", "runtime:", "  name: nodejs", "  options:", "    typescript: false"],
    `    nodeargs: ${JSON.stringify(line)}`,
  ].join("\n");

describe("the engine tests' harness", function () {
  this.timeout(180_000);
  const stacks: TrialStack[] = [];
  const trial = async (...[options]: Parameters<typeof TrialStack.create>): Promise<TrialStack> => {
    const stack = await TrialStack.create(options);
    stacks.push(stack);
    return stack;
  };
  const program = (text: string) => trial({ program: { "index.ts": text } });
  after(() => Promise.all(stacks.map((stack) => stack.remove())));

  describe("the life of a stack", () => {
    let stack: TrialStack;
    before(async () => {
      stack = await trial({ program: { "index.ts": PROGRAM }, config: { "trial:setting": "a b" } });
      await stack.configure("token", "hunter2", ["--secret"]);
    });
    const operations = (steps: Awaited<ReturnType<TrialStack["up"]>>["steps"]) =>
      steps.map(({ op, type, name }) => ({ op, type, name }));

    it("preview creates nothing", async () => {
      const preview = await stack.preview();
      expect(preview.exitCode, preview.stderr).to.equal(0);
      const created = [STACK, PART].map((each) => ({ op: "create", ...each }));
      expect(operations(preview.changes)).to.deep.equal(created);
      expect(await stack.state()).to.not.have.nested.property("deployment.resources");
    });

    it("up creates the resources, with the settings and the secrets", async () => {
      const up = await stack.up();
      expect(up.exitCode, up.stderr).to.equal(0);
      expect(up.errors).to.deep.equal([]);
      expect(operations(up.steps)).to.deep.equal([STACK, PART].map((each) => ({ op: "create", ...each })));
      const outputs = { setting: "a b", secretKeys: '["trial:token"]', hooked: "no", chosen: "no", token: "[secret]" };
      expect(await stack.outputs()).to.deep.equal(outputs);
      expect(JSON.stringify(await stack.state())).to.not.include("hunter2");
    });

    it("a second up changes nothing, also from another path", async () => {
      expect((await stack.up()).changes).to.deep.equal([]);
      const { directory } = stack;
      await stack.clone();
      expect(stack.directory).to.not.equal(directory);
      const again = await stack.up();
      expect(again.exitCode, again.stderr).to.equal(0);
      expect(operations(again.steps)).to.deep.equal([STACK, PART].map((each) => ({ op: "same", ...each })));
      expect(again.changes).to.deep.equal([]);
    });

    it("refresh finds no drift, and destroy deletes all", async () => {
      expect((await stack.refresh()).changes).to.deep.equal([]);
      const destroy = await stack.destroy();
      expect(destroy.exitCode, destroy.stderr).to.equal(0);
      expect(operations(destroy.steps)).to.deep.equal([PART, STACK].map((each) => ({ op: "delete", ...each })));
    });
  });

  describe("the language host", () => {
    it("shows the error of a program once, and nothing of its own", async () => {
      const stack = await program('export default () => { throw new Error("no such setting"); };');
      const { exitCode, errors, stdout, stderr } = await stack.up();
      expect(exitCode).to.be.greaterThan(0);
      expect(errors).to.have.lengthOf(1);
      expect(errors[0]).to.include("Error: no such setting");
      expect(stdout + stderr).to.not.match(/language-host|exited with/);
    });

    it("reports the exit code of a program that shows no error", async () => {
      const stack = await program("process.exit(7);");
      const { exitCode, errors } = await stack.up();
      expect(exitCode).to.be.greaterThan(0);
      expect(errors.join("\n")).to.include("Program exited with non-zero exit code: 7");
    });

    it("passes nodeargs on, split as a shell does", async () => {
      const files = {
        "index.ts": PROGRAM,
        "a hook.mjs": 'process.env.HOOKED = "yes";',
        "Pulumi.yaml": withNodeArguments('--no-warnings --import "./a hook.mjs"'),
      };
      const stack = await trial({ program: files });
      const up = await stack.up();
      expect(up.exitCode, up.stderr + up.stdout).to.equal(0);
      expect(await stack.outputs()).to.include({ hooked: "yes" });
    });

    it("runs the program on the Node.js that the test chooses", async () => {
      const stack = await program(PROGRAM);
      const node = join(stack.directory, "other-node");
      await writeFile(node, `#!/bin/sh\nCHOSEN=yes exec '${process.execPath}' "$@"\n`);
      await chmod(node, 0o755);
      await stack.clone({ node });
      const up = await stack.up();
      expect(up.exitCode, up.stderr).to.equal(0);
      expect(await stack.outputs()).to.include({ chosen: "yes" });
    });

    for (const [line, words] of [
      ["", []],
      ["  --a   --b=c ", ["--a", "--b=c"]],
      [`--a "b c" 'd "e"'`, ["--a", "b c", 'd "e"']],
      [String.raw`a\ b "c\"d"e ''`, ["a b", 'c"de', ""]],
    ] as const) {
      it(`splits "${line}" into ${words.length} words`, () => expect(shellWords(line)).to.deep.equal(words));
    }
  });

  describe("a command that does not end", () => {
    const ENDLESS = `
      import { writeFileSync } from "node:fs";
      writeFileSync("pid", String(process.pid));
      setInterval(() => undefined, 1000);
      await new Promise(() => undefined);
    `;
    const pid = async (stack: TrialStack): Promise<number> => {
      for (let left = 1000; left > 0; left--) {
        const text = await readFile(join(stack.directory, "pid"), "utf8").catch(() => "");
        if (text !== "") return Number(text);
        await sleep(100);
      }
      throw new Error("the program did not start in 100 s");
    };
    const isRunning = (id: number): boolean => {
      try {
        // A process that ended stays in the list, as defunct, until its parent asks for its exit code.
        return !execFileSync("ps", ["-o", "stat=", "-p", String(id)], { encoding: "utf8" }).startsWith("Z");
      } catch {
        return false;
      }
    };

    it("is killed on request, with its program, and leaves a lock that can be removed", async () => {
      const stack = await program(ENDLESS);
      const stop = new AbortController();
      const up = stack.up({ signal: stop.signal });
      const running = await pid(stack);
      stop.abort();
      expect((await up).exitCode).to.equal(null);
      for (let left = 600; left > 0 && isRunning(running); left--) await sleep(100);
      expect(isRunning(running), "the program still runs").to.equal(false);
      await writeFile(join(stack.directory, "index.ts"), PROGRAM);
      const locked = await stack.up();
      expect(locked.exitCode).to.be.greaterThan(0);
      expect(locked.stderr).to.include("locked by 1 lock");
      await stack.cancel();
      expect((await stack.up()).exitCode).to.equal(0);
    });

    it("throws after its time limit", async () => {
      const stack = await program(ENDLESS);
      const message = await stack.up({ limitMs: 300 }).then(
        () => "",
        (error: unknown) => String(error),
      );
      expect(message).to.match(/ up .* took longer than 0\.3 s/);
    });
  });

  it("reads the event log of an engine that was killed while it wrote", () => {
    const metadata = { op: "update", urn: "urn:pulumi:s::p::t:i:T::a::b", type: "t:i:T", diffs: ["z", "a"], new: null };
    const log = readEventLog(`${JSON.stringify({ resourcePreEvent: { metadata } })}\n{"resOutp`);
    const { op, urn, type } = metadata;
    expect(log.changes).to.deep.equal([{ op, type, name: "a::b", urn, changedKeys: ["a", "z"] }]);
  });
});
