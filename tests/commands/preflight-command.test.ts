import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Line } from "../../commands/preflight/check.ts";
import { preflightSettings } from "../../commands/preflight/settings.ts";
import { preflightTable, summary } from "../../commands/preflight/result-table.ts";
import { emptyFleet } from "../../local/fleet/fleet.ts";
import { InputError } from "../../command-line/input-error.ts";
import { runCommand } from "../fixtures/command-process.ts";
import { ACCOUNT, KEY, PreflightRuns, REGION } from "../fixtures/preflight-fixture.ts";

describe("preflight as a command", () => {
  const preflightRuns = new PreflightRuns();
  afterEach(() => preflightRuns.end());

  it("answers as a command: JSON and exit codes", async () => {
    const account = await preflightRuns.start({ fleet: emptyFleet(ACCOUNT, REGION) });
    const bad = `--kms-key: setting patch-manager-findings:kmsKeys is "alias/aws/sqs" at ${REGION}`;
    const runs: readonly [string[], number, RegExp | string][] = [
      [["--region", REGION, "--json"], 1, /"check": "managed nodes",\s+"result": "problem"/],
      [["--region", REGION, "--kms-key", "alias/aws/sqs"], 2, bad],
    ];
    await Promise.all(
      runs.map(async ([args, code, text]) => {
        const ended = await runCommand("preflight", args, account.environment);
        const said = ended.stdout + ended.stderr;
        expect(ended.code, said).to.equal(code);
        expect(said).to.match(typeof text === "string" ? new RegExp(`^${text.replaceAll("/", "\\/")}`) : text);
      }),
    );
  });
});

describe("preflight in docs/deploy.md", () => {
  it("runs without an account by the documented command", async () => {
    const text = await readFile("docs/deploy.md", "utf8");
    const [, script = ""] = /^npm exec -- node .* -e '\n([\s\S]*?)\n'$/m.exec(text) ?? [];
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).to.match(/0 problems, 0 could not be checked, 3 notes, 9 ok\nexit code 0\n$/);
    expect(text).to.include(stdout.split("\n").slice(-3).join("\n").trim());
  });
});

describe("preflight's settings and table", () => {
  const refused: readonly [string, Parameters<typeof preflightSettings>[0], RegExp][] = [
    [
      "a Region that the file has not",
      { region: "us-west-2", config: "Pulumi.dev.yaml" },
      /us-west-2 is not among .*; give one of eu-west-1/,
    ],
    ["no file", { region: REGION, config: "Pulumi.none.yaml" }, /Pulumi\.none\.yaml: does not exist/],
    [
      "a key of another Region",
      { region: REGION, kmsKey: KEY.replace(REGION, "us-west-2") },
      /--kms-key: .* at eu-west-1: must give each Region a key of the same Region/,
    ],
  ];
  for (const [name, options, message] of refused) {
    it(`refuses ${name} in one line`, async () => {
      const error: unknown = await preflightSettings(options).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(InputError).with.property("message").that.matches(message).and.not.includes("\n");
    });
  }

  it("refuses a misspelled setting of the AWS provider", async () => {
    const directory = await mkdtemp(join(tmpdir(), "preflight-"));
    const config = join(directory, "stack.yaml");
    await writeFile(
      config,
      `config:\n  patch-manager-findings:regions: [${REGION}]\n  aws:alowedAccountIds: [111122223333]\n`,
    );
    const error: unknown = await preflightSettings({ region: REGION, config }).catch((reason: unknown) => reason);
    const message = `${config}: unknown setting aws:alowedAccountIds; known are allowedAccountIds, `;
    expect(error).to.be.instanceOf(InputError).with.property("message").that.includes(message);
    await rm(directory, { recursive: true });
  });

  it("takes the file's settings, and the key of the command line", async () => {
    const settings = await preflightSettings({ region: "us-east-1", config: "Pulumi.example-prod.yaml" });
    expect(settings.blindSpotDays).to.equal(14);
    expect((await preflightSettings({ region: REGION, kmsKey: KEY })).kmsKeys).to.deep.equal({ [REGION]: KEY });
  });

  it("fits the terminal, and has its full width in files and pipes", () => {
    const line = { check: "Lambda concurrency", result: "unchecked", found: "a ".repeat(99), advice: "b ".repeat(99) };
    const width = (room?: number) =>
      Math.max(
        ...preflightTable([line as Line], room)
          .split("\n")
          .map((row) => row.length),
      );
    expect([undefined, 200, 100, 80].map(width)).to.deep.equal([126, 126, 100, 80]);
  });

  it("counts", () => {
    const lines = (["ok", "note", "problem", "ok"] as const).map((result) => ({ check: "", result, found: "" }));
    expect(summary(lines)).to.equal("1 problem, 0 could not be checked, 1 note, 2 ok");
  });

  it("shows long words in full, and no characters that could move the cursor", () => {
    const arn = `arn:aws:${"x".repeat(90)}`;
    const table = preflightTable([{ check: "a", result: "unchecked", found: `${arn} \u001b[2J`, advice: "b" }]);
    expect(table.match(/x/g)).to.have.length(90);
    expect(table).to.not.include("\u001b");
    expect(table.replaceAll(/[│\s]+/g, " ")).to.match(/could not .*be .*checked/);
  });
});
