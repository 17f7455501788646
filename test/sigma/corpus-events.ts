import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LogDecoder, locateSlots, SLOT_BYTES } from '../../src/evtx/index.ts';
import { TextReader } from '../../src/shapes/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { CORPUS, hostArchives, logsInZip, looseLogs } from '../evtx/corpus.ts';
import { membersOf } from './sigmahq.ts';

/** Every record of one log, each valid during its call. */
export function eachRecord(bytes: Uint8Array, name: string, each: (event: Event) => void): void {
  const layout = locateSlots(bytes, bytes.length, true);
  if (layout === undefined) return;
  const decoder = new LogDecoder({ carve: false, collectTemplates: false });
  for (let at = layout.firstSlotOffset; at < bytes.length; at += 64 * SLOT_BYTES) {
    const unit = {
      source: { file: name },
      layout,
      bytes: bytes.subarray(at, at + 64 * SLOT_BYTES),
      fileOffset: at,
      firstSlot: (at - layout.firstSlotOffset) / SLOT_BYTES,
    };
    decoder.decodeUnit(unit, { onRecord: each });
  }
}

/** Every record of the real captures in event logs; only those of hosts where nothing was done, with `isBenign`. */
export function eachLoggedEvent(each: (event: Event) => void, isBenign = false): void {
  for (const path of looseLogs()) {
    if (!isBenign || path.includes('benign')) eachRecord(readFileSync(path), path.slice(CORPUS.length), each);
  }
  for (const path of hostArchives()) {
    if (isBenign && !path.includes('benign')) continue;
    for (const [name, bytes] of logsInZip(path)) eachRecord(bytes, name, each);
  }
}

/** Every event of the real captures in lines of JSON, of archives up to so many bytes. */
export function eachJsonEvent(maxArchiveBytes: number, each: (event: Event) => void): void {
  for (const folder of ['json', 'negatives']) {
    for (const name of readdirSync(join(CORPUS, folder)).filter((one) => one.endsWith('.zip'))) {
      const path = join(CORPUS, folder, name);
      if (statSync(path).size > maxArchiveBytes) continue;
      for (const [, bytes] of membersOf(path)) {
        const reader = new TextReader({ source: { file: name } });
        reader.push(bytes, { onEvent: each });
        reader.end({ onEvent: each });
      }
    }
  }
}

/** True for Sysmon 1 and Security 4688. */
export function isProcessCreation({ channel, eventId }: Event): boolean {
  const key = channel.toLowerCase();
  return (eventId === 1 && key === 'microsoft-windows-sysmon/operational') || (eventId === 4688 && key === 'security');
}

const TOLD = [
  'CommandLine',
  'Image',
  'NewProcessName',
  'ParentCommandLine',
  'ParentImage',
  'ParentProcessName',
  'User',
];

/** What makes a process creation another one. */
export function creationKey(event: Event): string {
  return [event.eventId, ...TOLD.map((name) => event.get(name) ?? '')].join('\n');
}
