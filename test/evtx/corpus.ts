import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** The real captures beside the repository; tests that need them are skipped, with the reason, where they are absent. */
export const CORPUS: string = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'dev');

export const WITHOUT_CORPUS: string | false = existsSync(CORPUS) ? false : 'the corpus is not beside the repository';

/** Loose log files of the corpus, sorted. */
export function looseLogs(): string[] {
  return ['benign', 'malicious', 'negatives'].flatMap((folder) => {
    const path = join(CORPUS, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((name) => name.endsWith('.evtx'))
      .sort()
      .map((name) => join(path, name));
  });
}

/** Archives of whole hosts, sorted. */
export function hostArchives(): string[] {
  const folder = join(CORPUS, 'hosts');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.zip') && !name.endsWith('_wbem.zip'))
    .sort()
    .map((name) => join(folder, name));
}

/** Name and bytes of each log in an archive, by its directory alone: plain zips only, which the corpus holds. */
export function* logsInZip(path: string): Generator<[string, Uint8Array]> {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    if (name.endsWith('.evtx')) yield [name, zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)];
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}
