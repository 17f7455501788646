import { createHash } from 'node:crypto';
import type { ArchiveEntry } from '../../src/entries/index.ts';

const HOSTS = 2000;
const EVENT_IDS: readonly number[] = [
  1, 3, 5, 7, 10, 11, 12, 13, 19, 20, 21, 22, 4624, 4625, 4634, 4648, 4672, 4688, 4689, 5140, 5861,
];
const IMAGES: readonly string[] = [
  'svchost.exe',
  'powershell.exe',
  'WmiPrvSE.exe',
  'cmd.exe',
  'chrome.exe',
  'lsass.exe',
  'explorer.exe',
  'teams.exe',
];

/** Time of the first event where nothing else is asked for, and time between two, Unix milliseconds. */
const FIRST_MS = 1_790_000_000_000;
export const APART_MS = 2;
/** Events that came in one batch. */
export const EVENTS_OF_BATCH = 1000;

/** A token that every event holds. */
export const COMMON_TOKEN = 'explorer.exe';
/** A token that three events of a run hold, and its event id, which no other has. */
export const RARE_TOKEN = 'xqz7rare8planted9token';
export const RARE_EVENT_ID = 5860;

/** Whole numbers below a bound; xorshift, 32 bits, so that every run has the same events. */
function diceOf(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Events of some 930 bytes of JSON, of 2,000 hosts and 21 event ids, with some 18 tokens that no other has (DEPENDENCIES 5), from a number on. */
export function madeEvents(
  from: number,
  count: number,
  total: number,
  firstMs: number = FIRST_MS,
): readonly ArchiveEntry[] {
  const dice = diceOf(from * 2654435761 + 97);
  const hex = (digits: number): string => Array.from({ length: digits }, () => dice(16).toString(16)).join('');
  const guid = (): string => `{${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}}`;
  const rare = new Set([0.1, 0.5, 0.9].map((share) => Math.floor(total * share)));
  return Array.from({ length: count }, (_, i) => {
    const number = from + i;
    const isRare = rare.has(number);
    const host = `WS-${String(dice(HOSTS)).padStart(4, '0')}.corp.example`;
    const eventId = isRare ? RARE_EVENT_ID : (EVENT_IDS[dice(EVENT_IDS.length)] ?? 1);
    const image = IMAGES[dice(IMAGES.length)] ?? 'cmd.exe';
    const atMs = firstMs + number * APART_MS;
    const values = {
      UtcTime: new Date(atMs).toISOString(),
      ProcessGuid: guid(),
      ProcessId: String(dice(60_000)),
      Image: `C:\\Windows\\System32\\${image}`,
      CommandLine: `"C:\\Windows\\System32\\${image}" -p ${hex(12)} -s ${isRare ? RARE_TOKEN : hex(10)}`,
      User: `CORP\\user${dice(5000)}`,
      LogonGuid: guid(),
      LogonId: `0x${hex(7)}`,
      Hashes: `MD5=${hex(32)},SHA256=${hex(64)}`,
      ParentProcessGuid: guid(),
      ParentImage: `C:\\Windows\\${COMMON_TOKEN}`,
      SourceIp: `10.${dice(256)}.${dice(256)}.${dice(256)}`,
    };
    const raw = Buffer.from(
      JSON.stringify({
        '@timestamp': values.UtcTime,
        winlog: {
          channel: 'Microsoft-Windows-Sysmon/Operational',
          computer_name: host,
          event_id: String(eventId),
          record_id: number,
          event_data: values,
        },
      }),
    );
    return {
      time: { ms: atMs, ticks: number % 10_000 },
      host,
      channel: 'Microsoft-Windows-Sysmon/Operational',
      provider: 'Microsoft-Windows-Sysmon',
      eventId,
      recordId: String(number),
      identity: createHash('sha256').update(`${host}${number}`).digest().subarray(0, 16),
      position: 1 + Math.floor(number / EVENTS_OF_BATCH),
      item: number % EVENTS_OF_BATCH,
      sender: 'sender-1',
      trust: 'authenticated',
      retention: 0,
      raw,
      texts: [host, ...Object.values(values)],
    };
  });
}
