/** `npm run findings -- --organization`: the findings of all accounts and Regions that Security Hub shows. */
import { expect } from "chai";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list, report, show } from "../../commands/findings.ts";
import { EVERYTHING } from "../../commands/findings/filter.ts";
import { organizationSource, type Found } from "../../commands/findings/finding-sources.ts";
import { commandLine } from "../../commands/findings/options.ts";
import { blindSpotFinding, complianceFinding, NATIVE_FINDING } from "../fixtures/finding-samples.ts";
import { elsewhere, paper } from "../fixtures/findings-fixtures.ts";
import { World } from "../fixtures/findings-world.ts";
import { nodeId, READ_AT, SCOPE } from "../fixtures/node-fixtures.ts";

const MEMBER = "222233334444";
const LINKED = "eu-central-1";
const finding = (index: number, owner?: string) =>
  complianceFinding(nodeId(index), [{ id: `KB${index}`, level: "HIGH" }], {
    ...(owner !== undefined && { Resources: [{ ...resourceOf(index), Tags: { Owner: owner } }] }),
  });
const resourceOf = (index: number) => complianceFinding(nodeId(index), [{ id: "KB1" }]).Resources[0];

/** Node 1 has a finding in three places. Security Hub also shows findings that only look like ours. */
const SHOWN = [
  finding(1, "payments"),
  elsewhere(finding(1, "search"), { account: MEMBER }),
  elsewhere(finding(1), { account: MEMBER, region: LINKED }),
  elsewhere(blindSpotFinding(nodeId(2)), { account: MEMBER }),
  { ...finding(3), AwsAccountId: MEMBER },
  { ...finding(4), Region: LINKED },
  { ...finding(5), ProductArn: `arn:aws:securityhub:${SCOPE.region}:${MEMBER}:product/${MEMBER}/default` },
  { ...finding(6), GeneratorId: "another-program" },
  NATIVE_FINDING,
];

const places = ({ entries }: Found) => entries.map(({ view }) => [view.account, view.region, view.nodeId]);

