/** `npm run console`: the findings of an account as the console's page reads them. */
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { setTimeout } from "node:timers/promises";
import { userName } from "../../command-line/user-name.ts";
import { accountClient } from "../../commands/account/client.ts";
import { accountSource, type AccountView, type OpenSource } from "../../commands/console/account-source.ts";
import type { FindingDetails, FindingsPage, LiveState, TriageAnswer } from "../../console/api.ts";
import { startConsole, type Console } from "../../console/server.ts";
import { securityHub } from "../../functions/security-hub/security-hub.ts";
import { systemsManager } from "../../functions/systems-manager/systems-manager.ts";
import { startAccount, type Account, type AccountOptions } from "../fixtures/account-fixture.ts";
import { complianceFinding } from "../fixtures/finding-samples.ts";
import { elsewhere } from "../fixtures/findings-fixtures.ts";
import { nodeId, SCOPE } from "../fixtures/node-fixtures.ts";
import { emptyFleet } from "../../local/fleet/fleet.ts";

const { account: ACCOUNT, region: REGION } = SCOPE;
const MEMBER = "222233334444";
const LINKED = "eu-central-1";
const finding = (index: number) => complianceFinding(nodeId(index), [{ id: `KB${index}`, level: "HIGH" }]);
const GET = { service: "securityhub", operation: "GetFindings", kind: "error", count: 99 };
const EXPIRED = { ...GET, from: 2, status: 403, code: "ExpiredTokenException" };
const THROTTLED = { ...GET, from: 1, status: 429, code: "TooManyRequestsException" };

const statusOf = (one: object) => (one as { readonly Workflow: { readonly Status: string } }).Workflow.Status;

