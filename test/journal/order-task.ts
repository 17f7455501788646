/** Appends three batches, one after another, and prints each acknowledgement. Argument: the folder. */
import { writeSync } from 'node:fs';
import { nodeDisk } from '../../src/journal/index.ts';
import { opened } from './opened.ts';

const journal = await opened({ folder: process.argv[2] ?? '', disk: nodeDisk, nowMs: () => Date.now() });
for (const text of ['a', 'b', 'c']) {
  const outcome = await journal.append([Buffer.from(text)]);
  if (outcome.kind === 'durable') writeSync(1, `acknowledged ${outcome.position}\n`);
}
await journal.close();
