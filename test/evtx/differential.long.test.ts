import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { seedCase, Xorshift } from '../../testkit/index.ts';
import { hostArchives, logsInZip, looseLogs, WITHOUT_CORPUS } from './corpus.ts';
import { firstDifference, leavesOf } from './peer-leaves.ts';
import { evtxexport, type Peer, pythonEvtx } from './peers.ts';
import { type ReadRecord, readLog } from './read-log.ts';

/** Records of a file that are compared, and the time that a peer gets for it (SETTLED A35). */
const RECORDS = 200;
const MILLISECONDS = 10_000;

/** What a peer says when it fails, and which of its known defects that is (EVTX 8). */
const KNOWN_DEFECTS: readonly { readonly peer: string; readonly says: RegExp; readonly defect: string }[] = [
  { peer: 'evtxexport', says: /invalid binary XML token/, defect: 'P31: stops at the first record without template' },
  { peer: 'evtxexport', says: /invalid template value size/, defect: 'P28: stops at a value of unexpected size' },
  { peer: 'python3-evtx', says: /NullTypeNode/, defect: 'P15: fails at a NULL in the slot of the body' },
  { peer: 'python3-evtx', says: /OverrunBufferException/, defect: 'P19: reads past the buffer' },
  { peer: 'python3-evtx', says: /UnicodeDecodeError|surrogates/, defect: 'P16, P17: fails at texts of some kinds' },
  { peer: 'python3-evtx', says: /KeyError|UnexpectedState|Unknown.*type/, defect: 'P18: unknown value type' },
  { peer: 'evtxexport', says: /stopped after/, defect: 'out of time' },
  { peer: 'python3-evtx', says: /stopped after/, defect: 'out of time: some 240 records a second' },
];

/** Records that a peer is known to read wrong, by what they hold. */
const KNOWN_ERRORS: readonly { readonly peer: string; readonly holds: RegExp; readonly defect: string }[] = [
  { peer: 'evtxexport', holds: />-[0-9]/, defect: 'P30: takes negative integers for a sign and a magnitude' },
  { peer: 'evtxexport', holds: /&lt;/, defect: 'P29: writes `<` of a text as it is, which is no XML' },
  // Event 6013 is the usual one: its first four insertions are empty.
  { peer: 'python3-evtx', holds: /<Data\/>/, defect: 'P22: takes the items of an array wrong where some are empty' },
];

function sample(records: readonly ReadRecord[], seed: number): ReadRecord[] {
  const random = new Xorshift(seed);
  const chosen = new Set<ReadRecord>();
  while (chosen.size < Math.min(RECORDS, records.length)) chosen.add(random.pick(records));
  return [...chosen];
}

function differenceOf(ours: string, theirs: string): string | undefined {
  try {
    return firstDifference(leavesOf(ours), leavesOf(theirs));
  } catch (error) {
    return `theirs is no XML: ${error instanceof Error ? error.message : error}`;
  }
}

function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'triad-differential-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compares a file with a peer; gives what was compared, or fails at the first difference. */
function compare(t: TestContext, peer: Peer, path: string, name = basename(path)): number {
  const read = readLog(new Uint8Array(readFileSync(path)), { carve: false });
  const chosen = sample(read.records, 7);
  const ids = chosen.map((record) => Number(record[peer.key]));
  const answer = peer.read(path, ids, MILLISECONDS);
  let same = 0;
  let missing = 0;
  const passedOver = new Map<string, number>();
  for (const record of chosen) {
    const theirs = answer.xml.get(Number(record[peer.key]));
    if (theirs === undefined) {
      missing++;
      continue;
    }
    const difference = differenceOf(record.xml, theirs);
    const known = KNOWN_ERRORS.find(({ peer: by, holds }) => by === peer.name && holds.test(record.xml));
    if (difference !== undefined && known !== undefined) {
      passedOver.set(known.defect, (passedOver.get(known.defect) ?? 0) + 1);
      continue;
    }
    assert.equal(difference, undefined, `${name}, record ${record.recordId}`);
    same++;
  }
  for (const [defect, count] of passedOver) t.diagnostic(`${name}: ${count} differ (${defect})`);
  if (missing > 0) {
    const known = KNOWN_DEFECTS.filter(({ peer: name, says }) => name === peer.name && says.test(answer.problem ?? ''));
    assert.ok(known.length > 0, `${peer.name} leaves out ${missing} of ${name}: ${answer.problem}`);
    t.diagnostic(
      `${name}: ${missing} of ${chosen.length} not compared (${known.map(({ defect }) => defect).join('; ')})`,
    );
  }
  return same;
}

for (const [name, find] of [
  ['evtxexport', evtxexport],
  ['python3-evtx', pythonEvtx],
] as const) {
  const peer = find();
  const skip = peer === undefined ? `${name} is not installed (Debian: libevtx-utils, python3-evtx)` : false;
  test(`${name} reads the same from the real logs`, { skip: skip || WITHOUT_CORPUS }, (t) => {
    if (peer === undefined) return;
    let same = 0;
    for (const path of looseLogs()) same += compare(t, peer, path);
    t.diagnostic(`${same} records are the same`);
    assert.ok(same > 300, `${same} records`);
  });
  test(`${name} reads the same from logs of whole hosts`, { skip: skip || WITHOUT_CORPUS }, (t) => {
    if (peer === undefined) return;
    let same = 0;
    inFolder((folder) => {
      const random = new Xorshift(5);
      for (const archive of hostArchives()) {
        for (const [member, bytes] of logsInZip(archive)) {
          if (bytes.length > 6_000_000 || !random.chance(0.06)) continue;
          const file = join(folder, 'member.evtx');
          writeFileSync(file, bytes);
          same += compare(t, peer, file, `${basename(archive)} ${basename(member)}`);
        }
      }
    });
    t.diagnostic(`${same} records are the same`);
    assert.ok(same > 300, `${same} records`);
  });

  test(`${name} reads the same from generated logs`, { skip }, (t) => {
    if (peer === undefined) return;
    let same = 0;
    inFolder((folder) => {
      for (const [path, bytes] of seedCase().files) {
        if (!path.endsWith('.evtx')) continue;
        const file = join(folder, basename(path));
        writeFileSync(file, bytes);
        same += compare(t, peer, file);
      }
    });
    t.diagnostic(`${same} records are the same`);
    assert.ok(same > 300, `${same} records`);
  });
}
