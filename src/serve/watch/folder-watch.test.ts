import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folderWith } from '../../../test/hunt/run-triad.ts';
import { eventsOf } from '../../../test/watch/watched.ts';
import { nodeFilePort } from '../../hunt/index.ts';
import { openState, type State } from '../../state/index.ts';
import { readWatched, type WatchedRequest } from '../../watch/index.ts';
import { Log } from '../log.ts';
import { Metrics } from '../metrics.ts';
import { SenderTraffic } from '../sender-traffic.ts';
import type { FileReader, FileReading } from './file-reader.ts';
import { FolderWatch } from './folder-watch.ts';

type Reader = Pick<FileReader, 'read' | 'close'>;

/** A watch whose clock is set by hand and whose reader may fail as a test says. */
class Bench {
  readonly bodies: Uint8Array[] = [];
  nowMs = Date.UTC(2026, 0, 1);
  readings = 0;
  /** What a reading comes to after so many pieces. */
  fail: { readonly after: number; readonly as: FileReading; readonly meanwhile?: () => void } | undefined;
  watch: FolderWatch;
  readonly #folder: string;
  readonly #state: State;

  constructor(folder: string, state: State) {
    this.#folder = folder;
    this.#state = state;
    this.watch = this.#begin();
  }

  /** Ends the watch, and begins another one with the same state. */
  async restart(): Promise<void> {
    await this.watch.close();
    this.watch = this.#begin();
  }

  #begin(): FolderWatch {
    const reader: Reader = { read: (request, keep) => this.#read(request, keep), close: () => undefined };
    const log = new Log(
      () => undefined,
      'debug',
      () => 0,
    );
    const take = async (_: unknown, body: Uint8Array): Promise<{ kind: 'taken'; position: number }> => {
      return { kind: 'taken', position: this.bodies.push(body) };
    };
    const watch = new FolderWatch(
      {
        folders: [this.#folder],
        intervalMs: 5,
        state: this.#state,
        log,
        marks: new Map(),
        taker: { take },
        metrics: new Metrics(),
        traffic: new SenderTraffic({ nowMs: () => 0, steadyMs: () => 0 }),
        nowMs: () => this.nowMs,
      },
      reader,
    );
    watch.start((cause) => assert.fail(String(cause)));
    return watch;
  }

  async #read(request: WatchedRequest, keep: Parameters<Reader['read']>[1]): Promise<FileReading | undefined> {
    this.readings++;
    const { fail } = this;
    if (fail?.after === 0) return fail.as;
    const pieces = readWatched({ ...request, pieceBytes: 1000 }, nodeFilePort('/'));
    for (let given = 1; ; given++) {
      const step = await pieces.next();
      if (step.done === true) return { kind: 'end', end: step.value };
      if (!(await keep(step.value))) return undefined;
      if (given !== fail?.after) continue;
      while ((await pieces.next()).done !== true);
      fail.meanwhile?.();
      this.fail = undefined;
      return fail.as;
    }
  }
}

async function bench(context: TestContext, name: string, text: string): Promise<{ bench: Bench; path: string }> {
  const opened = await openState(folderWith(context), { nowMs: 0, pid: process.pid, random: randomBytes });
  assert.ok(opened.kind !== 'problem');
  const folder = folderWith(context, [[name, text]]);
  const made = new Bench(folder, opened.state);
  context.after(async () => {
    await made.watch.close();
    await opened.state.close();
  });
  return { bench: made, path: join(folder, name) };
}

function lines(from: number, to: number): string {
  const line = (id: number): string =>
    JSON.stringify({
      '@timestamp': '2026-01-01T00:00:00.000Z',
      winlog: { channel: 'System', event_id: '1', provider_name: 'x', computer_name: 'WS-07', record_id: id + 1 },
    });
  return Array.from({ length: to - from }, (_, at) => `${line(from + at)}\n`).join('');
}

const TROUBLE: FileReading = { kind: 'trouble', message: "EACCES: permission denied, open 'a.jsonl'" };
const DIED: FileReading = { kind: 'died', message: 'its reader ended with SIGKILL' };

test('L21 passing trouble gives no file up: it is tried again after 5 s, and less and less often up to 10 min', async (context) => {
  const { bench: on } = await bench(context, 'a.jsonl', lines(0, 3));
  on.fail = { after: 0, as: TROUBLE };
  await on.watch.looked();
  assert.equal(on.readings, 1);
  assert.match(on.watch.degraded.join(), /EACCES/);
  let readings = 1;
  for (const waitMs of [5000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000]) {
    on.nowMs += waitMs - 1;
    await on.watch.looked();
    assert.equal(on.readings, readings, `before ${waitMs} ms`);
    on.nowMs += 1;
    await on.watch.looked();
    assert.equal(on.readings, ++readings, `after ${waitMs} ms`);
  }
  on.fail = undefined;
  on.nowMs += 600_000;
  await on.watch.looked();
  assert.equal(eventsOf(on.bodies).length, 3);
  assert.deepEqual(on.watch.degraded, []);
});

test('a file that ended its reader twice is left alone until it changes; a start reads what failed again', async (context) => {
  const { bench: on, path } = await bench(context, 'a.jsonl', lines(0, 3));
  on.fail = { after: 0, as: DIED };
  for (let look = 0; look < 3; look++) await on.watch.looked();
  assert.equal(on.readings, 2);
  assert.match(on.watch.degraded.join(), /SIGKILL/);
  writeFileSync(path, lines(0, 4));
  for (let look = 0; look < 3; look++) await on.watch.looked();
  assert.equal(on.readings, 3);
  await on.restart();
  for (let look = 0; look < 3; look++) await on.watch.looked();
  assert.equal(on.readings, 5, 'its failures are forgotten at a start');
  on.fail = { after: 0, as: TROUBLE };
  await on.restart();
  await on.watch.looked();
  assert.match(on.watch.degraded.join(), /EACCES/);
  const aside = join(folderWith(context), 'a.jsonl');
  renameSync(path, aside);
  await on.watch.looked();
  assert.deepEqual(on.watch.degraded, [], 'of a file that is gone nothing is told');
  renameSync(aside, path);
  on.fail = undefined;
  await on.restart();
  await on.watch.looked();
  assert.equal(eventsOf(on.bodies).length, 4);
  assert.deepEqual(on.watch.degraded, []);
  const { readings } = on;
  await on.restart();
  await on.watch.looked();
  assert.equal(on.readings, readings, 'what was read is not read again');
});

for (const as of [DIED, TROUBLE]) {
  test(`L6 a reading that breaks off (${as.kind}) while the file grows is gone on with: each event once`, async (context) => {
    const { bench: on, path } = await bench(context, 'a.jsonl', lines(0, 40));
    let broken = 0;
    const grow = (): void => {
      broken = on.bodies.length;
      appendFileSync(path, lines(40, 60));
    };
    on.fail = { after: 3, as, meanwhile: grow };
    await on.watch.looked();
    on.nowMs += 5000;
    await on.watch.looked();
    assert.equal(broken, 3);
    const events = eventsOf(on.bodies);
    assert.deepEqual([events.length, new Set(events).size], [60, 60]);
  });
}
