import type { PlacedAnomaly } from '../windows/index.ts';

/** A caller shows 100 in detail a file; what lies past this in one unit is only counted (EVTX 7.6). */
const MAX_DETAILED = 256;

/** Collects the anomalies of a unit: the first ones whole, the rest summed by code. */
export class AnomalyList {
  private readonly detailed: PlacedAnomaly[] = [];
  private readonly summed = new Map<string, { first: PlacedAnomaly; count: number }>();

  add(item: PlacedAnomaly): void {
    if (this.detailed.length < MAX_DETAILED) {
      this.detailed.push(item);
      return;
    }
    const key = `${item.code} ${item.tamper === true}`;
    const sum = this.summed.get(key);
    if (sum === undefined) this.summed.set(key, { first: item, count: item.count });
    else sum.count += item.count;
  }

  take(): PlacedAnomaly[] {
    return [...this.detailed, ...Array.from(this.summed.values(), ({ first, count }) => ({ ...first, count }))];
  }
}