describe("npm run console: the account's findings", () => {
  let account: Account;
  let open: OpenSource;
  let shown: Console;
  let printed: string[];
  afterEach(async () => {
    open.close();
    await shown.close();
    await account.close();
    expect(account.defects).to.deep.equal([]);
  });
  const start = async (options: AccountOptions, view: Partial<AccountView> = {}) => {
    account = await startAccount({ fleet: emptyFleet(ACCOUNT, REGION), ...options });
    const { client } = account;
    printed = [];
    open = accountSource(
      { organization: false, ownerTag: "Owner", ...view },
      {
        scope: { partition: "aws", account: ACCOUNT, region: REGION },
        hub: securityHub(accountClient(new SecurityHubClient(client))),
        ssm: systemsManager(accountClient(new SSMClient(client))),
        now: () => new Date(),
        print: (line) => void printed.push(line),
      },
    );
    shown = await startConsole(open.source, 0, (error) => printed.push(String(error)));
  };
  const get = async <Answer>(path: string) => (await (await fetch(`${shown.url}${path}`)).json()) as Answer;
  const page = () => get<FindingsPage>("/api/findings");
  const refresh = () =>
    fetch(`${shown.url}/api/refresh`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  const post = async (path: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${shown.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return (await answer.json()) as TriageAnswer;
  };
  /** The states that a page receives until one fits. */
  const liveUntil = async (fits: (state: LiveState) => boolean): Promise<LiveState> => {
    const stop = new AbortController();
    const { body } = await fetch(`${shown.url}/api/live`, { signal: stop.signal });
    try {
      for await (const chunk of body ?? []) {
        const text = Buffer.from(chunk as Uint8Array).toString();
        const state = JSON.parse(text.replace(/^data: /, "")) as LiveState;
        if (fits(state)) return state;
      }
      throw new Error("the console ended");
    } finally {
      stop.abort();
    }
  };

  it("reads nothing until a page opens, and then all findings of this program", async () => {
    await start({ hub: { findings: [finding(1), finding(2), { ...finding(3), GeneratorId: "another" }] } });
    await setTimeout(0);
    expect((await page()).total).to.equal(0);
    expect(account.admission.apiCalls).to.deep.equal({});
    const { about, findings } = await liveUntil((state) => state.findings.open.HIGH === 2);
    expect(about).to.deep.include({
      kind: "account",
      account: ACCOUNT,
      region: REGION,
      views: ["overview", "findings", "patches", "cves"],
    });
    expect(findings.problem).to.equal(undefined);
    expect(Date.now() - Date.parse(findings.readAt ?? "")).to.be.within(0, 60_000);
    expect((await page()).rows.map(({ nodeId: id }) => id)).to.deep.equal([nodeId(1), nodeId(2)]);
    expect(account.admission.apiCalls).to.deep.equal({ "securityhub:GetFindings": 1 });
  });

  it("shows the findings of two accounts and Regions with --organization", async () => {
    const findings = [
      finding(1),
      elsewhere(finding(1), { account: MEMBER }),
      elsewhere(finding(2), { account: MEMBER, region: LINKED }),
    ];
    await start({ hub: { findings } }, { organization: true });
    await refresh();
    const { rows } = await page();
    expect(rows.map((row) => `${row.account} ${row.region}`)).to.have.members([
      `${ACCOUNT} ${REGION}`,
      `${MEMBER} ${REGION}`,
      `${MEMBER} ${LINKED}`,
    ]);
  });

  it("names the permission that is missing, in the page and once on the terminal", async () => {
    await start({ hub: { findings: [finding(1)] }, denied: ["securityhub:GetFindings"] });
    await refresh();
    await refresh();
    const problem = "AWS denies securityhub:GetFindings: allow it for these credentials, then refresh.";
    expect(open.source.findings()).to.deep.include({ findings: [], problem });
    expect(printed).to.deep.equal([problem]);
  });

  it("keeps the findings while AWS throttles, and reads them again", async () => {
    await start({ hub: { findings: [finding(1)] }, faults: [{ ...THROTTLED, from: 2, count: 1 }] });
    await refresh();
    const before = open.source.findings();
    await refresh();
    const during = open.source.findings();
    expect(during.problem).to.equal("AWS throttles securityhub:GetFindings: the console tries again later.");
    expect([during.readAt, during.revision]).to.deep.equal([before.readAt, before.revision]);
    await refresh();
    expect(open.source.findings().problem).to.equal(undefined);
    expect(open.source.findings().findings[0]).to.equal(before.findings[0]);
  });

  it("keeps the findings and their age when the credentials expire, and shows nothing of the credentials", async () => {
    await start({ hub: { findings: [finding(1)] }, faults: [EXPIRED] });
    await refresh();
    const { readAt } = open.source.findings();
    await refresh();
    const { findings } = await liveUntil((state) => state.findings.problem !== undefined);
    expect(findings).to.deep.include({
      readAt,
      problem: "AWS rejected these credentials (ExpiredTokenException): sign in again, then start the console again.",
    });
    expect((await page()).total).to.equal(1);
    const { accessKeyId, secretAccessKey } = account.client.credentials;
    const all = [JSON.stringify(findings), ...printed, await (await fetch(`${shown.url}/api/asff`)).text()].join();
    for (const secret of [accessKeyId, `"${secretAccessKey}"`]) expect(all).to.not.include(secret);
  });

  it("tells what changed between two reads", async () => {
    await start({ hub: { findings: [finding(1), finding(2)] } });
    await refresh();
    const key = (await page()).rows[0]?.key ?? "";
    const [first, second] = open.source.findings().findings;
    const identifier = ["Id", "ProductArn"].map((name) => [name, String(Reflect.get(first ?? {}, name))]);
    account.hub.call(
      "BatchUpdateFindings",
      {
        FindingIdentifiers: [Object.fromEntries(identifier)],
        Workflow: { Status: "NOTIFIED" },
        Note: { Text: "on it", UpdatedBy: "ann" },
      },
      { roleArn: "", account: ACCOUNT, region: REGION },
    );
    await refresh();
    const { history } = await get<FindingDetails>(`/api/findings/${key}`);
    expect(history[0]).to.deep.include({ action: "workflow NOTIFIED", reason: "on it - ann" });
    expect(open.source.activity()[0]).to.deep.include({ what: "set 1 finding to NOTIFIED", nodes: 1 });
    const again = open.source.findings();
    expect([again.revision, again.findings[0] === first]).to.deep.equal([2, false]);
    expect(again.findings[1]).to.equal(second);
  });

  it("writes workflow statuses, reads the findings before and after, and logs one line", async () => {
    const bob = { Text: "mine", UpdatedBy: "bob", UpdatedAt: "2026-11-02T00:00:00.000Z" };
    const held = [finding(1), { ...finding(2), Note: bob }, { ...finding(3), RecordState: "ARCHIVED" }];
    await start({ hub: { findings: held } });
    await refresh();
    const ids = [...held, finding(9)].map((one) => ({ id: one.Id, productArn: one.ProductArn }));
    const request = { findings: ids, status: "SUPPRESSED", note: "being replaced", by: "ann\u001b[2J" };
    const answer = await post("/api/triage", request);
    expect(answer.message.split("\n")).to.deep.equal([
      "Set 2 findings to SUPPRESSED.",
      `${nodeId(2)} keeps the note of bob.`,
      `${nodeId(3)} is closed.`,
    ]);
    expect(answer.failures).to.deep.equal([
      { id: finding(9).Id, code: "FindingNotFound", message: "there is no such finding" },
    ]);
    expect(answer.skipped).to.deep.equal([
      { id: finding(3).Id, reason: "closed" },
      { id: finding(2).Id, reason: "keptNote", noteOf: "bob" },
    ]);
    const names = ids.slice(0, 2).map(({ id }) => id);
    expect(printed).to.deep.equal([
      `${userName()}, as ann\u001b[2J, set 2 findings to SUPPRESSED: ${names.join(", ")}`,
    ]);
    await liveUntil(() => open.source.findings().findings.some((one) => statusOf(one) === "SUPPRESSED"));
    expect(account.hub.findings().map(statusOf)).to.deep.equal(["SUPPRESSED", "SUPPRESSED", "NEW"]);
  });

  it("leaves alone a finding with a note that somebody wrote after the last read", async () => {
    await start({ hub: { findings: [finding(1)] } });
    await refresh();
    const { Id, ProductArn } = finding(1);
    account.hub.call(
      "BatchUpdateFindings",
      { FindingIdentifiers: [{ Id, ProductArn }], Note: { Text: "mine", UpdatedBy: "bob" } },
      { roleArn: "", account: ACCOUNT, region: REGION },
    );
    const request = { findings: [{ id: Id, productArn: ProductArn }], status: "NOTIFIED", note: "on it", by: "ann" };
    const { message, skipped } = await post("/api/triage", request);
    expect(message).to.equal(`Nothing was written.\n${nodeId(1)} changed meanwhile.`);
    expect(skipped).to.deep.equal([{ id: Id, reason: "changed" }]);
    expect(account.hub.findings().map(statusOf)).to.deep.equal(["NEW"]);
  });

  it("says which permission triage needs, and refuses a note in the program's name", async () => {
    await start({ hub: { findings: [finding(1)] }, denied: ["securityhub:BatchUpdateFindings"] });
    await refresh();
    const { Id, ProductArn } = finding(1);
    const request = { findings: [{ id: Id, productArn: ProductArn }], status: "NOTIFIED", by: "ann" };
    const denied = await post("/api/triage", request);
    expect(denied.message).to.match(
      /^Nothing was written\. AWS denies securityhub:BatchUpdateFindings: .*then ask again\.$/,
    );
    const forged = await post("/api/triage", { ...request, note: "x", by: "patch-manager-findings" });
    expect(forged.message).to.match(/^the note's author cannot be/);
  });
});
