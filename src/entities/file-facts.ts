import { canonicalTail, type Event, fileNameOf, heldBytesOf } from '../windows/index.ts';
import { FairTable } from './bounded.ts';
import { sysmonText } from './field-values.ts';
import { RowIndex } from './row-index.ts';
import type { ProcessStart } from './types.ts';

/** A group is one host: a program that starts all day is one row. */
const BOUNDS = {
  max: 32_768,
  quota: 2048,
  bytesOf: (row: FileFact): number => heldBytesOf(row.event) + 384,
  maxBytes: 48 << 20,
};

/** A file of which a record of this host tells the hash: it was started, or removed (J18). */
export interface FileFact {
  readonly host: string;
  /** Canonical tail of its path. */
  readonly path: string;
  /** Lower case. */
  readonly name: string;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
  readonly how: 'started' | 'removed';
  /** Of the first record. */
  readonly firstMs: number;
  readonly event: Event;
}

/** Files with their hashes, as Sysmon 1, 23 and 26 tell them. */
export class FileFacts {
  readonly #rows = new FairTable<FileFact>({ ...BOUNDS, onEvict: (row) => this.#unlink(row) });
  readonly #index = new RowIndex<FileFact>();

  get evicted(): number {
    return this.#rows.evicted;
  }

  started(start: ProcessStart): void {
    const event = start.events.find((one) => one.eventId === 1);
    if (event !== undefined) this.#add(start.host, start.image, event, 'started', start.startMs);
  }

  /** Takes in a Sysmon 23 or 26. */
  removed(host: string, event: Event): void {
    const path = sysmonText(event, 'TargetFilename');
    if (path !== undefined) this.#add(host, path, event, 'removed', event.timeMs);
  }

  /** The files of a host that are called like this, by the last part of a path. */
  named(host: string, path: string): readonly FileFact[] {
    return sorted(this.#index.rowsOf(`${host}\u0000${fileNameOf(path).toLowerCase()}`));
  }

  /** The same content on other hosts. */
  elsewhere(host: string, sha256: string): readonly FileFact[] {
    return sorted(this.#index.rowsOf(sha256)).filter((row) => row.host !== host);
  }

  #add(host: string, path: string, event: Event, how: FileFact['how'], firstMs: number): void {
    const sha256 = /(?:^|,)SHA256=([0-9a-f]{64})(?:,|$)/i.exec(event.get('Hashes') ?? '')?.[1]?.toLowerCase();
    if (sha256 === undefined) return;
    const tail = canonicalTail(path);
    const key = `${tail}\u0000${sha256}\u0000${how}`;
    if (this.#rows.get(host, key) !== undefined) return;
    const row: FileFact = {
      host,
      path: tail,
      name: fileNameOf(path).toLowerCase(),
      sha256,
      how,
      firstMs,
      event: event.detach(),
    };
    this.#rows.set(host, key, row);
    for (const one of keysOf(row)) this.#index.add(one, row);
  }

  #unlink(row: FileFact): void {
    for (const key of keysOf(row)) this.#index.remove(key, row);
  }
}

function keysOf(row: FileFact): readonly string[] {
  return [row.sha256, `${row.host}\u0000${row.name}`];
}

function sorted(rows: Iterable<FileFact>): FileFact[] {
  return [...rows].sort(
    (a, b) =>
      a.firstMs - b.firstMs ||
      (a.host < b.host
        ? -1
        : a.host > b.host
          ? 1
          : a.path < b.path
            ? -1
            : a.path > b.path
              ? 1
              : a.how < b.how
                ? -1
                : 1),
  );
}
