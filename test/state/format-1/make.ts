/** Makes the stored file of format 1 anew: `node test/state/format-1/make.ts`. After the first release nobody runs it again (L25). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { openState } from '../../../src/state/index.ts';
import { BY, batch, got, letter, NOW_MS } from '../opened-state.ts';
import { act, merged, told } from '../told-incidents.ts';

const folder = mkdtempSync(join(tmpdir(), 'triad-format-'));
try {
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
  const opened = await openState(folder, { nowMs: NOW_MS, pid: process.pid, random });
  if (opened.kind === 'problem') throw new Error(opened.message);
  const { state } = opened;
  const sender = { id: 'ws-07', name: 'WS 07', hosts: ['ws-07*'], isRelay: false, note: 'a laptop' };
  await got(state.call('addSender', { sender, by: BY }));
  const writes = [batch(1), batch(2), letter(2, 0), told('a'), told('b')];
  await got(state.call('commit', { judged: 2, snapshot: 1, writes }));
  await act(state, 'b', { action: 'verdict', verdict: 'malicious', note: 'the script is known' });
  await act(state, 'b', { action: 'step', step: 'contain-b', outcome: 'done' });
  await got(state.call('commit', { judged: 3, writes: [told('a', 2, { absorbs: ['b'] }), merged('b', 'a')] }));
  await got(state.call('checkpoint', null));
  await state.close();
  const packed = zstdCompressSync(readFileSync(join(folder, 'state.sqlite')), {
    params: { [constants.ZSTD_c_compressionLevel]: 19 },
  });
  writeFileSync(join(import.meta.dirname, 'state.sqlite.zst'), packed);
} finally {
  rmSync(folder, { recursive: true });
}
