import type { State } from '../../src/state/index.ts';
import { got, NOW_MS } from './opened-state.ts';

/** All that a small state tells about itself, as plain JSON: what a later version must still tell of a file of an earlier one. */
export async function toldBy(state: State): Promise<unknown> {
  const { storeId, createdMs } = await got(state.call('identity', null));
  const letters = (await got(state.call('listDeadLetters', {}))).rows;
  const bytes = letters.map(({ position, item }) => got(state.call('readDeadLetter', { position, item })));
  const keys = (await got(state.call('listKeys', {}))).rows;
  const digests = keys.map(({ id }) => got(state.call('findKey', { id })));
  const batches = [1, 2, 3].map((position) =>
    got(state.call('findBatch', { sender: 'ws-07', identity: `batch-${position}`, nowMs: NOW_MS })),
  );
  const told = {
    identity: { storeId, createdMs },
    positions: await got(state.call('positions', null)),
    senders: (await got(state.call('listSenders', {}))).rows,
    keys,
    digests: (await Promise.all(digests)).map((found) => hex(found?.key.sha256)),
    batches: (await Promise.all(batches)).map((found) => found && { ...found, digest: hex(found.digest) }),
    letters,
    bytes: (await Promise.all(bytes)).map((found) => hex(found?.bytes)),
    counts: await got(state.call('countDeadLetters', {})),
    audit: (await got(state.call('listAudit', {}))).rows,
  };
  return JSON.parse(JSON.stringify(told));
}

function hex(bytes: Uint8Array | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('hex');
}
