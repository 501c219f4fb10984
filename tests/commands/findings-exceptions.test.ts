import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listExceptions } from "../../commands/findings/exceptions.ts";
import { commandLine } from "../../commands/findings/options.ts";
import { extrasOf, requireSameScope } from "../../commands/findings/report-extras.ts";
import { exceptionKey } from "../../contract/exception-key.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { given, paper } from "../fixtures/findings-fixtures.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const NOW = new Date("2026-07-10T12:00:00Z");
const USED = { owner: "=cmd()", reason: "no window\u001b[2J", ticket: "OPS-7", until: "2026-08-01T00:00:00Z" };
const EXPIRED = { ...USED, until: "2026-07-01T00:00:00Z" };
const base = complianceFinding(nodeId(1), [{ id: "KB1", level: "HIGH" }]);
const ACCEPTED = { ...base, ProductFields: { ...base.ProductFields, "PatchFindings/AcceptedBy": exceptionKey(USED) } };

describe("npm run findings -- exceptions", () => {
  const source = given([ACCEPTED]);

  it("prints a table, and no control characters", async () => {
    const output = paper(100);
    expect(await listExceptions([USED, EXPIRED], source, "table", NOW, output)).to.equal(0);
    expect(output.text()).not.to.match(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(output.text()).to.match(/expired +│ 0 +│ 2026-06-30 +│ -10/);
    expect(output.text()).to.match(/in force +│ 1 +│ 2026-07-31 +│ 21/);
    expect(output.text()).to.include("2 exceptions, compared with the findings in account");
  });

  it("prints CSV that runs no formula, and JSON", async () => {
    const [csv, json] = [paper(), paper()];
    await listExceptions([USED], source, "csv", NOW, csv);
    expect(csv.text().split("\n")[0]).to.equal("state,nodes,until,days_left,owner,covers,reason,ticket,key");
    expect(csv.text()).to.include(",'=cmd(),");
    await listExceptions([USED], source, "json", NOW, json);
    expect(JSON.parse(json.text())).to.have.nested.property("[0].state", "in force");
  });

  it("needs the settings, and a place to read findings from", () => {
    for (const args of [
      ["exceptions", "--local", "http://127.0.0.1:1"],
      ["exceptions", "--config", "x.yaml"],
    ]) {
      const lines: string[] = [];
      expect(() => commandLine(args, (text) => void lines.push(text))).to.throw();
      expect(lines.join("").split("\n")).to.have.length(2);
    }
    expect(commandLine(["exceptions", "--config", "x", "--report", "y"], () => undefined)).to.include({
      command: "exceptions",
      config: "x",
      format: "table",
    });
  });
});

describe("npm run findings -- report --previous", () => {
  let directory = "";
  before(async () => (directory = await mkdtemp(join(tmpdir(), "previous-"))));
  after(() => rm(directory, { recursive: true }));

  const read = async (content: unknown) => {
    const file = join(directory, "previous.json");
    await writeFile(file, JSON.stringify(content));
    return extrasOf({ previous: file });
  };

  it("reads a list of findings, and a report of npm start", async () => {
    expect((await read([base])).previous).to.have.length(1);
    expect((await read({ schema: 1, findings: [base] })).previous).to.have.length(1);
    expect(await extrasOf({})).to.deep.equal({});
  });

  for (const content of [{}, 5, null, { findings: {} }, [5], [{}], [{ Id: 5 }]]) {
    it(`refuses ${JSON.stringify(content)} in one line`, async () => {
      const error = await read(content).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(Error);
      expect(String(error))
        .to.match(/give a file from npm run findings -- list --format json/)
        .and.not.include("\n");
    });
  }

  it("refuses findings of another account or Region", async () => {
    const extras = await read([base]);
    requireSameScope(extras, SCOPE.account, SCOPE.region);
    expect(() => requireSameScope(extras, SCOPE.account, "eu-north-1")).to.throw(/give a file with those of account/);
  });
});
