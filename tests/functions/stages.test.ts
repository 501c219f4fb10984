import { DEFAULT_POLICIES } from "../../contract/policies.ts";
import { expect } from "chai";
import type { ImportFailure } from "../../functions/security-hub/import-findings.ts";
import { run as chooseSeverities } from "../../functions/choose-severity.ts";
import { run as evaluate } from "../../functions/evaluate.ts";
import { run as publish, type PublishOutput } from "../../functions/publish.ts";
import type { ImportableFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import type { NodeReading } from "../../functions/compliance/reading.ts";
import type { SecurityHub } from "../../functions/security-hub/security-hub.ts";
import type { Counter } from "../../functions/runtime/metrics.ts";
import { NO_METRICS, countingIn } from "../doubles/counters.ts";
import { destinationOn } from "../doubles/partial-hub.ts";
import { sendingTo, type Sent } from "../doubles/sent-on.ts";
import {
  minutes,
  nodeId,
  noncompliantSource,
  patch,
  rated,
  READ_AT,
  reading,
  reference,
  SCOPE,
  source,
} from "../fixtures/node-fixtures.ts";

const logger = { info: () => undefined, warn: () => undefined };

describe("evaluate", () => {
  const node = (index: number, attempts: number, parts: Partial<NodeReading>) => ({
    reference: reference({ nodeId: nodeId(index), attempts }),
    reading: reading([], { nodeId: nodeId(index), ...parts }),
  });
  const late = { unread: "ThrottlingException: Rate exceeded" };
  const nodes = [
    node(1, 0, late),
    node(2, 1, late),
    node(3, 0, late),
    { ...node(4, 5, late), reference: reference({ nodeId: nodeId(4), attempts: 5, ec2Attempts: 6 }) },
    node(5, 0, { sources: [source()] }),
    node(6, 0, { sources: [noncompliantSource()] }),
  ];
  const output = evaluate(
    { references: nodes.map((one) => one.reference), readings: nodes.map((one) => one.reading).toReversed() },
    { logger, counter: NO_METRICS, blindSpotDays: 30 },
  );

  it("sends back nodes that are not ready, one message per delay, with one more attempt", () => {
    const waiting = output.notReady.map(({ delaySeconds, references }) => [
      delaySeconds,
      references.map((one) => [one.nodeId, one.attempts]),
    ]);
    expect(waiting).to.deep.equal([
      [
        15,
        [
          [nodeId(1), 1],
          [nodeId(3), 1],
        ],
      ],
      [45, [[nodeId(2), 2]]],
    ]);
  });

  it("quarantines nodes that cannot be judged, ready for a replay", () => {
    const references = [reference({ nodeId: nodeId(4), attempts: 0 })];
    expect(output.invalid).to.deep.equal([{ nodeId: nodeId(4), reason: late.unread, references }]);
  });

  it("judges the rest, and counts all three", () => {
    expect(output.judgements.map(({ status, evidence }) => [evidence.nodeId, status])).to.deep.equal([
      [nodeId(5), "compliant"],
      [nodeId(6), "noncompliant"],
    ]);
    expect(output.counts).to.deep.equal({ judgements: 2, notReady: 2, invalid: 1 });
  });

  it("counts the nodes about which EC2 did not answer, and passes the number of attempts on", () => {
    const asked = [1, 2, 3].map((index) => reference({ nodeId: nodeId(index), removed: "terminated", ec2Attempts: 2 }));
    const counted: Record<string, number>[] = [];
    const waited = evaluate(
      {
        references: asked,
        readings: asked.map((one) => reading([], { nodeId: one.nodeId })),
        askEc2: asked.map((one) => ({ nodeId: one.nodeId })),
        ec2: [
          { nodeId: nodeId(1), error: "Ec2.Ec2Exception" },
          { nodeId: nodeId(2), answer: { states: ["terminated"] } },
        ],
      },
      { logger, counter: { ...NO_METRICS, record: (counts) => void counted.push({ ...counts }) }, blindSpotDays: 30 },
    );
    expect(counted).to.deep.equal([{ NodesNotReady: 2, NodesInvalid: 0, BlindSpots: 0, Ec2NotAnswered: 2 }]);
    expect(waited.notReady).to.deep.equal([
      { delaySeconds: 120, references: [asked[0], asked[2]].map((one) => ({ ...one, ec2Attempts: 3 })) },
    ]);
  });

  it("ChooseSeverity rates the judged nodes, and keeps their references only", () => {
    const { references, judgements } = chooseSeverities(output, { policies: DEFAULT_POLICIES, logger });
    expect(references.map((one) => one.nodeId)).to.deep.equal([nodeId(5), nodeId(6)]);
    expect(judgements.map(({ severity }) => severity.original)).to.deep.equal(["COMPLIANT", "UNSPECIFIED"]);
  });

  it("throws if a reading is missing", () => {
    expect(() =>
      evaluate({ references: [reference()], readings: [] }, { logger, counter: NO_METRICS, blindSpotDays: 30 }),
    ).to.throw(/no reading of i-/);
  });
});

describe("publish", () => {
  const judgements = [1, 2, 3].map((index) => rated(undefined, "noncompliant", { nodeId: nodeId(index) }));
  const references = [1, 2, 3].map((index) => reference({ nodeId: nodeId(index), attempts: 2 }));
  const idOf = (index: number) => `patch-manager-findings/us-east-2/111122223333/${nodeId(index)}`;

  const portsOn = (hub: Partial<SecurityHub>, counter: Counter, sent: Sent[] = []) => ({
    ...sendingTo(sent),
    destination: destinationOn(hub, counter),
    logger,
    counter,
    now: () => new Date(READ_AT),
    planOnly: false,
    policies: DEFAULT_POLICIES,
  });

  /** Publishes against a hub that holds these findings, and that fails imports in turn as told. */
  async function run(
    parts: { stored?: readonly ImportableFinding[]; failures?: ImportFailure[][]; now?: typeof judgements } = {},
  ) {
    const imported: string[][] = [];
    const asked: unknown[] = [];
    const counted: string[] = [];
    const hub: Partial<SecurityHub> = {
      findings: (...request) => {
        asked.push(request);
        return Promise.resolve([...(parts.stored ?? [])]);
      },
      importFindings: (findings) => {
        if (findings.length === 0) return Promise.resolve([]);
        imported.push(findings.map(({ Id }) => Id));
        return Promise.resolve(parts.failures?.[imported.length - 1] ?? []);
      },
      updateWorkflow: () => Promise.resolve([]),
    };
    const sent: Sent[] = [];
    const ports = portsOn(hub, countingIn(counted), sent);
    const given = { references, judgements: parts.now ?? judgements };
    const outcome: unknown = await publish(given, ports).catch((error: unknown) => error);
    return { outcome, imported, asked, counted, sent };
  }

  const refused = (index: number, retryable: boolean): ImportFailure => ({
    id: idOf(index),
    retryable,
    message: "words",
  });

  it("opens missing findings, with this account's product and Ids", async () => {
    const { outcome, imported, asked } = await run();
    expect(asked).to.deep.equal([
      [
        "arn:aws:securityhub:us-east-2:111122223333:product/111122223333/default",
        [1, 2, 3].flatMap((index) => [idOf(index), `${idOf(index)}/blind-spot`]),
      ],
    ]);
    expect(imported).to.deep.equal([[1, 2, 3].map(idOf)]);
    expect(outcome).to.deep.include({ rejected: [], readInFull: [] });
    expect(outcome).to.have.property("changes").that.has.length(3);
  });

  it("imports only findings that differ", async () => {
    const first: ImportableFinding[] = [];
    const keep: Partial<SecurityHub> = {
      findings: () => Promise.resolve([]),
      importFindings: (findings) => {
        first.push(...findings);
        return Promise.resolve([]);
      },
      updateWorkflow: () => Promise.resolve([]),
    };
    await publish({ references, judgements }, portsOn(keep, NO_METRICS));
    const worse = rated([noncompliantSource([patch({ vendor: "Critical" })])], "noncompliant", { nodeId: nodeId(2) });
    const now = judgements.with(1, { ...worse, evidence: { ...worse.evidence, endedAt: minutes(-1) } });
    const { imported, outcome } = await run({ stored: first, now });
    expect(imported).to.deep.equal([[idOf(2)]]);
    const { changes } = outcome as { changes: { action: string }[] };
    expect(changes.map(({ action }) => action)).to.deep.equal(["unchanged", "update", "unchanged"]);
    expect(JSON.stringify(outcome)).to.not.contain("SchemaVersion");
  });

  it("never treats another product's finding with the same Id as its own", async () => {
    const foreign = { Id: idOf(1), ProductArn: "arn:x", AwsAccountId: SCOPE.account, RecordState: "ACTIVE" } as const;
    const { imported } = await run({ stored: [foreign as ImportableFinding] });
    expect(imported.flat()).to.include(idOf(1));
  });

  it("names findings that Security Hub refuses for their content, and publishes the rest", async () => {
    const { outcome, imported, sent } = await run({ failures: [[refused(2, false)]] });
    expect(imported).to.have.length(1);
    expect(outcome).to.deep.include({
      rejected: [
        {
          nodeId: nodeId(2),
          reason: "Security Hub refused the finding",
          message: "words",
          references: [reference({ nodeId: nodeId(2), attempts: 0 })],
        },
      ],
    });
    expect(outcome).to.have.property("changes").that.has.length(2);
    expect(sent).to.deep.equal([{ to: "quarantine", message: (outcome as PublishOutput).rejected[0] }]);
  });

  it("sends findings with an internal error once more, alone", async () => {
    const { outcome, imported } = await run({ failures: [[refused(1, false), refused(2, true)]] });
    expect(imported).to.deep.equal([[1, 2, 3].map(idOf), [idOf(2)]]);
    expect(outcome).to.have.property("rejected").that.has.length(1);
  });

  it("fails if that fails again: the state machine retries", async () => {
    const { outcome, counted } = await run({ failures: [[refused(2, true)], [refused(2, true)]] });
    expect(outcome).to.be.an.instanceOf(Error).with.property("name", "FindingsNotAccepted");
    expect(counted).to.deep.equal(["FindingsNotAccepted"]);
  });

  it("names a finding that is refused at the second attempt", async () => {
    const { outcome } = await run({ failures: [[refused(2, true)], [refused(2, false)]] });
    expect(outcome).to.have.property("rejected").that.has.length(1);
  });
});