describe("npm run findings -- --organization", () => {
  let world: World;
  before(async () => void (world = await World.start()));
  after(() => world.gateway.close());
  const source = () => world.source(organizationSource);

  it("reads the findings of all accounts and Regions, and checks each against its own", async () => {
    world.serve({ findings: SHOWN });
    expect(places(await source().read(EVERYTHING))).to.have.deep.members([
      [SCOPE.account, SCOPE.region, nodeId(1)],
      [MEMBER, SCOPE.region, nodeId(1)],
      [MEMBER, LINKED, nodeId(1)],
      [MEMBER, SCOPE.region, nodeId(2)],
    ]);
  });

  it("finds a node in each account and Region that has it", async () => {
    world.serve({ findings: SHOWN });
    expect((await source().read({ ...EVERYTHING, nodes: [nodeId(1)] })).entries).to.have.length(3);
    expect((await source().read({ ...EVERYTHING, owner: "search" })).entries).to.have.length(1);
    const output = paper();
    expect(await show(source(), nodeId(1), output)).to.equal(0);
    expect(output.text().match(/^HIGH i-0+1: /gm)).to.have.length(3);
  });

  it("reads single findings by Id, 20 a call", async () => {
    const many = Array.from({ length: 30 }, (_, index) => elsewhere(finding(index), { account: MEMBER }));
    world.serve({ findings: many });
    const ids = many.slice(0, 25).map((one) => String(Reflect.get(one, "Id")));
    expect((await source().read({ ...EVERYTHING, ids })).entries).to.have.length(25);
    expect(world.apiCalls["securityhub:GetFindings"]).to.equal(2);
  });

  it("lists them by account and Region, and counts them by owner", async () => {
    world.serve({ findings: SHOWN });
    const output = paper();
    expect(await list(source(), EVERYTHING, "table", output)).to.equal(0);
    const text = output.text().replaceAll(/ +/g, " ");
    expect(text.match(/^account .*/gm)).to.deep.equal([
      `account ${SCOPE.account}, ${SCOPE.region}: 1 finding`,
      `account ${MEMBER}, ${LINKED}: 1 finding`,
      `account ${MEMBER}, ${SCOPE.region}: 2 findings`,
    ]);
    expect(text).to.match(/│ Account │ Region │ Severity │ Node │/);
    expect(text).to.include(`│ ${SCOPE.account} │ ${SCOPE.region} │ payments │ 1 │ 0 │ 1 │ 0 │`);
    expect(text).to.include(`│ ${MEMBER} │ ${SCOPE.region} │ search │ 1 │ 0 │ 1 │ 0 │`);
    expect(text).to.include(`│ ${MEMBER} │ ${SCOPE.region} │ no owner │ 1 │ 0 │ 0 │ 0 │`);
    expect(text).to.match(/\n4 findings in 2 accounts and 2 Regions that account 111122223333 shows in us-east-2$/);
  });

  for (const columns of [60, 80, 120]) {
    it(`fits into ${columns} columns`, async () => {
      world.serve({ findings: SHOWN });
      const output = paper(columns);
      await list(source(), EVERYTHING, "table", output);
      const tables = output
        .text()
        .split("\n")
        .filter((line) => /^[│┌└├]/.test(line));
      expect(Math.max(...tables.map((line) => line.length))).to.be.at.most(columns);
    });
  }

  it("makes a report of two accounts, with each of them and without a single one in its title", async () => {
    world.serve({ findings: SHOWN });
    const directory = await mkdtemp(join(tmpdir(), "organization-"));
    try {
      const [page, csv] = [join(directory, "report.html"), join(directory, "all.csv")];
      const previous = [elsewhere(finding(8), { account: MEMBER })];
      const output = paper();
      expect(await report(source(), page, new Date(READ_AT), output, { csv, previous })).to.equal(0);
      const where = `2 accounts and 2 Regions that account ${SCOPE.account} shows in ${SCOPE.region}`;
      expect(output.text()).to.equal(`${page}: 4 findings in ${where}`);
      const html = await readFile(page, "utf8");
      expect(html).to.include(`<title>Patch findings of ${where}</title>`);
      const rows = html.split("<tr>").map((row) => row.replaceAll(/<[^>]*>/g, " ").trim());
      const groups = [`${SCOPE.account}, ${SCOPE.region}`, `${MEMBER}, ${SCOPE.region}`, `${MEMBER}, ${LINKED}`];
      for (const place of groups) expect(rows.filter((row) => row.startsWith(place))).to.have.length(1);
      expect((await readFile(csv, "utf8")).trimEnd().split("\n")).to.have.length(5);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("waits and retries if Security Hub throttles", async () => {
    const throttle = { kind: "error", status: 429, code: "TooManyRequestsException" } as const;
    world.serve({
      findings: SHOWN,
      faults: [{ service: "securityhub", operation: "GetFindings", from: 1, count: 1, ...throttle }],
    });
    expect((await source().read(EVERYTHING)).entries).to.have.length(4);
  });

  it("says which permissions and which account it needs if AWS denies a call", async () => {
    world.serve({ findings: SHOWN, denied: "GetFindings" });
    const { code, stderr } = await world.run(["--organization", "--region", SCOPE.region]);
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^the findings of the organization in us-east-2 were not read: securityhub:GetFindings is d/,
    );
    expect(stderr).to.match(
      /securityhub:GetFindings\. Run it in the aggregation Region of the administrator account\.\n$/,
    );
  });

  for (const [args, words] of [
    [["--organization"], /--region or --local is missing/],
    [["--organization", "--local", "http://127.0.0.1:1"], /cannot be used with/],
  ] as const) {
    it(`refuses ${args.join(" ")}`, () => {
      let text = "";
      expect(() => commandLine(args, (line) => void (text += line))).to.throw();
      expect(text).to.match(words);
    });
  }
});
