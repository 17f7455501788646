/** Makes the stored file of format 5: `node test/state/format-5/make.ts`. It was run while 5 was the newest format, and nobody runs it again (L25). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { STATE_FORMAT } from '../../../src/state/format.ts';
import { openState } from '../../../src/state/index.ts';
import { BY, batch, digest, got, NOW_MS } from '../opened-state.ts';
import { fillState } from '../small-state.ts';
import { act, final, merged, told } from '../told-incidents.ts';

/** A hash in its form; no password leads to it. */
const HASH = `scrypt$17$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

if (STATE_FORMAT !== 5) throw new Error('this build writes another format');

const folder = mkdtempSync(join(tmpdir(), 'triad-format-'));
try {
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
  const opened = await openState(folder, { nowMs: NOW_MS, pid: process.pid, random });
  if (opened.kind === 'problem') throw new Error(opened.message);
  const { state } = opened;
  await fillState(state);
  const rule = { name: 'soc', level: 'high', scope: [], hosts: [], tells: [] } as const;
  await got(state.call('useSinks', { sinks: [{ rule, isResending: false }], nowMs: NOW_MS }));
  const brief = {
    incident: {
      id: 'a',
      confidence: 0.91,
      edges: [{ source: { host: 'ws-07', address: '10.0.0.7' }, target: { host: 'srv-02' } }],
    },
  };
  const carriers = [{ host: 'srv-02', analytic: 'S05' }];
  await got(
    state.call('commit', {
      judged: 4,
      snapshot: 3,
      writes: [batch(4), told('a', 1, { document: JSON.stringify(brief) }), told('b'), told('c', 1, { carriers })],
    }),
  );
  const add = (name: string, role: 'engineer' | 'admin') =>
    state.call('askChange', {
      change: { action: 'add', name, role, password: HASH, mustChange: false },
      by: BY,
    });
  await got(add('ada', 'admin'));
  await got(add('eve', 'engineer'));
  await got(add('bob', 'admin'));
  const session = {
    person: 'ada',
    was: HASH,
    sha256: digest(9),
    endsMs: NOW_MS + 1000,
    peer: '10.0.0.5',
    agent: 'a browser',
  };
  await got(state.call('beginSession', { session, by: { who: 'ada', atMs: NOW_MS } }));
  await act(state, 'b', { action: 'verdict', verdict: 'authorised', note: 'a change of ours' }, { who: 'ada' });
  await got(
    state.call('commit', { judged: 4, writes: ['d', 'e', 'f', 'g'].map((id) => told(id, 1, { level: 'low' })) }),
  );
  await act(state, 'd', { action: 'verdict', verdict: 'duplicate', code: 'same', of: 'e', note: 'the same' });
  await got(state.call('noteOpened', { who: 'ada', id: 'g', version: 1, revision: 0 }));
  await got(
    state.call('commit', {
      judged: 4,
      writes: [told('h', 2, { level: 'low', absorbs: ['g'] }), merged('g', 'h'), ...['e', 'f', 'h'].map(final)],
    }),
  );
  await got(
    state.call('addProposal', { pin: '{"hosts":["*"]}', note: 'patches', incident: 'a', by: BY, idempotencyKey: 'p' }),
  );
  const message = await got(state.call('takeMessage', { sink: 'soc', nowMs: NOW_MS + 60_000 }));
  if (message === null) throw new Error('nothing is due');
  const delivered = { kind: 'delivered', status: '200' } as const;
  await got(state.call('settleMessage', { seq: message.seq, outcome: delivered, nowMs: NOW_MS + 60_000 }));
  const mute = { scope: { host: 'srv-02', analytic: 'S05' }, reason: 'patch day', owner: 'ada', days: 7 };
  await got(state.call('addSuppression', { suppression: mute, by: BY, idempotencyKey: 'one' }));
  await got(
    state.call('commit', { judged: 5, writes: [told('c', 2, { carriers, level: 'high', hosts: ['srv-02', 'x'] })] }),
  );
  await got(state.call('noteOpened', { who: 'ada', id: 'b', version: 1, revision: 1 }));
  await got(state.call('checkpoint', null));
  await state.close();
  const packed = zstdCompressSync(readFileSync(join(folder, 'state.sqlite')), {
    params: { [constants.ZSTD_c_compressionLevel]: 19 },
  });
  writeFileSync(join(import.meta.dirname, 'state.sqlite.zst'), packed);
} finally {
  rmSync(folder, { recursive: true });
}
