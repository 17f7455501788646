import {
  type LostRecord,
  type PortableTemplate,
  type RawRemnant,
  type RecordView,
  recoverRecords,
} from '../evtx/index.ts';
import { type UnitCoverage, UnitReader, type UnitReaderOptions } from '../intake/index.ts';
import type { Anomaly, PackedRows, PlacedAnomaly, RecordClass, Source } from '../windows/index.ts';

/** What the second pass found in one file. */
export interface RecoveredPart {
  readonly source: number;
  readonly rows: PackedRows;
  readonly coverage: readonly UnitCoverage[];
  readonly counts: Readonly<Record<RecordClass, number>>;
}

export interface Recovery {
  readonly parts: readonly RecoveredPart[];
  /** Records that no template fits, by file. */
  readonly rejected: ReadonlyMap<number, number>;
  readonly notes: ReadonlyMap<number, readonly PlacedAnomaly[]>;
  readonly anomalies: readonly Anomaly[];
}

export interface RecoverySources {
  numberOf(source: Source): number;
  /** Computer of most records of a file. */
  hostOf(source: Source): string | undefined;
}

/** What a remnant must hold for its text to be quoted: words of eventing, in any case. */
const OF_INTEREST =
  /__EventFilter|EventConsumer|__FilterToConsumerBinding|__Instance(?:Creation|Modification|Deletion)Event|Win32_ProcessStartTrace|__TimerEvent/i;

/** Decodes records whose template was overwritten, after all files were read (SETTLED A17). */
export function recoverLost(
  lost: readonly LostRecord[],
  templates: readonly PortableTemplate[],
  options: UnitReaderOptions,
  sources: RecoverySources,
): Recovery {
  // The scan keys of the second pass are numbered anew, so that it needs a reader of its own.
  const reader = new UnitReader({ ...options, collectTemplates: false });
  const parts: RecoveredPart[] = [];
  let current: { source: number; counts: Record<RecordClass, number> } | undefined;
  const finish = (): void => {
    if (current !== undefined) parts.push({ ...current, ...reader.take() });
  };
  const result = recoverRecords(
    lost,
    templates,
    {
      onRecord: (view: RecordView) => {
        const source = sources.numberOf(view.place.source);
        if (current === undefined || current.source !== source) {
          finish();
          current = { source, counts: { live: 0, afterDamage: 0, swallowed: 0, carved: 0 } };
          reader.begin(source);
        }
        current.counts[view.recordClass]++;
        reader.onRecord(view);
      },
    },
    {
      hostOf: (source) => sources.hostOf(source),
      ...(options.ansiCodePage === undefined ? {} : { ansiCodePage: options.ansiCodePage }),
    },
  );
  finish();
  const bySource = new Map<number, RawRemnant[]>();
  for (const remnant of result.remnants) {
    const source = sources.numberOf(remnant.source);
    const list = bySource.get(source);
    if (list === undefined) bySource.set(source, [remnant]);
    else list.push(remnant);
  }
  return {
    parts,
    rejected: new Map([...bySource].map(([source, list]) => [source, list.length])),
    notes: new Map([...bySource].map(([source, list]) => [source, notesOf(list)])),
    anomalies: result.anomalies,
  };
}

/** One note that counts them all, and one for each that speaks of eventing, with its text (SETTLED A16). */
function notesOf(remnants: readonly RawRemnant[]): PlacedAnomaly[] {
  const notes: PlacedAnomaly[] = [
    {
      code: 'TRIAD-E-EVTX-TEMPLATE-LOST',
      level: 'note',
      message:
        remnants.length === 1
          ? 'One record in slack space lost its template, and none that was read fits; its fields are not known.'
          : `${remnants.length} records in slack space lost their templates, and none that was read fits; their fields are not known.`,
      count: remnants.length,
    },
  ];
  for (const remnant of remnants) {
    const text = remnant.values.join(' | ');
    if (!OF_INTEREST.test(text)) continue;
    notes.push({
      code: 'TRIAD-E-EVTX-REMNANT',
      level: 'note',
      offset: remnant.offset,
      ...(remnant.recordId === undefined ? {} : { recordId: remnant.recordId }),
      message: `A record without its template speaks of WMI eventing; it makes no subscription: ${text}`,
      count: 1,
    });
  }
  return notes;
}
