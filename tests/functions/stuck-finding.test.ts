import { expect } from "chai";
import { readParkedMessage } from "../../functions/work/parked-message.ts";
import type { ImportFailure } from "../../functions/security-hub/import-findings.ts";
import type { UpdateFailure, WorkflowUpdate } from "../../functions/security-hub/workflow-update.ts";
import { chunks } from "../../functions/runtime/chunks.ts";
import { GENERATOR_IDS } from "../../contract/generators.ts";
import { findingId, productArn } from "../../functions/security-hub/asff/finding-identity.ts";
import type { NodeReference } from "../../functions/work/node-reference.ts";
import type { QuarantineEntry } from "../../functions/work/quarantine.ts";
import { batchSizeAfter, MAX_FAILURES } from "../../functions/work/quarantine-rule.ts";
import { planRedrive } from "../../functions/work/redrive-plan.ts";
import type { ImportableFinding, StoredFinding } from "../../functions/security-hub/asff/stored-finding.ts";
import { run as publish } from "../../functions/publish.ts";
import { minutes, nodeId, rated, READ_AT, reference, SCOPE, source } from "../fixtures/node-fixtures.ts";
import { idOf, stage } from "../fixtures/publish-stage.ts";

interface Fleet {
  readonly nodes: number;
  /** Fail in every call, for reasons of the service's own. */
  readonly stuck?: readonly number[];
  readonly refused?: readonly number[];
  /** Compliant, with a closed finding whose workflow status was not set. */
  readonly closed?: readonly number[];
  /** Of these, those that Security Hub never sets. */
  readonly unset?: readonly number[];
}

const closed = (index: number): StoredFinding => ({
  Id: idOf(index),
  ProductArn: productArn(SCOPE),
  AwsAccountId: SCOPE.account,
  Region: SCOPE.region,
  GeneratorId: GENERATOR_IDS.compliance,
  RecordState: "ARCHIVED",
  Compliance: { Status: "PASSED" },
  Workflow: { Status: "NEW" },
  ProductFields: { "PatchFindings/OperationEndTime": minutes(-60) },
});

