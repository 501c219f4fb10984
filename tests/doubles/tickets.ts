import type { RatedJudgement } from "../../functions/compliance/node-severity.ts";
import type {
  Destination,
  Known,
  ListedPage,
  NotAccepted,
  Plan,
  Records,
} from "../../functions/finding/destination.ts";
import type { Remembered } from "../../functions/finding/remembered.ts";
import type { FindingKind } from "../../contract/generators.ts";

export class TicketsUnavailable extends Error {
  override readonly name = "TicketsUnavailable";
}

interface Ticket extends Remembered {
  readonly nodeId: string;
  readonly kind: FindingKind;
}

/** A ticket system in memory: a destination that has nothing in common with Security Hub. */
export class Tickets implements Destination {
  readonly name = "Tickets";
  readonly open = new Map<string, Ticket>();
  /** Ids that it refuses, and ids that fail with an internal error. */
  readonly refused = new Set<string>();
  readonly stuck = new Set<string>();
  up = true;

  probe(): Promise<void> {
    return this.up ? Promise.resolve() : Promise.reject(this.unavailable("down"));
  }

  async recall(): Promise<Records> {
    await this.probe();
    return {
      about: (judged, kind) => this.#about(judged, kind),
      write: (plans, accepted) => Promise.resolve(this.#write(plans, accepted)),
      settle: () => Promise.resolve([]),
    };
  }

  list(stage: "open" | "unresolved"): Promise<ListedPage> {
    const open = [...this.open.values()].filter(({ closed }) => stage === "open" && !closed);
    return Promise.resolve({
      findings: open.map(({ nodeId, kind, ...remembered }) => {
        return { nodeId, kind, remembered, source: undefined, document: undefined, causes: {}, rules: undefined };
      }),
    });
  }

  unavailable(message: string): Error {
    return new TicketsUnavailable(message);
  }

  #about(judged: RatedJudgement, kind: FindingKind): Known {
    const id = `${kind} of ${judged.evidence.nodeId}`;
    return { id, remembered: this.open.get(id), contentHash: judged.severity.reason };
  }

  #write(plans: readonly Plan[], accepted: (ids: readonly string[]) => void): NotAccepted {
    const refused = new Map<string, string>();
    const stuck: { id: string; message: string }[] = [];
    for (const { id, intent, judged } of plans) {
      if (intent.action === "unchanged") continue;
      if (this.refused.has(id)) refused.set(id, `no room for ${id}`);
      else if (this.stuck.has(id)) stuck.push({ id, message: "try later" });
      else {
        const { nodeId, readAt, endedAt } = judged.evidence;
        this.open.set(id, {
          nodeId,
          kind: intent.kind,
          closed: intent.action === "close",
          updatedAt: readAt,
          severity: judged.severity.label,
          changeId: intent.changeId,
          // What a finding remembers of its time, with the severity that it shows.
          ...(intent.content.shows === "noncompliance" && intent.content.life),
          contentHash: judged.severity.reason,
          ...(endedAt !== undefined && { operationEnd: endedAt }),
        });
        accepted([id]);
      }
    }
    return { refused, stuck };
  }
}
