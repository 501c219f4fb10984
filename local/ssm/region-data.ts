import type { ComplianceItem, ComplianceSummary, Fleet, InventoryEntries, PatchState } from "../fleet.ts";

/**
 * A fleet by node, and which node's patch data can be seen already: data can arrive after the event that announces it.
 */
export class RegionData {
  readonly fleet: Fleet;
  private readonly hidden: Set<string>;
  private readonly states: ReadonlyMap<string, PatchState>;
  private readonly items: ReadonlyMap<string, ComplianceItem[]>;

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.hidden = new Set(fleet.arrives.keys());
    this.states = new Map(fleet.patchStates.map((state) => [state.InstanceId, state]));
    this.items = Map.groupBy(fleet.complianceItems, ({ ResourceId }) => ResourceId);
  }

  show(nodeId: string): void {
    this.hidden.delete(nodeId);
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
    return this.isHidden(nodeId) ? undefined : this.fleet.inventory.get(nodeId)?.get(type);
  }

  shows(summary: ComplianceSummary): boolean {
    return !this.isHidden(summary.ResourceId);
  }
}
