/**
 * Appends batches to the journal in a folder under load until it is killed. Prints `position key` once a batch is acknowledged; a batch holds its key, so that
 * its payload can be made again. Arguments: folder, the number of the round.
 */
import { writeSync } from 'node:fs';
import { nodeDisk } from '../../src/journal/index.ts';
import { killedPayload } from './killed-payload.ts';
import { opened } from './opened.ts';

const APPENDERS = 16;
const [folder = '', round = ''] = process.argv.slice(2);
const limits = { rollBytes: 1 << 20 };
const journal = await opened({ folder, disk: nodeDisk, limits, nowMs: () => Date.now() });
writeSync(1, 'ready\n');
await Promise.all(
  Array.from({ length: APPENDERS }, async (_, appender) => {
    for (let i = 0; ; i += 1) {
      const key = `${round}.${appender}.${i}`;
      const outcome = await journal.append([killedPayload(key)]);
      if (outcome.kind !== 'durable') throw new Error(outcome.reason);
      writeSync(1, `${outcome.position} ${key}\n`);
    }
  }),
);
