import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type KnownIncident,
  membersOf,
  partsOf,
  type Revisions,
  revise,
  type ServerTimes,
  type WindowJudgement,
} from '../../src/live/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS, Stream } from './streams.ts';

const LINES = linesOf(campaign(['a triad that fires and is removed'], { acts: 0 }).events);
const WHOLE = new Stream().send(LINES).window.judge();
const WHOLE_FROM_THE_START = (): number => Number.NEGATIVE_INFINITY;

/** What the server knows of a batch that came at a time. */
function at(ms: number): ServerTimes {
  const time = { ms, source: 'frame 1' };
  return { arrive: time, detect: { ...time, ms: ms + 1 }, alert: { ...time, ms: ms + 2 } };
}

type Judged = Pick<
  WindowJudgement,
  'incidents' | 'findings' | 'subscriptions' | 'gaps' | 'gapsOf' | 'records' | 'hosts' | 'pinUses'
>;

function compare(
  known: readonly KnownIncident[],
  judgement: Judged,
  changes: { readonly wholeFromMs?: (host: string) => number; readonly ms?: number } = {},
): Revisions {
  return revise({
    known: new Map(known.map((one) => [one.id, one])),
    judged: partsOf(judgement),
    wholeFromMs: changes.wholeFromMs ?? WHOLE_FROM_THE_START,
    server: at(changes.ms ?? NOW_MS),
  });
}

/** What the state remembers after these revisions, when it knew nothing. */
function remembered({ added, changed }: Revisions): readonly KnownIncident[] {
  return [...added, ...changed].map((told) => ({
    id: told.incident.id,
    version: told.version,
    digest: told.digest,
    members: membersOf(told),
    hosts: told.incident.hosts,
    first: told.incident.first,
    times: told.times,
    standing: 'told',
  }));
}

const KNOWN = remembered(compare([], WHOLE));
const NOTHING: Revisions = { added: [], changed: [], superseded: [], withdrawn: [], final: [] };
const EMPTY = new Stream().window.judge();

function only<T>(items: readonly T[]): T {
  const [first] = items;
  assert.ok(first !== undefined && items.length === 1);
  return first;
}

test('what is told first is version 1, and told again it is nothing new', () => {
  assert.deepEqual(
    KNOWN.map(({ version }) => version),
    WHOLE.incidents.map(() => 1),
  );
  assert.deepEqual(compare(KNOWN, WHOLE), NOTHING);
});

test('a copy of the same evidence by another sender is no new version', () => {
  const twice = new Stream().send(LINES).send(LINES, { file: 'another' }).window.judge();
  assert.deepEqual(compare(KNOWN, twice), NOTHING);
});

test('more evidence makes the next version, with the times of the server as they were', () => {
  const known = KNOWN.map((one) => ({ ...one, digest: 'other' }));
  const { changed } = compare(known, WHOLE, { ms: NOW_MS + 60_000 });
  for (const told of changed) {
    assert.equal(told.version, 2);
    assert.equal(told.times.arrive.time, '2026-06-01T00:00:00.0000000Z');
    assert.equal(told.times.alert.time, '2026-06-01T00:00:00.0020000Z');
  }
  assert.equal(changed.length, KNOWN.length);
});

test('L14 an incident that is part of another now is its alias, and the version goes on from the higher one', () => {
  const survivor = WHOLE.incidents.find(({ aliases }) => aliases.length > 0);
  assert.ok(survivor !== undefined);
  const [alias = ''] = survivor.aliases;
  const known = only(KNOWN.filter(({ id }) => id === survivor.id));
  const earlier = { ...known.times, alert: { ...known.times.alert, time: '2026-05-01T00:00:00.0000000Z' } };
  const others = KNOWN.filter(({ id }) => id !== survivor.id);
  const result = compare([...others, { ...known, id: alias, version: 7, times: earlier }], WHOLE);
  assert.deepEqual(result.superseded, [{ id: alias, mergedInto: survivor.id }]);
  const told = only(result.added);
  assert.deepEqual([told.version, told.absorbs], [8, [alias]]);
  assert.equal(told.times.alert.time, '2026-05-01T00:00:00.0000000Z');
});

test('L14 where aliases were cut, a member tells which incident goes on', () => {
  const known = KNOWN.map((one, n) => ({ ...one, id: `old-${n}` }));
  const { superseded } = compare(known, WHOLE);
  assert.deepEqual(
    superseded,
    KNOWN.map(({ id }, n) => ({ id: `old-${n}`, mergedInto: id })),
  );
});

test('what the whole evidence bears out no longer is withdrawn; what has left the window is final', () => {
  assert.deepEqual(
    compare(KNOWN, EMPTY).withdrawn,
    KNOWN.map(({ id }) => ({ id, version: 2 })),
  );
  const gone = compare(KNOWN, EMPTY, { wholeFromMs: () => NOW_MS });
  assert.deepEqual(gone, { ...NOTHING, final: KNOWN.map(({ id }) => ({ id })) });
});

test('of what has partly left the window less is no news, and a member more is', () => {
  const part = { wholeFromMs: (): number => NOW_MS };
  const less = KNOWN.map((one) => ({ ...one, digest: 'other', members: [...one.members, 'gone'] }));
  assert.deepEqual(compare(less, WHOLE, part), NOTHING);
  const fewer = KNOWN.map((one) => ({ ...one, digest: 'other', members: one.members.slice(1) }));
  assert.equal(compare(fewer, WHOLE, part).changed.length, KNOWN.length);
});

test('what was withdrawn and is borne out again is told again', () => {
  const { changed } = compare(
    KNOWN.map((one) => ({ ...one, standing: 'withdrawn' as const, version: 2 })),
    WHOLE,
  );
  assert.ok(changed.every(({ isRestored, version }) => isRestored && version === 3));
  assert.equal(changed.length, KNOWN.length);
});

test('an incident knows when it happened, when it came, and whether that was a day before', () => {
  const firstMs = Date.parse(WHOLE.incidents[0]?.first ?? '');
  const soon = compare([], WHOLE, { ms: firstMs + 60_000 }).added[0]?.times;
  assert.ok(soon?.act !== undefined);
  assert.equal(soon.event.clock, 'device');
  assert.match(soon.event.source, /^record /);
  assert.match(soon.act.source, /^(?:subscription|finding) /);
  assert.deepEqual([soon.arrive.clock, soon.alert.clock], ['receiver', 'detector']);
  assert.equal(soon.isRetrospective, false);
  const eventMs = Date.parse(soon.event.time);
  const day = 24 * 60 * 60_000;
  assert.equal(compare([], WHOLE, { ms: eventMs + day }).added[0]?.times.isRetrospective, false);
  assert.equal(compare([], WHOLE, { ms: eventMs + day + 1 }).added[0]?.times.isRetrospective, true);
});
