/** Makes the stored file of format 2: `node test/state/format-2/make.ts`. It was run while 2 was the newest format, and nobody runs it again (L25). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { STATE_FORMAT } from '../../../src/state/format.ts';
import { openState, type StepWrite } from '../../../src/state/index.ts';
import { BY, batch, got, letter, NOW_MS } from '../opened-state.ts';
import { fillState } from '../small-state.ts';
import { act, final, merged, told, withdrawn } from '../told-incidents.ts';

if (STATE_FORMAT !== 2) throw new Error('this build writes another format');

/** A finding or a subscription of a host. */
function found(of: 'finding' | 'subscription', id: string, host: string): StepWrite {
  const columns = {
    level: 'high',
    label: of === 'finding' ? 'S05' : 'created',
    word: of === 'finding' ? 'wmi' : '',
  } as const;
  const texts = { row: JSON.stringify({ title: id }), document: JSON.stringify({ id }) };
  const times = { firstMs: NOW_MS - 1000, last: '2026-11-25T10:00:00.0000000Z', atMs: NOW_MS };
  const content = {
    digest: `digest of ${id}`,
    extent: 3,
    isWhole: true,
    print: of === 'finding' ? null : 'ab'.repeat(32),
  };
  return { kind: 'found', of, id, host, hosts: [host], incident: 'a', ...columns, ...content, ...times, ...texts };
}

function coverage(position: number, computer: string): StepWrite {
  const log = { computer, channel: 'Security', eventId: 4624, records: 7, firstMs: NOW_MS - 5000, lastMs: NOW_MS };
  return {
    kind: 'coverage',
    position,
    sender: 'ws-07',
    receivedMs: NOW_MS,
    logs: [log, { ...log, eventId: -1, records: 2 }],
  };
}

const folder = mkdtempSync(join(tmpdir(), 'triad-format-'));
try {
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
  const opened = await openState(folder, { nowMs: NOW_MS, pid: process.pid, random });
  if (opened.kind === 'problem') throw new Error(opened.message);
  const { state } = opened;
  await fillState(state);
  await got(state.call('beginStream', null));
  const carriers = [{ host: 'ws-07', analytic: 'S05', payload: 'cd'.repeat(32) }];
  const piece = {
    position: 4,
    key: '1:2',
    path: '/watched/a.evtx',
    sha256: 'ef'.repeat(32),
    mark: '{"at":9}',
    events: 5,
  };
  const writes: readonly StepWrite[] = [
    batch(4),
    letter(4, 0, { sender: 'ws-08' }),
    told('a', 1, { carriers }),
    told('b', 1, { hosts: ['ws-07', 'srv-02'] }),
    told('c'),
    found('finding', 'f1', 'ws-07'),
    found('subscription', 's1', 'ws-07'),
    { kind: 'foundWithdrawn', of: 'finding', id: 'f1', atMs: NOW_MS },
    coverage(4, 'WS-07'),
    coverage(4, 'ws-07.corp.example'),
    coverage(4, 'SRV-02'),
    { kind: 'hostName', name: 'ws-07', host: 'ws-07.corp.example' },
    { kind: 'hostGaps', host: 'ws-07.corp.example', gaps: '[{"id":"g","what":"no Sysmon log"}]', count: 1 },
    { kind: 'hostGaps', host: 'srv-02', gaps: '[]', count: 0 },
    { kind: 'watchedPiece', ...piece },
  ];
  await got(state.call('commit', { judged: 4, snapshot: 3, writes }));
  const look = { path: piece.path, bytes: 69_632, modifiedMs: NOW_MS, failures: 0, note: '', lookedMs: NOW_MS };
  await got(state.call('noteWatchedFile', { key: piece.key, ...look }));
  await act(state, 'b', { action: 'verdict', verdict: 'malicious', note: 'the script is known' });
  await act(state, 'b', { action: 'step', step: 'contain-b', outcome: 'done' });
  await act(state, 'c', { action: 'note', note: 'asked the owner' });
  const later = [told('a', 2, { absorbs: ['b'], carriers }), merged('b', 'a'), withdrawn('c', 2), final('a')];
  await got(state.call('commit', { judged: 5, writes: later }));
  const mute = { scope: { host: 'ws-07', analytic: 'S05' }, reason: 'patch day', owner: 'alice', days: 7 };
  await got(state.call('addSuppression', { suppression: mute, by: BY, idempotencyKey: 'one' }));
  await got(state.call('addSuppression', { suppression: { ...mute, days: 1 }, by: BY, idempotencyKey: 'two' }));
  await got(state.call('endSuppression', { number: 2, by: BY }));
  await got(state.call('checkpoint', null));
  await state.close();
  const packed = zstdCompressSync(readFileSync(join(folder, 'state.sqlite')), {
    params: { [constants.ZSTD_c_compressionLevel]: 19 },
  });
  writeFileSync(join(import.meta.dirname, 'state.sqlite.zst'), packed);
} finally {
  rmSync(folder, { recursive: true });
}
