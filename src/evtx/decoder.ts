import { type AnomalyWord, anomaly, hex } from './anomalies.ts';
import { AnomalyList } from './anomaly-list.ts';
import { Chunk } from './chunk.ts';
import { ContentReader } from './content.ts';
import { SLOT_BYTES } from './format.ts';
import type { Plan } from './plan.ts';
import { type DefinitionSink, Plans } from './plans.ts';
import { RecordReader, RecordTally } from './record-reader.ts';
import { ScanKeys } from './scan-key.ts';
import { SeriesTracker } from './series-tracker.ts';
import type { ChunkSummary, DecoderOptions, LogUnit, PortableTemplate, RecordSink, UnitResult } from './types.ts';
import { ValueReader } from './values.ts';
import { View } from './view.ts';
import { SlotWalker } from './walk.ts';

export const DEFAULT_CODE_PAGE = 'windows-1252';

/**
 * Decodes units of event logs, one a call, from any files in any order. One decoder serves one thread. What comes back
 * does not depend on how a file is cut into units, nor on units seen before (EVTX 9.6).
 *
 * ```ts
 * const decoder = new LogDecoder({ carve: true, collectTemplates: false });
 * const result = decoder.decodeUnit(unit, { onRecord: (view) => console.log(view.eventId, view.get('Image')) });
 * ```
 */
export class LogDecoder implements DefinitionSink {
  private readonly chunk = new Chunk();
  private readonly plans: Plans;
  private readonly walker: SlotWalker;
  private readonly reader: RecordReader;
  private keys = new ScanKeys(0);
  private readonly view: View;
  private readonly collectsTemplates: boolean;
  private anomalies = new AnomalyList();
  private readonly unitPlans = new Set<Plan>();

  constructor(options: DecoderOptions) {
    this.collectsTemplates = options.collectTemplates;
    this.plans = new Plans(this);
    const content = new ContentReader(this.chunk, this.plans);
    const values = new ValueReader(options.ansiCodePage ?? DEFAULT_CODE_PAGE);
    const series = new SeriesTracker(this.chunk);
    this.view = new View(this.chunk, content, values, this.keys);
    this.reader = new RecordReader(this.chunk, content, this.plans, this.view, series);
    this.walker = new SlotWalker(this.chunk, this.reader, series, options);
  }

  /** Plans compiled so far: for the bench and tests. */
  get compiledPlans(): number {
    return this.plans.compiledCount;
  }

  decodeUnit(unit: LogUnit, sink: RecordSink): UnitResult {
    if (this.keys.isFull) {
      this.keys = new ScanKeys(this.keys.nextIndex);
      this.view.useKeys(this.keys);
      this.plans.forget();
    }
    const { chunk, reader } = this;
    const anomalies = new AnomalyList();
    this.anomalies = anomalies;
    this.unitPlans.clear();
    const tally = new RecordTally();
    reader.tally = tally;
    chunk.openUnit(unit);
    const chunks: ChunkSummary[] = [];
    let emptySlots = 0;
    for (let base = 0, slot = unit.firstSlot; base < unit.bytes.length; base += SLOT_BYTES, slot++) {
      chunk.openSlot(base, slot);
      this.plans.beginChunk();
      const summary = this.walker.walk(unit.layout.header, sink, anomalies);
      anomalies.endSlot();
      if (summary === undefined) emptySlots++;
      else chunks.push(summary);
    }
    const templates = Array.from(this.unitPlans, (plan) => portable(plan, unit));
    this.unitPlans.clear();
    chunk.close();
    const { live, afterDamage, swallowed, carved, rejected } = tally;
    const lost = tally.lost.take(unit);
    const counts = { live, afterDamage, swallowed, carved };
    return { counts, rejected, emptySlots, anomalies: anomalies.take(), chunks, lost, templates };
  }

  onDefinition(word: AnomalyWord, offset: number, reason: string): void {
    // An overwritten definition is what slack is made of; the records that need it are counted.
    if (this.reader.isCarving) return;
    const { chunk } = this;
    const place = { offset: chunk.fileOffset(chunk.base + offset) };
    this.anomalies.add(anomaly(word, place, { at: hex(offset), slot: chunk.slot, reason }));
  }

  onPlan(plan: Plan, offset: number): void {
    if (!this.collectsTemplates) return;
    // A remnant's definition may have lost its names to newer records.
    if (!this.reader.isCarving || this.plans.isSound(this.chunk, offset)) this.unitPlans.add(plan);
  }
}

function portable(plan: Plan, unit: LogUnit): PortableTemplate {
  const words = plan.identity.subarray(0, 4);
  const guid = Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return { guid, tokens: plan.identity.slice(), source: unit.source };
}
