import { zstdCompressSync } from 'node:zlib';
import { levelRank } from '../../windows/index.ts';
import type { Desk } from '../operation.ts';
import { tally } from '../tally.ts';
import { makeFoundRoom } from './found-room.ts';
import { TALLIES } from './tallies.ts';
import type { FoundStanding, FoundVerdict, FoundWrite, ToldFound } from './writes.ts';

export interface AppliedFound {
  readonly found: readonly FoundVerdict[];
  /** How many had to go to keep the bounds. */
  readonly dropped: number;
}

interface StoredFound {
  readonly seq: number;
  readonly version: number;
  readonly standing: FoundStanding;
  readonly digest: string;
  readonly extent: number;
  readonly incident: string | null;
  readonly bytes: number;
}

const STORED = 'SELECT seq, version, standing, digest, extent, incident, bytes FROM found WHERE kind = ? AND id = ?';

/** Takes what a judgement changes of findings and subscriptions, in the transaction of the caller. The same again changes nothing. */
export function applyFound(desk: Desk, writes: readonly FoundWrite[]): AppliedFound {
  if (writes.length === 0) return { found: [], dropped: 0 };
  // So that numbers are the same whatever the order; of one id the writes are in the order of their judgements.
  const ordered = writes.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const found = ordered.map((write) => (write.kind === 'found' ? takeFound(desk, write) : endFound(desk, write)));
  return { found, dropped: makeFoundRoom(desk) };
}

function takeFound(desk: Desk, told: ToldFound): FoundVerdict {
  const { of, id } = told;
  const before = desk.database.get<StoredFound>(STORED, of, id);
  if (before === undefined) return addFound(desk, told);
  const { version } = before;
  // What left the window is told as it was, until evidence says more than it did.
  const isPast = before.standing === 'final' && !told.isWhole && told.extent <= before.extent;
  if (isPast) return { of, id, verdict: 'known', version };
  if (before.standing === 'withdrawn' || before.digest !== told.digest) return changeFound(desk, before, told);
  if (before.standing === 'told' && before.incident === told.incident) return { of, id, verdict: 'known', version };
  const sql = "UPDATE found SET incident = ?, standing = 'told', changed_ms = ? WHERE seq = ?";
  desk.database.run(sql, told.incident, told.atMs, before.seq);
  return { of, id, verdict: 'moved', version };
}

function addFound({ database }: Desk, told: ToldFound): FoundVerdict {
  const { of, id } = told;
  const packed = zstdCompressSync(told.document);
  const bytes = packed.length + Buffer.byteLength(told.row);
  database.run(
    `INSERT INTO found (kind, id, version, standing, digest, extent, level, level_rank, host, hosts, label, word, print, incident,
      first_ms, last, created_ms, changed_ms, bytes, row, document)
     VALUES (?, ?, 1, 'told', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    of,
    id,
    told.digest,
    told.extent,
    told.level,
    levelRank(told.level),
    told.host,
    JSON.stringify(told.hosts),
    told.label,
    told.word,
    told.print,
    told.incident,
    told.firstMs,
    told.last,
    told.atMs,
    told.atMs,
    bytes,
    told.row,
    packed,
  );
  tally(database, TALLIES[of].held, 1);
  tally(database, 'foundBytes', bytes);
  return { of, id, verdict: 'new', version: 1 };
}

function changeFound({ database }: Desk, before: StoredFound, told: ToldFound): FoundVerdict {
  const { of, id } = told;
  const version = before.version + 1;
  const packed = zstdCompressSync(told.document);
  const bytes = packed.length + Buffer.byteLength(told.row);
  database.run(
    `UPDATE found SET version = ?, standing = 'told', digest = ?, extent = ?, level = ?, level_rank = ?, hosts = ?, label = ?, word = ?,
      print = ?, incident = ?, first_ms = ?, last = ?, changed_ms = ?, bytes = ?, row = ?, document = ? WHERE seq = ?`,
    version,
    told.digest,
    told.extent,
    told.level,
    levelRank(told.level),
    JSON.stringify(told.hosts),
    told.label,
    told.word,
    told.print,
    told.incident,
    told.firstMs,
    told.last,
    told.atMs,
    bytes,
    told.row,
    packed,
    before.seq,
  );
  tally(database, 'foundBytes', bytes - before.bytes);
  return { of, id, verdict: 'changed', version };
}

/** What is withdrawn is a version of its own; what is final stays the one that it is. */
function endFound({ database }: Desk, { kind, of, id, atMs }: Exclude<FoundWrite, { kind: 'found' }>): FoundVerdict {
  const before = database.get<StoredFound>(STORED, of, id);
  if (before === undefined) return { of, id, verdict: 'unknown' };
  if (before.standing !== 'told') return { of, id, verdict: 'known', version: before.version };
  const isWithdrawn = kind === 'foundWithdrawn';
  const version = before.version + Number(isWithdrawn);
  const standing: FoundStanding = isWithdrawn ? 'withdrawn' : 'final';
  database.run(
    'UPDATE found SET version = ?, standing = ?, changed_ms = ? WHERE seq = ?',
    version,
    standing,
    atMs,
    before.seq,
  );
  return { of, id, verdict: standing, version };
}
