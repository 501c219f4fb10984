import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { expect } from "chai";
import { closeFindings } from "../../commands/close-findings.ts";
import { hubArn } from "../../commands/account/hub.ts";
import { securityHub } from "../../functions/security-hub/security-hub.ts";
import type { RatedJudgement } from "../../functions/compliance/node-severity.ts";
import { GENERATOR_IDS } from "../../contract/generators.ts";
import { productArn } from "../../functions/security-hub/asff/finding-identity.ts";
import { reconcile } from "../fixtures/reconcile.ts";
import type { ImportableFinding, StoredFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import { emptyFleet } from "../../local/fleet/fleet.ts";
import { startAccount, type Account } from "../fixtures/account-fixture.ts";
import { minutes, nodeId, rated, SCOPE, source } from "../fixtures/node-fixtures.ts";

type Held = StoredFinding & Readonly<Record<string, unknown>>;

const judged = (index: number, parts: Partial<RatedJudgement["evidence"]> = {}): RatedJudgement =>
  rated(undefined, "noncompliant", { nodeId: nodeId(index), ...parts });
const silent = (index: number): RatedJudgement => ({
  ...judged(index),
  blindSpot: { kind: "silent", reason: "no patch operation for 40 days" },
});
const imported = (judgement: RatedJudgement, stored: readonly StoredFinding[] = []): ImportableFinding[] =>
  reconcile(judgement, stored, SCOPE).flatMap(({ finding }) => (finding === undefined ? [] : [finding]));

/** A finding like ours in all but the given parts. */
const foreign = (Id: string, parts: object): object => ({
  ...imported(judged(9))[0],
  RecordState: "ACTIVE",
  Id,
  ...parts,
});

describe("close-findings", () => {
  let account: Account;
  const lines: string[] = [];
  const start = async (faults: readonly object[] = []) => {
    lines.length = 0;
    const own = (index: number) => `patch-manager-findings/${SCOPE.region}/${SCOPE.account}/${nodeId(index)}`;
    const findings = [
      foreign(own(5), { GeneratorId: "somebody-else" }),
      foreign(own(6), { AwsAccountId: "999999999999", ProductArn: productArn({ ...SCOPE, account: "999999999999" }) }),
      foreign(own(7), { ProductArn: `arn:aws:securityhub:${SCOPE.region}::product/aws/ssm-patch-manager` }),
      foreign("something/else", { GeneratorId: GENERATOR_IDS.compliance }),
    ];
    account = await startAccount({ fleet: emptyFleet(SCOPE.account, SCOPE.region), hub: { findings }, faults });
    const hub = securityHub(new SecurityHubClient(account.client));
    const open = [...imported(silent(1)), ...imported(judged(2))];
    const closed = imported(
      rated([source()], "compliant", { nodeId: nodeId(3), endedAt: minutes(-5) }),
      imported(judged(3)),
    );
    expect(await hub.importFindings([...open, ...closed])).to.deep.equal([]);
  };
  afterEach(() => account.close());

  const close = (dryRun: boolean) => {
    const client = new SecurityHubClient(account.client);
    return closeFindings(dryRun, {
      describeHub: () => hubArn(client),
      hub: securityHub(client),
      now: () => new Date(),
      print: (line) => void lines.push(line),
    });
  };
  const held = () => account.hub.findings() as Held[];
  const ours = (finding: Held) =>
    imported(silent(1))
      .concat(imported(judged(2)))
      .some(({ Id }) => Id === finding.Id);

  it("only lists with --dry-run", async () => {
    await start();
    const before = held();
    expect(await close(true)).to.deep.equal({ archived: 0, failed: 0 });
    expect(held()).to.deep.equal(before);
    expect(lines.toSorted()).to.deep.equal([
      `would archive: ${nodeId(1)} (blind spot)`,
      `would archive: ${nodeId(1)} (compliance)`,
      `would archive: ${nodeId(2)} (compliance)`,
    ]);
  });

  it("archives open findings of both kinds, says so in them, and changes nothing else", async () => {
    await start();
    const before = held();
    expect(await close(false)).to.deep.equal({ archived: 3, failed: 0 });
    const after = held();
    expect(after.filter((finding) => !ours(finding))).to.deep.equal(before.filter((finding) => !ours(finding)));
    for (const finding of before.filter(ours)) {
      const now = after.find(({ Id }) => Id === finding.Id);
      const { "PatchFindings/Proof": proof, ...fields } = now?.ProductFields ?? {};
      expect(proof).to.match(/^Archived by close-findings at 20.*, without proof of compliance\.$/);
      expect(Date.parse(now?.UpdatedAt ?? "")).to.be.greaterThan(Date.parse(finding.UpdatedAt ?? ""));
      const { UpdatedAt, ["ProcessedAt"]: ProcessedAt } = finding;
      expect({ ...now, ProductFields: fields, UpdatedAt, ProcessedAt }).to.deep.equal({
        ...finding,
        RecordState: "ARCHIVED",
      });
    }
  });

  it("has nothing to do the second time", async () => {
    await start();
    await close(false);
    const before = held();
    expect(await close(false)).to.deep.equal({ archived: 0, failed: 0 });
    expect(held()).to.deep.equal(before);
    expect(account.admission.apiCalls).to.include({ "securityhub:BatchImportFindings": 2 });
  });

  it("lists the findings that Security Hub refused; the same command archives the rest", async () => {
    await start([{ service: "securityhub", operation: "BatchImportFindings", from: 2, count: 1, kind: "partial" }]);
    expect(await close(false)).to.deep.equal({ archived: 2, failed: 1 });
    expect(lines.filter((line) => line.startsWith("not archived: "))).to.have.lengthOf(1);
    expect(await close(false)).to.deep.equal({ archived: 1, failed: 0 });
  });

  it("says how many findings it archived if Security Hub is unavailable", async () => {
    await start([{ service: "securityhub", operation: "BatchImportFindings", from: 2, count: 1, kind: "error" }]);
    const failure = await close(false).catch((error: unknown) => error);
    expect(failure).to.have.property("name", "SecurityHubUnavailable");
    expect(lines.at(-1)).to.equal("archived 0 of 3 findings; run the same command again to archive the rest");
  });

  it("leaves findings that a later deployment opens again, by the same operation", async () => {
    await start();
    await close(false);
    const stored = held();
    const changes = [silent(1), judged(2)].flatMap((judgement) => reconcile(judgement, stored, SCOPE));
    expect(changes.map(({ action }) => action)).to.deep.equal(["reopen", "reopen", "reopen"]);
    const reopened = changes.flatMap(({ finding }) => finding ?? []);
    expect(await securityHub(new SecurityHubClient(account.client)).importFindings(reopened)).to.deep.equal([]);
    const shown = held().filter(ours);
    expect(shown.map(({ RecordState }) => RecordState)).to.deep.equal(["ACTIVE", "ACTIVE", "ACTIVE"]);
    expect(shown.flatMap(({ ProductFields = {} }) => ProductFields["PatchFindings/Proof"] ?? [])).to.deep.equal([]);
    const times = (finding: Held) => [finding.Id, finding.CreatedAt, finding.FirstObservedAt];
    expect(shown.map(times)).to.deep.equal(stored.filter(ours).map(times));
  });
});
