/** What programs read of a console over an account: findings, CSV, JSON and the report. */
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { accountClient } from "../../commands/account/client.ts";
import { accountSource, type OpenSource } from "../../commands/console/account-source.ts";
import { list } from "../../commands/findings.ts";
import { EVERYTHING } from "../../commands/findings/filter.ts";
import { localRunSource } from "../../commands/findings/local-run.ts";
import { startConsole, type Console } from "../../console/server.ts";
import { securityHub } from "../../functions/security-hub/security-hub.ts";
import { systemsManager } from "../../functions/systems-manager/systems-manager.ts";
import { emptyFleet } from "../../local/fleet/fleet.ts";
import { startAccount, type Account, type AccountOptions } from "../fixtures/account-fixture.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { elsewhere } from "../fixtures/findings-fixtures.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";

const { account: ACCOUNT, region: REGION } = SCOPE;
const HELD = [1, 2].map((index) => complianceFinding(nodeId(index), [{ id: `KB${index}`, level: "HIGH" }]));
const GET = { service: "securityhub", operation: "GetFindings", kind: "error", count: 99 };
const DENIED = { ...GET, status: 403, code: "AccessDeniedException" };
const PROBLEM = "AWS denies securityhub:GetFindings: allow it for these credentials, then refresh.";

describe("programs that read the console of an account", () => {
  let account: Account;
  let open: OpenSource;
  let shown: Console;
  afterEach(async () => {
    open.close();
    await shown.close();
    await account.close();
  });
  const start = async (options: AccountOptions = {}, organization = false) => {
    account = await startAccount({ fleet: emptyFleet(ACCOUNT, REGION), hub: { findings: HELD }, ...options });
    open = accountSource(
      { organization, ownerTag: "Owner" },
      {
        scope: { partition: "aws", account: ACCOUNT, region: REGION },
        hub: securityHub(accountClient(new SecurityHubClient(account.client))),
        ssm: systemsManager(accountClient(new SSMClient(account.client))),
        now: () => new Date(),
        print: () => undefined,
      },
    );
    shown = await startConsole(open.source, 0, () => undefined);
  };
  const get = async (path: string) => {
    const answer = await fetch(`${shown.url}${path}`);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const refresh = async () => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${shown.url}/api/refresh`, { method: "POST", headers, body: "{}" });
    return [answer.status, ((await answer.json()) as { readonly message: string }).message];
  };
  const listed = async () => {
    const [printed, warned]: [string[], string[]] = [[], []];
    const screen = { columns: 120, color: false };
    const output = { screen, print: (text: string) => printed.push(text), warn: (text: string) => warned.push(text) };
    await list(localRunSource(shown.url), EVERYTHING, "table", output);
    return { last: printed.at(-1), warned };
  };

  for (const path of ["/api/asff", "/api/findings.csv", "/api/findings.json", "/report.html"]) {
    it(`get ${path} in full before a page was opened`, async () => {
      await start();
      const { status, text } = await get(path);
      expect(status).to.equal(200);
      for (const index of [1, 2]) expect(text).to.include(nodeId(index));
      await get(path);
      expect(account.admission.apiCalls).to.deep.equal({ "securityhub:GetFindings": 1 });
    });

    it(`get the problem from ${path} if nothing could ever be read`, async () => {
      await start({ faults: [{ ...DENIED, from: 1 }] });
      const { status, text } = await get(path);
      expect([status, JSON.parse(text)]).to.deep.equal([503, { message: PROBLEM }]);
    });
  }

  it("learn when the findings were read, and why they may be out of date", async () => {
    await start({ faults: [{ ...DENIED, from: 2 }] });
    expect(await refresh()).to.deep.equal([200, "The findings were read again."]);
    expect(await refresh()).to.deep.equal([502, PROBLEM]);
    const { readAt } = open.source.findings();
    expect(JSON.parse((await get("/api/asff")).text)).to.include({ readAt, problem: PROBLEM });
    expect(JSON.parse((await get("/api/findings.json")).text)).to.include({ readAt, problem: PROBLEM });
    const { headers } = await get("/api/findings.csv");
    expect([headers.get("findings-read-at"), headers.get("findings-problem")]).to.deep.equal([readAt, PROBLEM]);
    const { text: report } = await get("/report.html");
    expect(report).to.match(/<li>Findings read at \d+ \w+ \d{4}, \d\d:\d\d UTC<\/li>/);
    expect(report).to.include(PROBLEM);
    const { last, warned } = await listed();
    expect(last).to.equal(`2 findings in account ${ACCOUNT}, ${REGION}`);
    expect(warned.join("\n")).to.match(/^warning: AWS denies .*, then refresh\. Findings read at .* UTC\.$/);
  });

  it("get the sentence and no status from npm run findings if nothing could ever be read", async () => {
    await start({ faults: [{ ...DENIED, from: 1 }] });
    expect(await refresh()).to.deep.equal([503, PROBLEM]);
    expect(await localRunSource(shown.url).read(EVERYTHING).catch(String)).to.equal(`Error: ${PROBLEM}`);
  });

  it("learn that findings are of all accounts and Regions", async () => {
    const far = elsewhere(HELD[0] ?? expect.fail(), { account: "222233334444", region: "eu-central-1" });
    await start({ hub: { findings: [...HELD, far] } }, true);
    const place = `2 accounts and 2 Regions that account ${ACCOUNT} shows in ${REGION}`;
    expect(JSON.parse((await get("/api/asff")).text)).to.include({ organization: true });
    const { text: report } = await get("/report.html");
    expect(report).to.include(`<h1>Patch findings of ${place}</h1>`);
    expect(report).to.include(`<li>Findings of ${place}</li>`);
    expect((await listed()).last).to.equal(`3 findings in ${place}`);
  });
});
