import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list, report } from "../../commands/findings.ts";
import { EVERYTHING } from "../../commands/findings/filter.ts";
import { commandLine } from "../../commands/findings/options.ts";
import { localOrigin, localRunSource } from "../../commands/findings/local-run.ts";
import { reportFileSource } from "../../commands/findings/finding-sources.ts";
import { FINDINGS, fitting, given, paper } from "../fixtures/findings-fixtures.ts";
import { READ_AT, SCOPE } from "../fixtures/node-fixtures.ts";

const { account: ACCOUNT, region: REGION } = SCOPE;

describe("npm run findings, of files and of an embedded run", () => {
  let directory: string;
  before(async () => void (directory = await mkdtemp(join(tmpdir(), "findings-"))));
  after(() => rm(directory, { recursive: true }));

  it("makes the HTML report of an embedded run's report", async () => {
    const [from, to] = [join(directory, "run.json"), join(directory, "report.html")];
    await writeFile(from, JSON.stringify({ schema: 1, findings: FINDINGS.slice(0, 3) }));
    expect(await report(reportFileSource(from), to, new Date(READ_AT), paper())).to.equal(0);
    expect(await readFile(to, "utf8")).to.match(
      /^<!doctype html><html lang="en">.*<title>Patch findings of 111122223333/is,
    );
  });

  it("names the owners by the tag in the settings, unless the command line names a tag", async () => {
    const [from, config] = [join(directory, "owned.json"), join(directory, "Pulumi.x.yaml")];
    await writeFile(from, JSON.stringify({ findings: [] }));
    const settings = ["regions: [eu-west-1]", "ownerTag: Squad"].map((line) => `  patch-manager-findings:${line}\n`);
    await writeFile(config, `config:\n${settings.join("")}`);
    const tag = async (...more: string[]) => {
      const args = ["report", "--report", from, "--out", "x.html", ...more];
      return (await commandLine(args, () => undefined).source.read(EVERYTHING)).ownerTag;
    };
    expect(await tag("--config", config)).to.equal("Squad");
    expect(await tag()).to.equal("Team");
    expect(await tag("--config", config, "--owner-tag", "Desk")).to.equal("Desk");
  });

  it("writes all findings as CSV beside the report, which names the file", async () => {
    const [page, csv] = [join(directory, "with-csv.html"), join(directory, "all.csv")];
    const findings = FINDINGS.slice(0, 3);
    expect(await report(given(findings), page, new Date(READ_AT), paper(), { csv })).to.equal(0);
    expect((await readFile(csv, "utf8")).trimEnd().split("\n")).to.have.lengthOf(4);
    expect(await readFile(page, "utf8")).to.include("<code>all.csv</code> has all findings.");
    const same = await report(given(findings), page, new Date(), paper(), { csv: page }).catch(String);
    expect(same).to.match(/--csv and --out name the same file; give two files/);
  });

  it("refuses a file that is not a report, and a path that cannot be written", async () => {
    const file = join(directory, "other.json");
    await writeFile(file, "[]");
    const messages = await Promise.all([
      report(reportFileSource(file), file, new Date(), paper()).catch(String),
      report(given([]), join(directory, "no", "x.html"), new Date(), paper()).catch(String),
    ]);
    expect(messages[0]).to.match(/other\.json: the list "findings" is missing; give a file that npm start/);
    expect(messages[1]).to.match(/x\.html: the report cannot be written: the directory .*no does not exist; create it/);
  });

  const addresses: [text: string, origin: string | undefined][] = [
    ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
    ["http://localhost:4000/", "http://127.0.0.1:4000"],
    ["https://127.0.0.1:4000", undefined],
    ["http://127.0.0.1:4000@example.com", undefined],
    ["http://user@127.0.0.1:4000", undefined],
    ["http://127.0.0.1.example.com:4000", undefined],
    ["http://localhost.example.com", undefined],
    ["http://127.0.0.1:4000/x", undefined],
    ["http://[::1]:4000", undefined],
    ["127.0.0.1:4000", undefined],
  ];
  for (const [text, origin] of addresses) {
    it(`${origin === undefined ? "refuses" : "takes"} ${text}`, () => expect(localOrigin(text)).to.equal(origin));
  }

  /** An embedded run's answers by token; the first has none. */
  async function answering(pages: Readonly<Record<string, unknown>>, status = 200) {
    const server: Server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      const found = pathname === "/api/asff" ? pages[searchParams.get("token") ?? ""] : undefined;
      response.writeHead(found === undefined ? 404 : status, { location: "http://example.com/" });
      response.end(JSON.stringify(found ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const source = localRunSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return { source, close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
  }
  const page = (findings: readonly object[], next?: string) => ({ account: ACCOUNT, region: REGION, findings, next });

  it("reads all pages of an embedded run, and filters as Security Hub does", async () => {
    const { source, close } = await answering({
      "": page(FINDINGS.slice(0, 100), "100"),
      "100": page(FINDINGS.slice(100, 200), "200"),
      "200": page(FINDINGS.slice(200)),
    });
    const filter = { severities: ["HIGH"], statuses: ["NEW"], state: "ACTIVE" } as const;
    const found = await source.read({ ...EVERYTHING, ...filter });
    await close();
    expect([found.account, found.region, found.entries.length]).to.deep.equal([ACCOUNT, REGION, fitting(filter)]);
  });

  it("tells the time of the run, by which lists and reports count days", async () => {
    const open = { ...FINDINGS[1], ProductFields: { "PatchFindings/OpenSince": "2026-11-01T00:00:00Z" } };
    const { source, close } = await answering({ "": { ...page([open]), now: "2026-11-11T00:00:00.000Z" } });
    const [printed, file] = [paper(), join(directory, "timed.html")];
    await list(source, EVERYTHING, "csv", printed);
    await report(source, file, new Date("2030-01-01T00:00:00Z"), paper());
    await close();
    expect(printed.text()).to.match(/,"10","false",/);
    expect(await readFile(file, "utf8")).to.include("Generated 11 Nov 2026, 00:00 UTC");
  });

  const wrong: [name: string, pages: Record<string, unknown>, status: number, words: RegExp][] = [
    ["another program's answer", { "": { hello: 1 } }, 200, /did not answer with a page of findings/],
    ["no such endpoint", {}, 200, /\/api\/asff answered with status 404/],
    ["a redirection", { "": page([]) }, 302, /does not answer: unexpected redirect/],
    ["a token twice", { "": page([], "1"), "1": page([], "1") }, 200, /returned the page token "1" twice/],
  ];
  for (const [name, pages, status, words] of wrong) {
    it(`fails at ${name}`, async () => {
      const { source, close } = await answering(pages, status);
      const failure = await source.read(EVERYTHING).catch(String);
      await close();
      expect(failure).to.match(words);
    });
  }
});
