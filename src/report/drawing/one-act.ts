import { parseTime } from '../../windows/index.ts';
import type { RecordLine } from '../record-line.ts';

/** Two logs write one start of a process at most this far apart, milliseconds (SETTLED C2). */
const NEAR_MS = 1000;

const SYSMON = 'microsoft-windows-sysmon/operational';

/** By channel and event id: what names the act itself, in whichever log it stands. Field names as DOMAIN 2.1 has them. */
const ACTS: ReadonlyMap<string, (record: RecordLine) => readonly string[]> = new Map([
  [`${SYSMON} 1`, ({ data }) => ['start', pid(data['ProcessId']), data['Image'] ?? '']],
  ['security 4688', ({ data }) => ['start', pid(data['NewProcessId']), data['NewProcessName'] ?? '']],
  [`${SYSMON} 5`, ({ data }) => ['end', pid(data['ProcessId']), data['Image'] ?? '']],
  ['security 4689', ({ data }) => ['end', pid(data['ProcessId']), data['ProcessName'] ?? '']],
]);

/** A process id in decimal: Security writes it in hexadecimal. Empty where it is none. */
export function pid(text: string | undefined): string {
  const number = Number(text ?? '');
  return text === undefined || text.trim() === '' || !Number.isSafeInteger(number) ? '' : String(number);
}

/** What a record tells of, the same for the two logs that tell of it; undefined where that is not known. */
function actOf(record: RecordLine): string | undefined {
  const parts = ACTS.get(`${record.channel.toLowerCase()} ${record.eventId}`)?.(record);
  if (parts === undefined || parts.includes('')) return undefined;
  return [record.host, ...parts].join('\n').toLowerCase();
}

/**
 * Records of one act that the engine took together: of two logs, near in time, of the same process, and cited by the same thing.
 * By record, the others; `together` says whether anything cites both.
 */
export function sameActs(
  records: readonly RecordLine[],
  together: (a: RecordLine, b: RecordLine) => boolean,
): ReadonlyMap<RecordLine, readonly RecordLine[]> {
  const byAct = Map.groupBy(records, actOf);
  const found = new Map<RecordLine, readonly RecordLine[]>();
  for (const [act, of] of byAct) {
    if (act === undefined || of.length < 2) continue;
    for (const record of of) {
      const others = of.filter((other) => isOtherLog(record, other) && together(record, other));
      if (others.length > 0) found.set(record, others);
    }
  }
  return found;
}

function isOtherLog(a: RecordLine, b: RecordLine): boolean {
  if (a.channel.toLowerCase() === b.channel.toLowerCase()) return false;
  const [one, other] = [a, b].map(({ time }) => (time === undefined ? undefined : parseTime(time)?.ms));
  return one !== undefined && other !== undefined && Math.abs(one - other) <= NEAR_MS;
}

/** The records in their order, but records of one act beside each other, where the first of them stands. */
export function besideEachOther(
  records: readonly RecordLine[],
  acts: ReadonlyMap<RecordLine, readonly RecordLine[]>,
): readonly RecordLine[] {
  return [...new Set(records.flatMap((record) => [record, ...(acts.get(record) ?? [])]))];
}
