import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Database, makePrivateFile } from '../disk/index.ts';
import type { BlockHeader } from './block.ts';
import { isFilter } from './filter.ts';
import type { SegmentName } from './segment.ts';

/** Name of the block table in the archive's folder; everything in it can be made again from the segments. */
export const INDEX_NAME = 'index.sqlite';
const INDEX_VERSION = 1;
/** "TriA" in ASCII. */
const APPLICATION_ID = 0x54726941;
const BUSY_MS = 5000;

/** A segment as the index has it. */
export interface SegmentRow extends SegmentName {
  /** Bytes that are indexed: everything before them was synced. */
  readonly end: number;
  readonly blocks: number;
  readonly t0: number;
  readonly t1: number;
  readonly createdMs: number;
  readonly writtenMs: number;
  /** 1 when nothing is added to it any more. */
  readonly finished: number;
  /** 1 when its filters are a file of slices. */
  readonly sealed: number;
  /** 1 when its file is being removed. */
  readonly leaving: number;
}

/** A block as the index has it. */
export interface BlockRow {
  readonly ordinal: number;
  readonly first: number;
  readonly offset: number;
  readonly stored: number;
  readonly count: number;
  readonly t0: number;
  readonly t1: number;
}

/** What a segment holds. */
export interface SegmentCounts {
  readonly blocks: number;
  readonly events: number;
  readonly timeless: number;
}

const TABLES = `
CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  stream INTEGER NOT NULL,
  name TEXT NOT NULL,
  "end" INTEGER NOT NULL,
  blocks INTEGER NOT NULL,
  t0 REAL NOT NULL,
  t1 REAL NOT NULL,
  createdMs REAL NOT NULL,
  writtenMs REAL NOT NULL,
  finished INTEGER NOT NULL,
  sealed INTEGER NOT NULL,
  leaving INTEGER NOT NULL
) STRICT;
CREATE TABLE block (
  segment INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  first INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  count INTEGER NOT NULL,
  t0 REAL NOT NULL,
  t1 REAL NOT NULL,
  PRIMARY KEY (segment, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE filter (first INTEGER PRIMARY KEY, bits BLOB NOT NULL, crc INTEGER NOT NULL) STRICT;
CREATE TABLE stream (stream INTEGER PRIMARY KEY, position INTEGER NOT NULL, item INTEGER NOT NULL) STRICT;
CREATE TABLE mark (one INTEGER PRIMARY KEY CHECK (one = 1), archived INTEGER NOT NULL, next INTEGER NOT NULL) STRICT;
INSERT INTO mark VALUES (1, 0, 1);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${INDEX_VERSION};
`;

export type IndexState = 'current' | 'newer' | 'foreign';

/** The block table of an archive (DEPENDENCIES 5.1): one connection, of the thread that writes or of one that only reads. */
export class IndexFile {
  readonly #database: Database;

  constructor(folder: string, how: 'write' | 'read') {
    const path = join(folder, INDEX_NAME);
    if (how === 'write') makePrivateFile(path);
    this.#database = new Database(path, { timeoutMs: BUSY_MS, isReadOnly: how === 'read' });
    const { connection } = this.#database;
    // A lost end of its log is found missing and indexed again at the next start: no sync at each commit (DEPENDENCIES 5.2).
    if (how === 'write') connection.exec('PRAGMA journal_mode = wal; PRAGMA synchronous = normal');
    connection.exec('PRAGMA trusted_schema = off; PRAGMA cache_size = -16384');
  }

  /** Makes the tables of an empty file, and says whose the file is. */
  settle(): IndexState {
    const application = this.#database.number('PRAGMA application_id');
    const version = this.#database.number('PRAGMA user_version');
    if (application === 0 && version === 0 && this.#database.number('SELECT count(*) FROM sqlite_schema') === 0) {
      this.transaction(() => this.#database.connection.exec(TABLES));
      return 'current';
    }
    if (application !== APPLICATION_ID) return 'foreign';
    return version > INDEX_VERSION ? 'newer' : 'current';
  }

  /** Whether the file holds together; reads all of it. */
  isSound(): boolean {
    return (
      Object.values(this.#database.get<Readonly<Record<string, unknown>>>('PRAGMA quick_check(1)') ?? {})[0] === 'ok'
    );
  }

  /** Work in one transaction, undone if it throws. */
  transaction(work: () => void): void {
    this.#database.transaction(work);
  }

  /** Reads the state of one moment: a segment that is sealed meanwhile keeps its filters so long. */
  snapshot<Value>(work: () => Value): Value {
    return this.#database.snapshot(work);
  }

  segments(): readonly SegmentRow[] {
    return this.#database.all<SegmentRow>('SELECT * FROM segment ORDER BY id');
  }

  segment(id: number): SegmentRow | undefined {
    return this.#database.all<SegmentRow>('SELECT * FROM segment WHERE id = ?', id)[0];
  }

  putSegment(row: SegmentRow): void {
    const { id, stream, name, end, blocks, t0, t1, createdMs, writtenMs, finished, sealed, leaving } = row;
    this.#database.run(
      'INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[id, stream, name, end, blocks, t0, t1, createdMs, writtenMs, finished, sealed, leaving],
    );
  }

  /** Forgets a segment with all its blocks. */
  dropSegment(id: number): void {
    this.dropBlocks(id, 0);
    this.#database.run('DELETE FROM segment WHERE id = ?', id);
  }

  /** Forgets the blocks of a segment from an offset on. */
  dropBlocks(id: number, offset: number): void {
    this.#database.run(
      'DELETE FROM filter WHERE first IN (SELECT first FROM block WHERE segment = ? AND offset >= ?)',
      id,
      offset,
    );
    this.#database.run('DELETE FROM block WHERE segment = ? AND offset >= ?', id, offset);
  }

