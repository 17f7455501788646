import type { QueueRow } from './rows.ts';

type Rows = ReadonlyMap<string, QueueRow>;

/** What is heard of rows, from the stream and by what the person does, while the queue is read page by page: a page may be older than that. */
export class HeardRows {
  /** Undefined of what went. */
  readonly #heard: Map<string, QueueRow | undefined> = new Map();
  #isReading = false;

  begin(): void {
    this.#heard.clear();
    this.#isReading = true;
  }

  end(): void {
    this.#heard.clear();
    this.#isReading = false;
  }

  /** Takes how rows stand now that something was heard of them. */
  take(ids: readonly string[], rows: Rows): void {
    if (this.#isReading) for (const id of ids) this.#heard.set(id, rows.get(id));
  }

  /** Rows as they were read, each at least as new as it was heard. */
  over(read: Rows): Map<string, QueueRow> {
    const rows = new Map(read);
    for (const [id, row] of this.#heard) {
      if (row === undefined) rows.delete(id);
      else if (!isNewer(read.get(id), row)) rows.set(id, row);
    }
    return rows;
  }
}

function isNewer(read: QueueRow | undefined, heard: QueueRow): boolean {
  if (read === undefined || read.version < heard.version || read.revision < heard.revision) return false;
  return read.version > heard.version || read.revision > heard.revision;
}
