import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamOut } from '../../api/index.ts';
import { done } from '../../disk/index.ts';
import type { DueTargets, State } from '../../state/index.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { LiveStream } from './live-stream.ts';

/** The other end: it takes all at once, and keeps what it was handed at a time. */
class Other implements StreamOut {
  readonly waitingBytes = 0;
  readonly batches: string[] = [];

  write(text: string): void {
    this.batches.push(text);
  }

  end(): void {}
  destroy(): void {}
  onClose(): void {}
}

test('SETTLED G6 a stream gets at most four batches a second, however many changes there are, and each change once', (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const stream = new LiveStream({
    state: { call: async () => done({ ended: [], shown: [] }) } as unknown as State,
    epoch: 1,
    version: '1.2.3',
    build: 'b',
    targets: { levels: {}, verify: undefined } as unknown as DueTargets,
    log: { error: (message: string) => assert.fail(message) } as unknown as Log,
    metrics: { count: () => {} } as unknown as Metrics,
    nowMs: () => Date.now(),
  });
  const health = async () => ({ status: 'ok', parts: [], seen: { blind: [] } as never });
  stream.start(health, () => {});
  const other = new Other();
  stream.open({ key: 'k', types: undefined, after: undefined, isWithheld: false }, other);
  const [hello = ''] = other.batches.splice(0);
  assert.match(hello, /event: hello/);
  let number = 0;
  for (let second = 1; second <= 4; second++) {
    const before = other.batches.length;
    for (let at = 0; at < 100; at++) {
      stream.suppressed(++number, 'made');
      t.mock.timers.tick(10);
    }
    assert.equal(other.batches.length - before, 4, `second ${second}`);
  }
  const told = [...other.batches.join('').matchAll(/"suppression":(\d+)/g)].map(([, one]) => Number(one));
  assert.deepEqual(
    told,
    Array.from({ length: number }, (_, at) => at + 1),
  );
  stream.stop();
});
