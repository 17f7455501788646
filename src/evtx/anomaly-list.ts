import type { PlacedAnomaly } from '../windows/index.ts';

/** A caller shows 100 in detail a file; what lies past this in one slot is only counted (EVTX 7.6). */
const MAX_DETAILED = 128;

/**
 * Collects the anomalies of a unit: of each slot the first ones whole, the rest summed by code. The bound is a slot's and
 * not the unit's, so that nothing depends on how a file is cut into units (EVTX 9.6).
 */
export class AnomalyList {
  private readonly all: PlacedAnomaly[] = [];
  private slotCount = 0;
  private readonly summed = new Map<string, { readonly first: PlacedAnomaly; count: number }>();

  add(item: PlacedAnomaly): void {
    if (this.slotCount < MAX_DETAILED) {
      this.slotCount++;
      this.all.push(item);
      return;
    }
    const key = `${item.code} ${item.tamper === true}`;
    const sum = this.summed.get(key);
    if (sum === undefined) this.summed.set(key, { first: item, count: item.count });
    else sum.count += item.count;
  }

  endSlot(): void {
    for (const { first, count } of this.summed.values()) this.all.push({ ...first, count });
    this.summed.clear();
    this.slotCount = 0;
  }

  take(): PlacedAnomaly[] {
    return this.all;
  }
}
