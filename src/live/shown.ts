import type { CitedRecord } from '../entities/index.ts';
import type { Judgement } from '../judgement/index.ts';
import { PackedEvent } from '../windows/index.ts';

/** A judgement without what is made only when it is asked for being made, with records that outlive the rows of its window. */
export function shown(judgement: Judgement): Judgement {
  const { hosts, subscriptions, findings, incidents, gapsOf, records, pinUses } = judgement;
  return {
    hosts,
    subscriptions,
    findings,
    incidents,
    get gaps() {
      return judgement.gaps;
    },
    gapsOf,
    records: ownRecords(records),
    pinUses,
  };
}

/** Records with bytes of their own: those of an engine lie in the rows of its window. */
function ownRecords(records: readonly CitedRecord[]): readonly CitedRecord[] {
  return records.map((record) =>
    record.event instanceof PackedEvent ? { ...record, event: record.event.copy() } : record,
  );
}
