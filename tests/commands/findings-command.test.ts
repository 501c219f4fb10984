import { expect } from "chai";
import { CommanderError } from "commander";
import { EVERYTHING, matchesFilter, type FindingFilter } from "../../commands/findings/filter.ts";
import { commandLine } from "../../commands/findings/options.ts";
import { fitting } from "../fixtures/findings-fixtures.ts";
import { World } from "../fixtures/findings-world.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const { account: ACCOUNT, region: REGION } = SCOPE;

describe("npm run findings, of Security Hub", () => {
  let world: World;
  before(async () => void (world = await World.start()));
  after(() => world.gateway.close());

  const filters: [name: string, filter: Partial<FindingFilter>][] = [
    ["everything", {}],
    ["two severities", { severities: ["CRITICAL", "HIGH"] }],
    ["a status and a state", { statuses: ["NEW"], state: "ACTIVE" }],
    [
      "25 nodes, in as many searches as filters take",
      { nodes: Array.from({ length: 25 }, (_, index) => nodeId(index)) },
    ],
    ["an unknown node", { nodes: [nodeId(9_999)] }],
  ];
  for (const [name, filter] of filters) {
    it(`reads ${name}: the same as without Security Hub's filters`, async () => {
      world.serve();
      const found = await world.source().read({ ...EVERYTHING, ...filter });
      expect([found.account, found.region]).to.deep.equal([ACCOUNT, REGION]);
      expect(found.entries.length).to.equal(fitting(filter));
      expect(found.entries.every(({ view }) => matchesFilter(view, { ...EVERYTHING, ...filter }))).to.equal(true);
    });
  }

  it("reads page by page", async () => {
    world.serve();
    await world.source().read(EVERYTHING);
    expect(world.apiCalls).to.deep.equal({ "securityhub:DescribeHub": 1, "securityhub:GetFindings": 3 });
  });

  it("waits and retries if Security Hub throttles", async () => {
    const throttle = { kind: "error", status: 429, code: "TooManyRequestsException" } as const;
    world.serve({ faults: [{ service: "securityhub", operation: "GetFindings", from: 2, count: 1, ...throttle }] });
    const { entries: found } = await world.source().read({ ...EVERYTHING, severities: ["LOW", "MEDIUM", "HIGH"] });
    expect(found.length).to.equal(fitting({ severities: ["LOW", "MEDIUM", "HIGH"] }));
    expect(world.apiCalls["securityhub:GetFindings"]).to.equal(3);
  });

  it("ends without an error if the reader of its output stops reading", async () => {
    world.serve();
    const { code, stdout: out, stderr: err } = await world.run(["--region", REGION, "--format", "json"], true);
    expect([code, err]).to.deep.equal([0, ""]);
    expect(out).to.match(/^\[/);
  });

  it("says which permissions it needs if AWS denies a call", async () => {
    world.serve({ denied: "GetFindings" });
    const { code, stdout: out, stderr: err } = await world.run(["show", nodeId(1), "--region", REGION]);
    expect([code, out]).to.deep.equal([1, ""]);
    expect(err).to.match(
      /^the findings of us-east-2 were not read: securityhub:GetFindings is denied: .*not authorized to perform/,
    );
    expect(err).to.match(/\nSecurity Hub must be enabled .*securityhub:DescribeHub and securityhub:GetFindings\.\n$/);
  });

  it("says that Security Hub is off", async () => {
    world.serve({ enabled: false });
    expect(await world.source().read(EVERYTHING).catch(String)).to.match(/is not subscribed to AWS Security Hub/);
  });

  it("ends with 2 at a wrong command line", async () => {
    expect((await world.run(["--local", "http://example.com"])).code).to.equal(2);
  });
});

describe("npm run findings, its command line", () => {
  const wrong: [args: string, words: RegExp][] = [
    ["", /--region or --local is missing/],
    ["--region eu-west-1 --local http://127.0.0.1:1", /cannot be used with/],
    ["report --out x --region eu-west-1 --report y", /cannot be used with/],
    ["--local https://example.com", /Allowed: http:\/\/127\.0\.0\.1:PORT/],
    ["--node x --region eu-west-1", /'x' is invalid.* Allowed: ids of managed nodes/],
    ["--cve 2026-1 --region eu-west-1", /'2026-1' is invalid.* Allowed: the id of a CVE/],
    ["--region eu-west-1 --severity BAD", /Allowed, comma-separated: CRITICAL/],
    ["--region eu-west-1 --status \u001b[2J", /' \[2J' is invalid/],
    ["nope --region eu-west-1", /unknown command 'nope'; give one of list, show, triage, report, exceptions$/m],
    ["--region eu-west-1 nope", /unknown command 'nope'; give one of list, show, triage, report, exceptions$/m],
    ["--region eu-west-1 show web-1", /'show' must come first: npm run findings -- show \.\.\.$/m],
    ["list --region eu-west-1 nope", /list takes only options, and no 'nope'$/m],
    ["--region Ireland", /It must be an AWS Region such as eu-west-1/],
    ["--region eu-west-99", /'eu-west-99' is invalid\. It must be an AWS Region .* one digit at its end/],
    ["report --region eu-west-1", /'--out <file>' not specified/],
  ];
  for (const [args, words] of wrong) {
    it(`has one line for ${JSON.stringify(args)}`, () => {
      const lines: string[] = [];
      const read = () => commandLine(args === "" ? [] : args.split(" "), (text) => void lines.push(text));
      expect(read).to.throw(CommanderError).with.property("exitCode", 1);
      expect(lines.join(""))
        .to.match(words)
        .and.to.match(/^error: [^\n]*\n$/);
    });
  }

  it("understands lists, in any case", () => {
    const args = [
      "--severity",
      "critical,HIGH",
      "--node",
      `${nodeId(1)},${nodeId(2)}`,
      "--local",
      "http://localhost:7",
    ];
    const { source, ...request } = commandLine(args, console.error);
    expect(source.name).to.equal("http://127.0.0.1:7");
    expect(request).to.deep.equal({
      command: "list",
      filter: {
        severities: ["CRITICAL", "HIGH"],
        nodes: [nodeId(1), nodeId(2)],
        statuses: [],
        state: "ACTIVE",
        due: [],
      },
      order: "severity",
      format: "table",
    });
  });
});
