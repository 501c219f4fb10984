/** Runs that follow one another, and the tickets that their events make. */
import { expect } from "chai";
import { useClock } from "../../local/run/clock.ts";
import { nodeId } from "../fixtures/node-fixtures.ts";
import { REGION, type Folder, type Plain } from "./life-fleet.ts";
import { HOUR_MS, inHours, pass, runOver, type Course } from "./over-time.ts";
import { openFindings, TicketSystem } from "./ticket-system.ts";

interface Notify {
  readonly target: string;
  /** Default: that of the setting. */
  readonly changes?: readonly string[];
}

type Next = Course & Pick<Folder, "instances">;

/** A node whose operation has ended just now. */
export const found = (number: number, missing: number, patchSeverity = "Important"): Plain => ({
  ...{ nodeId: nodeId(number), missing, patchSeverity, endedAt: inHours(0) },
});

export class TicketRuns {
  readonly tickets = new TicketSystem();
  /** As they were delivered. */
  readonly events: object[] = [];
  readonly #directory: string;
  /** Start of the first hour whose findings send events: it begins after the first run, and before the second. */
  readonly from: string;
  readonly #notify: object;
  readonly #release: () => void;
  #findings: readonly object[] = [];
  readonly #nodes = new Map<string, Plain>();

  constructor(directory: string, { target, changes }: Notify) {
    this.#directory = directory;
    // All runs follow one clock.
    this.#release = useClock(Infinity);
    this.from = new Date(Math.floor(Date.now() / HOUR_MS + 1) * HOUR_MS).toISOString();
    this.#notify = {
      targets: { [REGION]: target },
      from: `${this.from.slice(0, 13)}:00Z`,
      ...(changes && { changes }),
    };
  }

  /**
   * Runs the program and a sweep after nodes changed, and tells the ticket system every event twice. The open tickets must
   * be the open findings then.
   *
   * @returns the number of events
   */
  async next(changed: readonly Plain[], { settings, args = [], instances, ...course }: Next = {}): Promise<number> {
    for (const node of changed) this.#nodes.set(node.nodeId, node);
    const nodes = [...this.#nodes.values()].filter(({ nodeId: id }) => instances?.[id] === undefined);
    const { findings, notified } = await runOver(
      this.#directory,
      { nodes, findings: this.#findings, ...(instances && { instances }) },
      { ...course, settings: { notify: this.#notify, ...settings }, args: ["--sweep", ...args] },
    );
    this.#findings = findings;
    this.events.push(...notified);
    for (const event of notified.flatMap((one) => [one, one])) this.tickets.receive(event);
    expect(this.tickets.open(), "open tickets").to.deep.equal(openFindings(findings, this.from));
    await pass(1);
    return notified.length;
  }

  /** Returns what the ticket of a node was told, without `refreshed`; undefined if it has none. */
  history(number: number): string[] | undefined {
    const [, ticket] = [...this.tickets.tickets].find(([id]) => id.split("/").includes(nodeId(number))) ?? [];
    return ticket?.history.filter((change) => change !== "refreshed");
  }

  close(): void {
    this.#release();
  }
}
