import type { WorkflowStatus } from "@aws-sdk/client-securityhub";
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { FINDING_KINDS, GENERATOR_IDS } from "../../contract/generators.ts";
import { findingId, productArn } from "../../functions/security-hub/asff/finding-identity.ts";
import type { StoredFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import { MAX_PROOF_AGE_MS, run as publish, type PublishOutput } from "../../functions/publish.ts";
import { minutes, nodeId, rated, reference, SCOPE, source } from "../fixtures/node-fixtures.ts";
import { failure } from "../doubles/patch-data.ts";
import {
  accept,
  failing,
  idOf,
  nameOf,
  open,
  opened,
  stage,
  type Hub,
  type Import,
} from "../fixtures/publish-stage.ts";

describe("publish: findings accepted before a failure", () => {
  const cases: { what: string; nodes: number; hub: Hub; name: string; accepted: number[] }[] = [
    {
      what: "findings that fail, and a second call for them that fails too",
      nodes: 3,
      hub: {
        imports: (...sent) =>
          sent[1] === 1
            ? failing((id) => (id === idOf(2) ? "InternalFailure" : undefined))(...sent)
            : failure("InternalException", 500),
      },
      name: "SecurityHubUnavailable",
      accepted: [1, 3],
    },
    {
      what: "findings that fail twice",
      nodes: 3,
      hub: { imports: failing((id) => (id === idOf(2) ? "InternalFailure" : undefined)) },
      name: "FindingsNotAccepted",
      accepted: [1, 3],
    },
    {
      what: "a list that is halved, and fails in its second half",
      nodes: 4,
      hub: {
        imports: (...sent) =>
          sent[1] === 1
            ? failure("InvalidInputException")
            : sent[1] === 2
              ? accept(...sent)
              : failure("Throttling", 429),
      },
      name: "SecurityHubThrottled",
      accepted: [1, 2],
    },
    {
      what: "more findings than a call takes, and a second call that fails",
      nodes: 101,
      hub: { imports: (...sent) => (sent[1] === 1 ? accept(...sent) : failure("InternalException", 500)) },
      name: "SecurityHubUnavailable",
      accepted: Array.from({ length: 100 }, (_, index) => index + 1),
    },
    {
      what: "a finding that is denied beside others",
      nodes: 3,
      hub: { imports: failing((id) => (id === idOf(1) ? "InvalidAccess" : undefined)) },
      name: "SecurityHubNotEnabled",
      accepted: [2, 3],
    },
    {
      what: "nothing",
      nodes: 3,
      hub: { imports: () => failure("Throttling", 429) },
      name: "SecurityHubThrottled",
      accepted: [],
    },
  ];
  for (const { what, nodes, hub, name, accepted } of cases) {
    it(`is logged and counted: ${what}`, async () => {
      const { outcome, opened: logged, counts, ages } = await open(nodes, hub);
      expect(nameOf(outcome)).to.equal(name);
      expect(logged).to.deep.equal(opened(...accepted));
      expect(counts).to.deep.equal({ ...(accepted.length > 0 && { FindingsOpened: accepted.length }), [name]: 1 });
      expect(ages).to.have.length(accepted.length);
    });
  }

  it("logs and counts each once if nothing fails", async () => {
    const { outcome, opened: logged, counts, ages } = await open(3, {});
    expect((outcome as PublishOutput).changes).to.have.length(3);
    expect([logged, counts, ages.length]).to.deep.equal([opened(1, 2, 3), { FindingsOpened: 3 }, 3]);
  });

  it("does not count a failure of a finding that was not sent", async () => {
    const imports: Import = (batch) => ({
      SuccessCount: batch.length - 1,
      FailedFindings: [{ Id: "other", ErrorCode: "InvalidInput" }],
    });
    const { outcome, counts } = await open(3, { imports });
    expect([nameOf(outcome), counts]).to.deep.equal(["SecurityHubUnavailable", { SecurityHubUnavailable: 1 }]);
  });
});

describe("publish: a closed finding whose workflow was not set", () => {
  const closed = (kind: (typeof FINDING_KINDS)[number], status: WorkflowStatus = "NEW"): StoredFinding => ({
    Id: findingId(SCOPE, nodeId(1), kind),
    ProductArn: productArn(SCOPE),
    AwsAccountId: SCOPE.account,
    Region: SCOPE.region,
    GeneratorId: GENERATOR_IDS[kind],
    RecordState: "ARCHIVED",
    Compliance: { Status: "PASSED" },
    Workflow: { Status: status },
    ProductFields: { "PatchFindings/OperationEndTime": minutes(-60) },
  });

  async function settle(hub: Hub, removed?: "terminated" | "absent") {
    const { ports, resolved, counts } = stage(hub);
    const judged = rated([source()], "compliant", { nodeId: nodeId(1) });
    const judgements = [{ ...judged, ...(removed && { removed, status: "unknown" as const }) }];
    const outcome: unknown = await publish({ references: [reference()], judgements }, ports).catch(
      (error: unknown) => error,
    );
    return { resolved, counts, name: nameOf(outcome) };
  }

  for (const kind of FINDING_KINDS) {
    for (const removed of [undefined, "terminated", "absent"] as const) {
      it(`${kind}, node ${removed ?? "there"}: the next attempt resolves it`, async () => {
        expect((await settle({ stored: [closed(kind)] }, removed)).resolved).to.deep.equal([closed(kind).Id]);
      });
    }
    it(`${kind}: keeps a person's suppression`, async () => {
      expect((await settle({ stored: [closed(kind, "SUPPRESSED")] })).resolved).to.deep.equal([]);
    });
  }

  it("a foreign finding is not changed", async () => {
    const foreign = { ...closed("blindSpot"), GeneratorId: "other" };
    expect((await settle({ stored: [foreign] })).resolved).to.deep.equal([]);
  });

  it("counts an update that is refused as a whole, and goes on", async () => {
    const update = () => failure("InvalidInputException");
    const { name, counts } = await settle({ stored: [closed("compliance")], update });
    expect([name, counts]).to.deep.equal(["no error", { WorkflowRefused: 1 }]);
  });
});

describe("publish: how long a reading proves a close", () => {
  interface Retry {
    readonly IntervalSeconds: number;
    readonly BackoffRate: number;
    readonly MaxDelaySeconds: number;
    readonly MaxAttempts: number;
  }
  interface State {
    readonly Comment: string;
    readonly TimeoutSeconds: number;
    readonly Retry: readonly Retry[];
  }

  it("is longer than the state machine's own retries of Publish last, with one read before them", async () => {
    const path = new URL("../../statemachine/patch-findings.asl.json", import.meta.url);
    const { States } = JSON.parse(await readFile(path, "utf8")) as { States: Record<"Gather" | "Publish", State> };
    const waits = States.Publish.Retry.flatMap(({ IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts }) =>
      Array.from({ length: MaxAttempts }, (_, index) =>
        Math.min(IntervalSeconds * BackoffRate ** index, MaxDelaySeconds),
      ),
    );
    const waiting = waits.reduce((sum, wait) => sum + wait);
    expect(waits).to.have.length(16);
    expect(waiting + States.Gather.TimeoutSeconds).to.be.below(MAX_PROOF_AGE_MS / 1000);
    expect(States.Publish.Comment).to.include("MAX_PROOF_AGE_MS");
  });
});
