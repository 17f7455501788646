import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamOut } from '../../api/index.ts';
import {
  type EndReason,
  HUB_LIMITS,
  type HubLimits,
  StreamHub,
  type StreamRequest,
  streamPlace,
} from './stream-hub.ts';

interface Line {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The other end of a stream: it takes all at once, unless it is told to stand still. */
class Other implements StreamOut {
  text = '';
  waitingBytes = 0;
  isStill = false;
  ended: 'ended' | 'destroyed' | undefined;
  readonly #told: (() => void)[] = [];

  write(text: string): void {
    this.text += text;
    if (this.isStill) this.waitingBytes += text.length;
  }

  end(): void {
    this.ended = 'ended';
  }

  destroy(): void {
    this.ended = 'destroyed';
  }

  onClose(told: () => void): void {
    this.#told.push(told);
  }

  goAway(): void {
    for (const told of this.#told) told();
  }

  /** Events as a browser reads them. */
  get lines(): readonly Line[] {
    return this.text.split('\n\n').flatMap((block) => {
      const field = (name: string): string | undefined =>
        block.split('\n').flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))[0];
      const event = field('event');
      return event === undefined
        ? []
        : [{ id: field('id'), event, data: JSON.parse(field('data') ?? '') as Line['data'] }];
    });
  }

  get told(): readonly string[] {
    return this.lines.map(({ event, id }) => `${event} ${id ?? '-'}`);
  }
}

function hubOf(limits: Partial<HubLimits> = {}): {
  hub: StreamHub;
  clock: { ms: number };
  ends: EndReason[];
  open(request?: Partial<StreamRequest>, other?: Other): Other;
} {
  const clock = { ms: 1000 };
  const ends: EndReason[] = [];
  const hub = new StreamHub({
    epoch: 3,
    version: '1.2.3',
    build: 'b1',
    limits: { ...HUB_LIMITS, ...limits },
    nowMs: () => clock.ms,
    onEnd: (reason) => ends.push(reason),
  });
  const open = (request: Partial<StreamRequest> = {}, other = new Other()): Other => {
    hub.open({ key: 'k', isWithheld: false, types: undefined, after: undefined, ...request }, other);
    return other;
  };
  return { hub, clock, ends, open };
}

test('a reader is greeted with where it begins, and gets what comes from then on, each once', () => {
  const { hub, open } = hubOf();
  hub.publish('incident', '{"id":"a"}');
  const other = open();
  assert.match(
    other.text,
    /^retry: 3000\n\nid: 3-1\nevent: hello\ndata: \{"version":"1\.2\.3","build":"b1","place":"3-1"\}\n\n$/,
  );
  hub.publish('finding', '{"id":"b"}');
  hub.tick();
  hub.tick();
  assert.deepEqual(other.told, ['hello 3-1', 'finding 3-2']);
});

test('Last-Event-ID goes on without a hole; where the ring holds it no more, or the server is another, it says resync', () => {
  const { hub, open } = hubOf({ ring: { changes: 3, units: 1000 } });
  for (let at = 1; at <= 5; at++) hub.publish('host', `{"key":"${at}"}`);
  assert.deepEqual(open({ after: { epoch: 3, number: 2 } }).told, ['hello -', 'host 3-3', 'host 3-4', 'host 3-5']);
  assert.deepEqual(open({ after: { epoch: 3, number: 5 } }).told, ['hello -']);
  for (const [after, reason] of [
    [{ epoch: 3, number: 1 }, 'gap'],
    [{ epoch: 3, number: 6 }, 'gap'],
    [{ epoch: 2, number: 4 }, 'restart'],
  ] as const) {
    const other = open({ after });
    assert.deepEqual(other.told, ['hello -', 'resync 3-5']);
    assert.equal(other.lines[1]?.data['reason'], reason);
  }
});

