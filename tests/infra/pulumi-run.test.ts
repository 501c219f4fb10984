import { expect } from "chai";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureGraph } from "../../local/program/graph.ts";
import { deploy, type Deployment, type Registration } from "../doubles/fake-engine.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** All that a deployment may need: not local/, commands/ or tests/. */
const PROGRAM = [
  ...["index.ts", "package.json", "Pulumi.yaml", "tsconfig.json"],
  ...["contract", "infra", "functions", "statemachine"],
];
const CONFIG = { "patch-manager-findings:regions": '["eu-west-1"]' };
/** Stands for a value that a preview does not know (sdk/nodejs/runtime/rpc.ts, unknownValue). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** How a program marks a secret in the inputs of a resource. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const STALE = "exports.handler = 'stale';\n";

const identity = ({ type, name }: { type: string; name: string }): string => `${type} ${name}`;
const withoutStack = (all: readonly { type: string; name: string }[]): string[] =>
  all
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .map(identity)
    .toSorted();

/** A project folder with the program alone. Some bundles in it are stale, the others missing. */
async function projectFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "pulumi-run-"));
  await Promise.all(PROGRAM.map((path) => cp(join(ROOT, path), join(directory, path), { recursive: true })));
  await symlink(join(ROOT, "node_modules"), join(directory, "node_modules"));
  await mkdir(join(directory, "dist", "functions"), { recursive: true });
  await writeFile(bundle(directory, "publish"), STALE);
  return directory;
}
const bundle = (directory: string, name: string): string => join(directory, "dist", "functions", `${name}.cjs`);

async function capturedIdentities(): Promise<string[]> {
  const queueUrl = (account: string, region: string, name: string) => `http://127.0.0.1/${account}/${region}/${name}`;
  return withoutStack(await captureGraph({ config: CONFIG, account: "123456789012", queueUrl }));
}

