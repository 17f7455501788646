import { nodeFilePort } from '../../hunt/index.ts';
import { type Piece, readWatched, type WatchedEnd } from '../../watch/index.ts';
import type { FromChild, ToChild } from './messages.ts';

/**
 * The process that reads files of watched folders, which are hostile (L20). It may read these folders and the program, and write nothing; whatever a file does to
 * it, the server goes on (SERVE 0.1: 22).
 */
let reading: AsyncGenerator<Piece, WatchedEnd> | undefined;

function tell(message: FromChild): void {
  process.send?.(message);
}

async function next(): Promise<void> {
  if (reading === undefined) return;
  try {
    const step = await reading.next();
    if (step.done !== true) {
      tell({ kind: 'piece', ...step.value });
      return;
    }
    reading = undefined;
    tell({ kind: 'end', end: step.value });
  } catch (cause) {
    reading = undefined;
    // Any other error is a bug, and ends this process alone.
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    tell({ kind: 'trouble', message: cause.message });
  }
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'read') reading = readWatched(message.request, nodeFilePort('/'));
  void next();
});
process.on('disconnect', () => process.disconnect?.());