/** Batches, parking and redrive in rounds, around Publish: queues are read once per round. */
class Rounds {
  readonly stored: Map<string, StoredFinding>;
  readonly quarantine: QuarantineEntry[] = [];
  readonly errors: string[] = [];
  readonly sizes: number[][] = [];
  readonly counts: Readonly<Record<string, number>>;
  work: readonly NodeReference[];
  readonly #fleet: Fleet;
  readonly #ports: Parameters<typeof publish>[1];

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.stored = new Map((fleet.closed ?? []).map((index) => [idOf(index), closed(index)]));
    this.work = Array.from({ length: fleet.nodes }, (_, index) => reference({ nodeId: nodeId(index + 1) }));
    const { on, counts } = stage({});
    this.counts = counts;
    this.#ports = on({
      findings: (_, ids) => Promise.resolve(ids.flatMap((id) => this.stored.get(id) ?? []) as never[]),
      importFindings: (findings) => Promise.resolve(findings.flatMap((finding) => this.#import(finding))),
      updateWorkflow: (updates) => Promise.resolve(updates.flatMap((update) => this.#update(update))),
    });
  }

  async play(rounds: number): Promise<this> {
    for (let round = 0; round < rounds && this.work.length > 0; round++) {
      const bySize = Map.groupBy(this.work, ({ redriveHistory }) => batchSizeAfter(redriveHistory?.failures ?? 0));
      const batches = [...bySize].flatMap(([size, some]) => chunks(some, size));
      this.sizes.push(batches.map(({ length }) => length));
      this.work = [];
      for (const batch of batches) await this.#execute(batch);
    }
    return this;
  }

  quarantined(): [number, string | undefined][] {
    const numberOf = new Map(Array.from({ length: this.#fleet.nodes }, (_, at) => [nodeId(at + 1), at + 1]));
    return this.quarantine.map(({ nodeId: id, message }): [number, string | undefined] => [
      numberOf.get(id ?? "") ?? 0,
      message,
    ]);
  }

  statusOf(index: number): string | undefined {
    return this.stored.get(idOf(index))?.Workflow?.Status;
  }

  #has(list: readonly number[] | undefined, id: string): boolean {
    return list?.some((index) => idOf(index) === id) ?? false;
  }

  #import(finding: ImportableFinding): ImportFailure[] {
    const { stuck, refused } = this.#fleet;
    const id = finding.Id;
    if (this.#has(stuck, id)) return [{ id, retryable: true, message: "InternalFailure: words" }];
    if (this.#has(refused, id)) return [{ id, retryable: false, message: `InvalidInput: Title of ${id}` }];
    this.stored.set(id, { ...finding, Workflow: { Status: "NEW" } });
    return [];
  }

  #update({ id, status }: WorkflowUpdate): UpdateFailure[] {
    if (this.#has(this.#fleet.unset, id)) return [{ id, code: "InternalFailure", message: "words" }];
    this.stored.set(id, { ...this.stored.get(id), Workflow: { Status: status } });
    return [];
  }

  async #execute(references: readonly NodeReference[]): Promise<void> {
    const judgements = references.map(({ nodeId: id }) =>
      this.#has(this.#fleet.closed, findingId(SCOPE, id, "compliance"))
        ? rated([source()], "compliant", { nodeId: id })
        : rated(undefined, "noncompliant", { nodeId: id }),
    );
    try {
      this.quarantine.push(...(await publish({ references, judgements }, this.#ports)).rejected);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.errors.push(error.name);
      const body = { references, reason: error.name, error: { Error: error.name, Cause: error.message } };
      const { failed, reason } = readParkedMessage(JSON.stringify(body), false, SCOPE);
      const plan = planRedrive(references, { sentAt: READ_AT, failed, reason });
      this.work = [...this.work, ...plan.move];
      this.quarantine.push(...plan.quarantine);
    }
  }
}

describe("a finding that keeps failing with an internal error", () => {
  const words = /^FindingsNotAccepted: .*InternalFailure: words$/;

  it("does not stop refused and closed findings, and ends alone", async () => {
    const rounds = await new Rounds({ nodes: 3, stuck: [1], refused: [2], closed: [3] }).play(1);
    expect(rounds.statusOf(3), "at once").to.equal("RESOLVED");
    await rounds.play(MAX_FAILURES);
    expect(rounds.work).to.deep.equal([]);
    const entries = new Map(rounds.quarantined());
    expect([...entries.keys()]).to.have.members([1, 2]);
    expect(entries.get(1)).to.match(words);
    expect(entries.get(2)).to.equal(`InvalidInput: Title of ${idOf(2)}`);
    expect(new Set(rounds.errors)).to.deep.equal(new Set(["FindingsNotAccepted"]));
  });

  it("does not stop the other 50, even with a second one", async () => {
    const rounds = await new Rounds({ nodes: 50, stuck: [1, 2], refused: [20, 50], closed: [7] }).play(MAX_FAILURES);
    expect(rounds.work).to.deep.equal([]);
    expect(rounds.quarantined().map(([index]) => index)).to.have.members([1, 2, 20, 50]);
    expect(rounds.sizes.map(([first]) => first)).to.deep.equal([50, 25, 13, 7, 4, 2, 1]);
    expect(rounds.stored.size).to.equal(46);
  });

  it("is an outage if all fail, and none was accepted before", async () => {
    const rounds = await new Rounds({ nodes: 3, stuck: [1, 2, 3] }).play(20);
    expect(new Set(rounds.errors)).to.deep.equal(new Set(["SecurityHubUnavailable"]));
    expect(rounds.work.map(({ redriveHistory }) => redriveHistory?.failures)).to.deep.equal([0, 0, 0]);
    expect(rounds.quarantine).to.deep.equal([]);
  });

  it("is no outage if the others are unchanged", async () => {
    const rounds = await new Rounds({ nodes: 2, stuck: [1] }).play(2);
    expect(rounds.errors).to.deep.equal(["FindingsNotAccepted", "FindingsNotAccepted"]);
  });

  it("lets a closed finding be resolved if the rest is refused for the same reason", async () => {
    const rounds = await new Rounds({ nodes: 3, refused: [1, 2], closed: [3] }).play(1);
    expect([rounds.errors, rounds.statusOf(3)]).to.deep.equal([["FindingsRefusedAlike"], "RESOLVED"]);
  });
});

describe("a workflow status that keeps failing with an internal error", () => {
  it("is left to the next execution if others were set", async () => {
    const rounds = await new Rounds({ nodes: 3, refused: [1], closed: [2, 3], unset: [2] }).play(1);
    expect(rounds.quarantined().map(([index]) => index)).to.deep.equal([1]);
    expect([rounds.errors, rounds.statusOf(3), rounds.counts["WorkflowRefused"]]).to.deep.equal([[], "RESOLVED", 1]);
  });

  it("does not keep refused findings from quarantine if it is the only one", async () => {
    const rounds = await new Rounds({ nodes: 2, refused: [1], closed: [2], unset: [2] }).play(1);
    expect(rounds.quarantined().map(([index]) => index)).to.deep.equal([1]);
    expect([rounds.errors, rounds.counts["WorkflowRefused"]]).to.deep.equal([[], 1]);
  });

  it("is retried if none was set and nothing waits for it", async () => {
    const rounds = await new Rounds({ nodes: 2, closed: [1, 2], unset: [1, 2] }).play(1);
    expect([rounds.errors, rounds.counts["WorkflowRefused"]]).to.deep.equal([["SecurityHubUnavailable"], undefined]);
  });
});