describe("the program under Pulumi's own runner", function () {
  // Each deployment is a separate process, which loads Pulumi and builds the bundles.
  this.timeout(180_000);
  let directory = "";
  before(async () => {
    directory = await projectFolder();
  });
  after(() => rm(directory, { recursive: true }));

  describe("pulumi up", () => {
    let up: Deployment;
    const byUrn = (urn: string): Registration | undefined => up.registrations.find((each) => each.urn === urn);
    before(async () => {
      up = await deploy({ directory, config: CONFIG });
    });

    it("succeeds", () => {
      expect(up.exitCode, `${up.errors.join("\n")}\n${up.output}`).to.equal(0);
      expect(up.errors).to.deep.equal([]);
    });

    it("registers exactly the resources of the captured graph", async () => {
      const captured = await capturedIdentities();
      expect(captured).to.not.be.empty;
      expect(withoutStack(up.registrations)).to.deep.equal(captured);
    });

    it("puts each resource below the component whose name its own name starts with", () => {
      for (const { type, name, parent } of up.registrations) {
        if (type === "pulumi:pulumi:Stack") continue;
        const above = byUrn(parent);
        expect(above, `${identity({ type, name })} has the parent "${parent}"`).to.not.equal(undefined);
        const root = type.startsWith("pulumi:providers:") || type.endsWith(":PatchFindings");
        if (root) expect(above?.type).to.equal("pulumi:pulumi:Stack");
        else {
          expect(above?.type).to.match(/^patch-findings:/);
          expect(`${name}-`).to.satisfy((text: string) => text.startsWith(`${above?.name ?? "no parent"}-`));
        }
      }
    });

    it("nests the components as the code does", () => {
      const tree = up.registrations
        .filter(({ type }) => type.startsWith("patch-findings:"))
        .map(({ name, parent }) => `${byUrn(parent)?.name ?? ""} > ${name}`);
      const top = "patch-findings-eu-west-1";
      expect(tree).to.have.members([
        `patch-manager-findings-trial > ${top}`,
        ...[
          "queues",
          "triggers",
          "dispatch",
          "failed-executions",
          "access",
          "redrive",
          "sweep",
          "window",
          "dashboard",
        ].map((part) => `${top} > ${top}-${part}`),
        ...["resolve-window", "gather", "evaluate", "choose-severity", "publish"].map(
          (part) => `${top} > ${top}-${part}`,
        ),
        // Two components have the name of the whole.
        `${top} > ${top}`,
        `${top} > ${top}`,
        // A component with one function gives it its own name.
        `${top}-dispatch > ${top}-dispatch`,
        `${top}-redrive > ${top}-redrive`,
        `${top}-sweep > ${top}-sweep`,
      ]);
    });

    it("deploys bundles built just now", async () => {
      const functions = up.registrations.filter(({ type }) => type === "aws:lambda/function:Function");
      expect(functions).to.not.be.empty;
      for (const { inputs } of functions) {
        const [entry = ""] = String(inputs["handler"]).split(".");
        const text = await readFile(bundle(directory, entry), "utf8");
        expect(text.length, entry).to.be.greaterThan(10_000);
        expect(JSON.stringify(inputs["code"])).to.include(bundle(directory, entry));
      }
      expect(await readFile(bundle(directory, "publish"), "utf8")).to.not.equal(STALE);
    });
  });

  it("pulumi preview succeeds with the same resources, although nothing has an ARN yet", async () => {
    const preview = await deploy({ directory, config: CONFIG, preview: true });
    expect(preview.exitCode, `${preview.errors.join("\n")}\n${preview.output}`).to.equal(0);
    expect(withoutStack(preview.registrations)).to.deep.equal(await capturedIdentities());
    const unknown = preview.registrations.filter(({ inputs }) => JSON.stringify(inputs).includes(UNKNOWN));
    expect(unknown.map(identity), "a colleague cannot review these").to.deep.equal([]);
  });

  it("pulumi preview of a deployed stack keeps the queues' URLs, which need not have SQS's usual host", async () => {
    const { registrations } = await deploy({ directory, config: CONFIG, preview: true, deployed: true });
    const text = JSON.stringify(registrations.filter(({ type }) => !type.startsWith("aws:sqs/queue:")));
    const hosts = new Set(Array.from(text.matchAll(/https:\/\/(sqs[^/]+)\//g), ([, host]) => host));
    expect([...hosts]).to.deep.equal(["sqs.trial.example.com"]);
    expect(text).to.not.include(UNKNOWN);
  });

  it("a secret email address of the alarms stays secret", async () => {
    const key = "patch-manager-findings:alarmEmail";
    const config = { ...CONFIG, [key]: "ann@example.com" };
    const { registrations, output } = await deploy({ directory, config, secretKeys: [key], preview: true });
    const [subscription] = registrations.filter(({ type }) => type === "aws:sns/topicSubscription:TopicSubscription");
    const secret = { [SIGNATURE]: SECRET, value: "ann@example.com" };
    expect(subscription?.inputs["endpoint"], output).to.deep.equal(secret);
    const others = registrations.filter((each) => each !== subscription);
    expect(JSON.stringify(others)).to.not.include("ann@example.com");
  });

  it("a Node.js that cannot run TypeScript says in one line which one it needs, and how to get it", async () => {
    const node = [process.execPath, "--no-experimental-strip-types"] as const;
    const { exitCode, errors, registrations, output } = await deploy({
      directory,
      config: CONFIG,
      preview: true,
      node,
    });
    expect(output).to.match(/^Node\.js v[\d.]+ cannot run this TypeScript program, which needs 22\.18 or newer; .*\n$/);
    expect(output).to.include("use npm run preview and npm run up");
    expect(exitCode, "Pulumi adds nothing after this exit code").to.equal(32);
    expect([...errors, ...registrations]).to.deep.equal([]);
  });

  it("the AWS provider gets the stack's aws:* settings", async () => {
    const aws = { "aws:profile": "prod", "aws:allowedAccountIds": '["111122223333"]', "aws:stsRegion": "us-east-1" };
    const config = { ...CONFIG, ...aws };
    const { registrations, output } = await deploy({ directory, config, secretKeys: ["aws:stsRegion"], preview: true });
    const [provider] = registrations.filter(({ type }) => type === "pulumi:providers:aws");
    expect(provider?.inputs, output).to.deep.include({
      region: "eu-west-1",
      profile: "prod",
      allowedAccountIds: '["111122223333"]',
      stsRegion: { [SIGNATURE]: SECRET, value: "us-east-1" },
    });
  });

  for (const key of ["patch-manager-findings:logRetention", "aws:alowedAccountIds"]) {
    it(`the unknown setting ${key} stops the program before any resource`, async () => {
      const { exitCode, errors, registrations, output } = await deploy({
        directory,
        config: { ...CONFIG, [key]: "30" },
      });
      expect(exitCode, output).to.be.greaterThan(0);
      expect(errors.join("\n")).to.include(`unknown setting ${key}; known are `);
      expect(registrations.map(identity)).to.deep.equal(["pulumi:pulumi:Stack patch-manager-findings-trial"]);
    });
  }
});
