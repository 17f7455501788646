import { createHash, type Hash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordView } from '../../src/evtx/index.ts';
import { formatTime, parseTime, SYSTEM_FIELDS, type SystemField } from '../../src/windows/index.ts';
import { childCost } from '../child-cpu.ts';
import { OUT } from '../corpus.ts';
import { explain } from './explain.ts';
import { type FieldTexts, type PeerRecord, readPeerRecord } from './peer-fields.ts';
import { decodeFile } from './tasks.ts';

export interface Comparison {
  /** Records that both readers found. */
  readonly records: number;
  readonly values: number;
  /** SHA-256 over names and values of everything that Triad decoded. */
  readonly digest: string;
  /** Differences with a stated reason, by reason. */
  readonly explained: ReadonlyMap<string, number>;
  readonly unexplained: readonly string[];
}

/** Where each System field stands in evtx_dump's JSON. */
const SYSTEM_PATHS: Readonly<Record<SystemField, string>> = {
  ProviderGuid: 'System/Provider@Guid',
  Level: 'System/Level',
  Task: 'System/Task',
  Opcode: 'System/Opcode',
  Keywords: 'System/Keywords',
  ActivityID: 'System/Correlation@ActivityID',
  RelatedActivityID: 'System/Correlation@RelatedActivityID',
  ProcessID: 'System/Execution@ProcessID',
  ThreadID: 'System/Execution@ThreadID',
  UserID: 'System/Security@UserID',
  Qualifiers: 'System/EventID@Qualifiers',
};

interface Tally {
  records: number;
  values: number;
  readonly hash: Hash;
  readonly explained: Map<string, number>;
  readonly unexplained: string[];
}

/** Decodes every live record of some logs with both readers and compares all values. */
export function compareLogs(paths: readonly string[], evtxDump: string): Comparison {
  const tally: Tally = {
    records: 0,
    values: 0,
    hash: createHash('sha256'),
    explained: new Map(),
    unexplained: [],
  };
  for (const path of paths) compareLog(path, evtxDump, tally);
  const { records, values, explained, unexplained } = tally;
  return { records, values, digest: tally.hash.digest('hex'), explained, unexplained };
}

function compareLog(path: string, evtxDump: string, tally: Tally): void {
  const theirs = new Map<string, PeerRecord[]>();
  for (const line of peerLines(path, evtxDump)) {
    const record = readPeerRecord(line);
    const key = `${record.recordId} ${canonicalTime(record.created)}`;
    const known = theirs.get(key);
    if (known === undefined) theirs.set(key, [record]);
    else known.push(record);
  }
  const name = path.split(/[\\/]/).at(-1) ?? path;
  decodeFile(path, (view) => {
    const ours = fieldsOf(view);
    for (const [field, texts] of ours) tally.hash.update(`${field}=${texts.join('\n')}\n`);
    if (view.recordClass !== 'live') return;
    const key = `${view.recordId ?? ''} ${formatTime(view.createdMs, view.createdTicks)}`;
    const peer = theirs.get(key)?.shift();
    if (peer === undefined) count(tally, 'records that evtx_dump does not give');
    else compareRecord(`${name} record ${view.recordId}`, ours, peer.fields, tally);
  });
  for (const [key, left] of theirs) {
    if (left.length > 0) tally.unexplained.push(`${name} record ${key}: only evtx_dump gives it, ${left.length} times`);
  }
}

function* peerLines(path: string, evtxDump: string): Generator<string, void> {
  const file = join(OUT, 'evtx_dump.jsonl');
  childCost(evtxDump, ['-t', '1', '-o', 'jsonl', path], { stdout: { file } });
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    if (line.startsWith('{')) yield line;
    at = end < 0 ? text.length : end + 1;
  }
}

/** Records without template hold their time as text, with nine digits. */
function canonicalTime(text: string): string {
  const instant = parseTime(text);
  return instant === undefined ? text : formatTime(instant.ms, instant.ticks);
}

/** What Triad reads of a record, by evtx_dump's paths for the System fields. */
function fieldsOf(view: RecordView): FieldTexts {
  const fields: FieldTexts = new Map();
  const add = (path: string, text: string | undefined): void => {
    if (text === undefined) return;
    const known = fields.get(path);
    if (known === undefined) fields.set(path, [text]);
    else known.push(text);
  };
  add('System/Provider@Name', view.provider);
  add('System/Channel', view.channel);
  add('System/Computer', view.computer);
  add('System/EventID', String(view.eventId));
  add('System/Version', String(view.version));
  add('System/EventRecordID', String(view.recordId ?? ''));
  add('System/TimeCreated@SystemTime', formatTime(view.createdMs, view.createdTicks));
  for (const field of SYSTEM_FIELDS) add(SYSTEM_PATHS[field], view.system(field));
  for (const [name, text] of view.entries()) add(name, text);
  return fields;
}

function compareRecord(place: string, ours: FieldTexts, theirs: FieldTexts, tally: Tally): void {
  tally.records++;
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, other] = [ours.get(name), theirs.get(name)];
    tally.values += mine?.length ?? 0;
    if (mine !== undefined && other !== undefined && isEqual(mine, other)) continue;
    const reason = explain(name, mine, other, ours, theirs);
    if (reason !== undefined) count(tally, reason);
    else tally.unexplained.push(`${place} ${name}: ${JSON.stringify(mine)} and evtx_dump ${JSON.stringify(other)}`);
  }
}

function isEqual(mine: readonly string[], other: readonly string[]): boolean {
  return mine.length === other.length && mine.every((text, i) => text === other[i]);
}

function count(tally: Tally, reason: string): void {
  tally.explained.set(reason, (tally.explained.get(reason) ?? 0) + 1);
}
