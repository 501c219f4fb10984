import type {
  ComplianceItem,
  ComplianceSummary,
  Fleet,
  InstanceInformation,
  InventoryEntries,
  PatchState,
} from "../../fleet/fleet.ts";
import { emptyFleet } from "../../fleet/fleet.ts";

/**
 * Holds a fleet by node: its state at the start of the run, and the changes by patch runs since. Also holds which
 * nodes' patch data is visible, because data can arrive after the event that announces it.
 */
export class RegionData {
  /** The fleet at the start of the run. */
  readonly fleet: Fleet;
  private readonly hidden: Set<string>;
  private readonly states: Map<string, PatchState>;
  private readonly items: Map<string, readonly ComplianceItem[]>;
  private readonly inventory: Map<string, ReadonlyMap<string, InventoryEntries>>;
  /** A copy of the fleet's list, made when a run first changes a summary. */
  private changedSummaries: ComplianceSummary[] | undefined;
  /** Node id -> its positions in the list, computed on first use. */
  private summaryPlaces: Map<string, number[]> | undefined;
  /** Node id -> its position in the fleet's list, computed on first use. */
  private nodePlaces: ReadonlyMap<string, number> | undefined;
  private present: Fleet | undefined;

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.hidden = new Set(fleet.arrives.keys());
    this.states = new Map(fleet.patchStates.map((state) => [state.InstanceId, state]));
    this.items = Map.groupBy(fleet.complianceItems, ({ ResourceId }) => ResourceId);
    this.inventory = new Map(fleet.inventory);
    this.present = fleet;
  }

  show(nodeId: string): void {
    if (this.hidden.delete(nodeId)) this.present = undefined;
  }

  isHidden(nodeId: string): boolean {
    return this.hidden.has(nodeId);
  }

  patchStateOf(nodeId: string): PatchState | undefined {
    return this.isHidden(nodeId) ? undefined : this.states.get(nodeId);
  }

  complianceItemsOf(nodeId: string): readonly ComplianceItem[] {
    return this.isHidden(nodeId) ? [] : (this.items.get(nodeId) ?? []);
  }

  inventoryOf(nodeId: string, type: string): InventoryEntries | undefined {
    return this.isHidden(nodeId) ? undefined : this.inventory.get(nodeId)?.get(type);
  }

  /** All nodes' summaries, hidden ones included. Each keeps its position. */
  get summaries(): readonly ComplianceSummary[] {
    return this.changedSummaries ?? this.fleet.complianceSummaries;
  }

  /** One node's summaries, hidden ones included. */
  summariesOf(nodeId: string): readonly ComplianceSummary[] {
    return (this.places.get(nodeId) ?? []).flatMap((place) => this.summaries[place] ?? []);
  }

  shows(summary: ComplianceSummary): boolean {
    return !this.isHidden(summary.ResourceId);
  }

  /** The current state as a fleet. It is the same object until something changes. */
  get presentFleet(): Fleet {
    this.present ??= {
      ...this.fleet,
      patchStates: [...this.states.values()],
      complianceItems: [...this.items.values()].flat(),
      complianceSummaries: [...this.summaries],
      inventory: new Map(this.inventory),
      arrives: new Map([...this.fleet.arrives].filter(([nodeId]) => this.isHidden(nodeId))),
    };
    return this.present;
  }

  /** Tells whether the node is managed or has data. */
  isKnown(nodeId: string): boolean {
    return [this.nodes, this.states, this.items, this.inventory, this.places].some((held) => held.has(nodeId));
  }

  /** Returns the data of one node, hidden or not, as a fleet. The fleet of an unknown node is empty. */
  partOf(nodeId: string): Fleet {
    const state = this.states.get(nodeId);
    const inventory = this.inventory.get(nodeId);
    return {
      ...emptyFleet(this.fleet.account, this.fleet.region),
      nodes: this.nodesNamed([nodeId]),
      patchStates: state === undefined ? [] : [state],
      complianceItems: this.items.get(nodeId) ?? [],
      complianceSummaries: this.summariesOf(nodeId),
      inventory: new Map(inventory === undefined ? [] : [[nodeId, inventory]]),
    };
  }

  /** Replaces a node's patch data and makes it visible. */
  replacePart(nodeId: string, { patchStates, complianceItems, complianceSummaries, inventory }: Fleet): void {
    this.hidden.delete(nodeId);
    for (const state of patchStates) this.states.set(nodeId, state);
    this.items.set(nodeId, complianceItems);
    for (const [id, types] of inventory) this.inventory.set(id, types);
    this.replaceSummaries(nodeId, complianceSummaries);
    this.present = undefined;
  }

  private replaceSummaries(nodeId: string, summaries: readonly ComplianceSummary[]): void {
    const all = (this.changedSummaries ??= [...this.fleet.complianceSummaries]);
    const known = this.places.get(nodeId) ?? [];
    const now = summaries.map((summary, index) => {
      const place = known[index] ?? all.length;
      all[place] = summary;
      return place;
    });
    this.places.set(nodeId, now);
  }

  /** Returns the managed nodes with one of these ids, each once, in the order of the fleet. */
  nodesNamed(nodeIds: Iterable<string>): InstanceInformation[] {
    const places = [...new Set(nodeIds)].flatMap((nodeId) => this.nodes.get(nodeId) ?? []);
    return places.sort((one, other) => one - other).flatMap((place) => this.fleet.nodes[place] ?? []);
  }

  private get nodes(): ReadonlyMap<string, number> {
    this.nodePlaces ??= new Map(this.fleet.nodes.map(({ InstanceId }, place) => [InstanceId, place]));
    return this.nodePlaces;
  }

  private get places(): Map<string, number[]> {
    this.summaryPlaces ??= new Map(
      [...Map.groupBy(this.fleet.complianceSummaries.entries(), ([, { ResourceId }]) => ResourceId)].map(
        ([nodeId, entries]) => [nodeId, entries.map(([place]) => place)],
      ),
    );
    return this.summaryPlaces;
  }
}