  /** Puts a block, and its filter if that is known. */
  putBlock(segment: number, offset: number, header: BlockHeader, filter: Uint8Array | undefined): void {
    const { ordinal, first, stored, count, t0, t1 } = header;
    this.#database.run(
      'INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      segment,
      ordinal,
      first,
      offset,
      stored,
      count,
      t0,
      t1,
    );
    if (filter !== undefined)
      this.#database.run('INSERT OR REPLACE INTO filter VALUES (?, ?, ?)', first, filter, crc32(filter));
  }

  blocks(segment: number): readonly BlockRow[] {
    return this.#database.all<BlockRow>(
      'SELECT ordinal, first, offset, stored, count, t0, t1 FROM block WHERE segment = ? ORDER BY ordinal',
      segment,
    );
  }

  /** Times and counts of the blocks of a segment that tell a time in a span, Unix milliseconds, its end excluded. */
  blocksWithin(segment: number, fromMs: number, toMs: number): readonly Pick<BlockRow, 'count' | 't0' | 't1'>[] {
    const sql =
      'SELECT count, t0, t1 FROM block WHERE segment = ? AND t0 <= t1 AND t1 >= ? AND t0 < ? ORDER BY ordinal';
    return this.#database.all(sql, segment, fromMs, toMs);
  }

  /** Blocks of a segment that tell a time, the events in them, and the events in those that tell none. */
  counts(segment: number): SegmentCounts {
    const sql = `SELECT count(*) FILTER (WHERE t0 <= t1) AS blocks, coalesce(sum(count) FILTER (WHERE t0 <= t1), 0) AS events,
      coalesce(sum(count) FILTER (WHERE t0 > t1), 0) AS timeless FROM block WHERE segment = ?`;
    return this.#database.get<SegmentCounts>(sql, segment) ?? { blocks: 0, events: 0, timeless: 0 };
  }

  block(segment: number, ordinal: number): BlockRow | undefined {
    return this.#database.all<BlockRow>(
      'SELECT ordinal, first, offset, stored, count, t0, t1 FROM block WHERE segment = ? AND ordinal = ?',
      segment,
      ordinal,
    )[0];
  }

  /** The filter of a block; nothing where there is none that verifies, and then the block may hold anything. */
  filter(first: number): Uint8Array | undefined {
    const row = this.#database.all<{ bits: Uint8Array; crc: number }>(
      'SELECT bits, crc FROM filter WHERE first = ?',
      first,
    )[0];
    return row !== undefined && isFilter(row.bits) && crc32(row.bits) === row.crc ? row.bits : undefined;
  }

  /** Marks a segment as sealed; its filters go. */
  seal(id: number): void {
    this.#database.run('DELETE FROM filter WHERE first IN (SELECT first FROM block WHERE segment = ?)', id);
    this.#database.run('UPDATE segment SET sealed = 1 WHERE id = ?', id);
  }

  /** Last place of the journal that each stream holds. */
  streams(): ReadonlyMap<number, { readonly position: number; readonly item: number }> {
    const rows = this.#database.all<{ stream: number; position: number; item: number }>('SELECT * FROM stream');
    return new Map(rows.map(({ stream, position, item }) => [stream, { position, item }]));
  }

  putStream(stream: number, position: number, item: number): void {
    this.#database.run('INSERT OR REPLACE INTO stream VALUES (?, ?, ?)', stream, position, item);
  }

  /** What is archived of the journal, and the next sequence number. */
  mark(): { readonly archived: number; readonly next: number } {
    return (
      this.#database.all<{ archived: number; next: number }>('SELECT archived, next FROM mark')[0] ?? {
        archived: 0,
        next: 1,
      }
    );
  }

  putMark(archived: number, next: number): void {
    this.#database.run('UPDATE mark SET archived = ?, next = ?', archived, next);
  }

  close(): void {
    this.#database.close();
  }
}