test('who asks for some types gets those, and heartbeats move it on past the others', () => {
  const { hub, clock, open } = hubOf();
  const other = open({ types: new Set(['finding']) });
  hub.publish('incident', '{}');
  hub.publish('finding', '{}');
  hub.publish('incident', '{}');
  hub.tick();
  assert.deepEqual(other.told, ['hello 3-0', 'finding 3-2']);
  clock.ms += HUB_LIMITS.heartbeatMs - 1;
  hub.tick();
  assert.doesNotMatch(other.text, /id: 3-3/);
  clock.ms += 1;
  hub.tick();
  assert.match(other.text, /:\nid: 3-3\n\n$/);
});

test('G20 who sees no raw evidence gets the same changes without it', () => {
  const { hub, open } = hubOf();
  const [other, viewer] = [open(), open({ isWithheld: true })];
  hub.publish('incident', '{"id":"a","payload":"x"}', '{"id":"a"}');
  hub.publish('incident', '{"id":"b"}');
  hub.tick();
  const dataOf = ({ lines }: Other): readonly unknown[] => lines.slice(1).map(({ data }) => data);
  assert.deepEqual(dataOf(other), [{ id: 'a', payload: 'x' }, { id: 'b' }]);
  assert.deepEqual(dataOf(viewer), [{ id: 'a' }, { id: 'b' }]);
});

test('L15 a reader that does not read costs a bounded amount, is ended in time, and nobody else is; one that lags is told', () => {
  const { hub, clock, ends, open } = hubOf({ aheadUnits: 100, ring: { changes: 10, units: 10_000 }, slowMs: 5000 });
  const slow = new Other();
  slow.isStill = true;
  open({}, slow);
  const good = open();
  for (let at = 0; at < 1000; at++) {
    hub.publish('finding', `{"id":"${at}"}`);
    hub.tick();
  }
  assert.ok(slow.waitingBytes < 400, `${slow.waitingBytes} bytes wait`);
  assert.equal(good.told.length, 1001);
  clock.ms += 5000;
  hub.tick();
  assert.equal(slow.ended, undefined);
  // It reads after all: what it missed is told as such.
  Object.assign(slow, { waitingBytes: 0, isStill: false });
  hub.tick();
  assert.deepEqual(slow.told.slice(-1), ['resync 3-1000']);
  slow.isStill = true;
  hub.publish('finding', '{}');
  hub.tick();
  clock.ms += 5001;
  hub.tick();
  assert.deepEqual([slow.ended, good.ended, ends, hub.streams], ['destroyed', undefined, ['slow'], 1]);
});

test('a key has so many streams and all have so many; who goes away makes room', () => {
  const { hub, open } = hubOf({ streams: 3, streamsOfKey: 2 });
  const first = open();
  open();
  assert.match(hub.refusal('k') ?? '', /This key has 2 streams/);
  assert.equal(hub.refusal('other'), undefined);
  open({ key: 'other' });
  assert.match(hub.refusal('third') ?? '', /There are 3 streams/);
  first.goAway();
  assert.deepEqual([hub.refusal('k'), hub.streams], [undefined, 2]);
});

test('streams end with their key, after their time, and with the server', () => {
  const { hub, clock, ends, open } = hubOf({ lifetimeMs: 50_000, slowMs: 100_000 });
  const [a, b] = [open({ key: 'a' }), open({ key: 'b' })];
  hub.endOf('a');
  assert.deepEqual([a.ended, b.ended], ['ended', undefined]);
  clock.ms += 50_000;
  hub.tick();
  assert.equal(b.ended, undefined);
  clock.ms += 1;
  hub.tick();
  assert.equal(b.ended, 'ended');
  const [c] = [open(), open()];
  hub.endOf(undefined);
  const last = open();
  hub.close();
  assert.deepEqual([c.ended, last.ended, hub.refusal('x')], ['ended', 'ended', 'The server is ending.']);
  assert.deepEqual(ends, ['key', 'lifetime', 'key', 'key', 'stopping']);
});

test('ids are read as they are written, and nothing else is', () => {
  assert.deepEqual(streamPlace('3-17'), { epoch: 3, number: 17 });
  for (const text of ['', '3', '-1', '3-', '3-17 ', '3-x', '1e3-1', '9999999999999999-1'])
    assert.equal(streamPlace(text), undefined, text);
});
