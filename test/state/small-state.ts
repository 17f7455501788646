import type { State } from '../../src/state/index.ts';
import { BY, batch, digest, got, letter, NOW_MS } from './opened-state.ts';

/** Puts one of everything into a new state. */
export async function fillState(state: State): Promise<void> {
  const sender = { id: 'ws-07', name: 'WS 07', hosts: ['ws-07*', '*.corp.example'], isRelay: false, note: 'a laptop' };
  await got(state.call('addSender', { sender, by: BY }));
  await got(state.call('addSender', { sender: { ...sender, id: 'wec', name: 'Collector', isRelay: true }, by: BY }));
  await got(state.call('revokeSender', { id: 'wec', by: BY }));
  const key = {
    id: 'k7Q2mX9aLr4T',
    sha256: digest(7),
    sender: 'ws-07',
    sources: ['10.0.0.0/8'],
    expiresMs: NOW_MS + 1,
  };
  await got(state.call('addKey', { key: { ...key, scopes: ['ingest:write'] }, by: BY }));
  const reader = { ...key, id: 'abcdefghijkl', sender: null, sources: [] };
  await got(state.call('addKey', { key: { ...reader, scopes: ['read', 'admin:*'] }, by: BY }));
  await got(state.call('revokeKey', { id: 'abcdefghijkl', by: BY }));
  await got(state.call('noteKeyUses', { uses: [{ id: key.id, hourMs: 3_600_000 }] }));
  const letters = [letter(2, 0), letter(2, 1), letter(3, 0, { sender: 'ws-08', bytes: null })];
  await got(state.call('commit', { judged: 3, snapshot: 2, writes: [batch(1), batch(2), batch(3), ...letters] }));
  await got(state.call('settleDeadLetter', { position: 2, item: 1, state: 'mended', by: BY }));
}
