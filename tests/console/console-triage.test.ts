import { expect } from "chai";
import type { FindingPatches, FindingsPage, MatchingKeys, TriageAnswer, TriagePreview } from "../../console/api.ts";
import type { Console } from "../../console/server.ts";
import type { Run } from "../../local/run/run.ts";
import { shownRun, type ShownRun } from "../fixtures/shown-run.ts";
import { runCommand } from "../fixtures/command-process.ts";

const NODE = "i-0a11c2e5d7f90b3a1";

describe("triage, patches and downloads of the console", function () {
  this.timeout(180_000);
  let started: ShownRun;
  let run: Run;
  let shown: Console;
  before(async () => {
    started = await shownRun(["--time-scale", "300"]);
    ({ run, console: shown } = started);
  });
  after(async () => {
    await started.close();
  });

  const get = (path: string) => fetch(`${shown.url}/api/${path}`);
  const read = async <Answer>(path: string) => (await (await get(path)).json()) as Answer;
  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${shown.url}/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, ...((await answer.json()) as TriagePreview & TriageAnswer) };
  };
  const keysOf = async (query: string) => (await read<MatchingKeys>(`findings/keys?${query}`)).keys;
  const findingOf = async (key: string) =>
    (await read<FindingsPage>(`findings?q=${NODE}`)).rows.find((row) => row.key === key);

  it("says what will change, changes it, and leaves a person's note alone", async () => {
    const keys = await keysOf(`q=${NODE}`);
    expect(keys).to.have.lengthOf(1);
    const [key = ""] = keys;
    const first = { keys, status: "NOTIFIED", note: "asked the owner", by: "ann" };
    const preview = await post("triage/preview", first);
    expect(preview.words).to.deep.equal(["1 finding will be set to NOTIFIED.", "1 finding gets the note."]);
    expect((await findingOf(key))?.workflow).to.equal("NEW");
    expect((await post("triage", first)).message).to.match(/^1 finding was set to NOTIFIED/);
    expect((await findingOf(key))?.workflow).to.equal("NOTIFIED");
    const second = { keys, status: "SUPPRESSED", note: "mine", by: "bob" };
    expect((await post("triage/preview", second)).words).to.include("1 finding keeps the note of ann.");
    await post("triage", second);
    const { view } = await read<{ view: { workflowStatus: string; note: object } }>(`findings/${NODE}`);
    expect(view.workflowStatus).to.equal("SUPPRESSED");
    expect(view.note).to.include({ text: "asked the owner", by: "ann" });
  });

  it("accepts findings as the command line names them, and refuses an empty list", async () => {
    const { asff } = await read<{ asff: { Id: string; ProductArn: string } }>(`findings/${NODE}`);
    const findings = [{ id: asff.Id, productArn: asff.ProductArn }];
    expect((await post("triage", { findings, status: "NEW" })).status).to.equal(200);
    expect((await post("triage", { keys: [], status: "NEW" })).status).to.equal(400);
    expect((await post("triage", { keys: ["gone"], status: "RESOLVED" })).status).to.equal(400);
  });

  it("refuses too many findings in one line, and previews them", async () => {
    const request = { keys: Array<string>(5_001).fill("gone"), status: "NEW" };
    expect(await post("triage", request)).to.deep.equal({
      status: 400,
      message: 'the request cannot be used: "keys" can have at most 5000 entries',
    });
    expect((await post("triage/preview", request)).words).to.deep.equal(["No finding changes."]);
  });

  it("names the findings that it did not write, and why", async () => {
    const { asff } = await read<{ asff: { Id: string; ProductArn: string } }>(`findings/${NODE}`);
    const known = { id: asff.Id, productArn: asff.ProductArn };
    const findings = [known, { ...known, id: "gone" }];
    const { failures } = await post("triage", { findings, status: "NOTIFIED" });
    expect(failures).to.deep.equal([{ id: "gone", code: "FindingNotFound", message: "there is no such finding" }]);
    expect((await post("triage", { findings: [known], status: "NOTIFIED" })).failures).to.deep.equal([]);
  });

  it("takes the triage of npm run findings, as people run it", async () => {
    const { PATH = "" } = process.env;
    const wish = ["--status", "SUPPRESSED", "--note", "being replaced", "--by", "eve", "--replace-notes", "--yes"];
    const args = ["triage", "--local", shown.url, "--node", NODE, ...wish];
    const { code, stdout, stderr } = await runCommand("findings", args, { PATH });
    expect(stdout).to.match(/^SUPPRESSED: web-win-1\.[^\n]*, with the note\n1 finding written, 0 refused\n$/);
    expect([code, stderr.trim().split("\n").length]).to.deep.equal([0, 1]);
    const { view } = await read<{ view: { workflowStatus: string; note: object } }>(`findings/${NODE}`);
    expect(view.workflowStatus).to.equal("SUPPRESSED");
    expect(view.note).to.include({ text: "being replaced", by: "eve" });
  });

  it("changes nothing during an outage", async () => {
    run.controls.setHubAvailable(false);
    const answer = await post("triage", { keys: await keysOf(`q=${NODE}`), status: "NOTIFIED" });
    run.controls.setHubAvailable(true);
    expect([answer.status, answer.message]).to.deep.equal([400, "Security Hub is unavailable, so nothing was changed"]);
  });

  it("returns the patches of a finding's node, noncompliant ones first", async () => {
    const { rows, problem } = await read<FindingPatches>(`findings/${NODE}/patches`);
    expect(problem).to.equal(undefined);
    expect(rows[0]).to.include({ patch: "KB5068781", state: "missing", level: "CRITICAL", vendorSeverity: "Critical" });
    expect(rows[0]?.cves).to.include("CVE-2026-40361");
    expect(rows.findIndex(({ noncompliant }) => !noncompliant)).to.be.greaterThan(0);
  });

  it("has the findings of a search as CSV and JSON to download", async () => {
    const csv = await get("findings.csv?severity=CRITICAL");
    expect(csv.headers.get("content-disposition")).to.equal('attachment; filename="patch-findings.csv"');
    const total = (await read<FindingsPage>("findings?severity=CRITICAL")).total;
    expect((await csv.text()).trimEnd().split("\n")).to.have.lengthOf(total + 1);
    expect((await read<{ Findings: object[] }>("findings.json?severity=CRITICAL")).Findings).to.have.lengthOf(total);
    expect((await get("findings.csv?severity=WORST")).status).to.equal(400);
  });
});
