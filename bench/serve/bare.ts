import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { OUT } from '../corpus.ts';
import { BATCH_EVENTS, type BulkStream } from './stream.ts';

/** What the same bytes cost without a server, CPU microseconds an event. */
export interface BareCosts {
  /** `JSON.parse` of each document, one thread. */
  readonly parseUs: number;
  /** Writing them as they are, with a sync for as many batches as there are connections. */
  readonly writeUs: number;
}

const BATCHES = 64;
const TOGETHER = 8;

export async function bareCosts(stream: BulkStream): Promise<BareCosts> {
  const batches = Array.from({ length: BATCHES }, (_, n) => stream.batch(n));
  const parse = (): void => {
    for (const batch of batches.slice(0, TOGETHER)) {
      batch
        .toString()
        .split('\n')
        .forEach((line, at) => {
          if (at % 2 === 1) JSON.parse(line);
        });
    }
  };
  parse();
  const parseUs = (await cpuUs(async () => parse())) / (TOGETHER * BATCH_EVENTS);
  const folder = mkdtempSync(join(OUT, 'bare-'));
  const file = await open(join(folder, 'bare'), 'w');
  const writeUs =
    (await cpuUs(async () => {
      for (let at = 0; at < BATCHES; at += TOGETHER) {
        await file.writev(batches.slice(at, at + TOGETHER));
        await file.datasync();
      }
    })) /
    (BATCHES * BATCH_EVENTS);
  await file.close();
  rmSync(folder, { recursive: true });
  return { parseUs, writeUs };
}

async function cpuUs(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
