import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import { type LoggedEvent, Xorshift } from '../../testkit/index.ts';
import { CORPUS } from '../hunt/run-triad.ts';
import { carried } from '../shapes/conversion.ts';
import { dealtLines } from './campaign-load.ts';
import { type Capture, readCapture } from './captures/captured-events.ts';
import { compareFiles } from './captures/files-as-they-lie.ts';
import { type Captures, firstOf, groupsOf, lastOf, readCaptures } from './captures/labelled-captures.ts';
import { repeated, shuffled, withinLateness } from './captures/orders.ts';
import { compareSent, type Order, type Sent } from './captures/sent-captures.ts';
import { Tally } from './captures/tally.ts';
import { nameOf, WAYS, type Way, written } from './captures/ways.ts';
import { killUnder } from './kill-campaign.ts';

/** All of a group of captures is held, and nothing of it is late. */
const HELD = 'detection: { lateness: 24h, heldTime: 90d }\n';
const SEED = 16;
/**
 * What is sent: left out, all captures by one way, and a kill. By hand `CAPTURES=some` sends two groups of captures every way and deals the others out in turn, the large ones
 * whole, other orders and the files as they lie (a quarter of an hour of two cores and more); `CAPTURES=all` sends all of them every way.
 */
const BY_HAND = process.env['CAPTURES'];
const EVERYWHERE = 2;
const IS_EACH_WITH_EACH = BY_HAND !== 'some';
/** Captures that are sent in other orders than that of time. */
const IN_OTHER_ORDERS = 8;
const DAY_TICKS = 86_400n * 10_000_000n;

// Generated evidence goes the same paths: test/serve/live-equals-batch.test.ts (NDJSON, `_bulk`, HEC, OTLP, shuffled, twice), syslog.test.ts,
// watched-folder.test.ts, kill-campaign.long.test.ts, and test/live for the lateness.
const skip = existsSync(CORPUS) ? false : 'the corpus is not beside the repository';

const skipUnlessAsked =
  BY_HAND === undefined
    ? 'made by hand: CAPTURES=some or CAPTURES=all node --test test/serve/live-captures.long.test.ts'
    : skip;

let reading: Promise<Captures | undefined> | undefined;

async function captures(): Promise<Captures> {
  reading ??= readCaptures();
  return (await reading) ?? assert.fail('no labels');
}

/** Sends loads one way, without what its shape does not carry. */
async function compare(t: TestContext, tally: Tally, { loads, ...sent }: Sent, name: string): Promise<void> {
  const kept = loads.map(({ events: all, ...load }) => {
    const { events, reasons } = carried(sent.way.writer, all);
    tally.leave(sent.way, reasons);
    return { ...load, events };
  });
  const filled = kept.filter(({ events }) => events.length > 0);
  if (filled.length === 0) return;
  tally.add(sent.way, name, filled, await compareSent(t, { ...sent, loads: filled }));
}

test('L8 the labelled captures in every shape by the protocol of its shipper, in order', { skip }, async (t) => {
  const { parts, large, without } = await captures();
  const tally = new Tally();
  const groups = groupsOf(parts).toSorted((a, b) => b.length - a.length);
  const everywhere = IS_EACH_WITH_EACH ? groups.length : EVERYWHERE;
  const others = groups.slice(everywhere);
  const ways = BY_HAND === undefined ? WAYS.filter(isUsual) : WAYS;
  const tasks = ways.flatMap((way, n) => {
    const dealt = others[n % others.length];
    return [...groups.slice(0, everywhere), ...(dealt === undefined ? [] : [dealt])].map((group) => ({ way, group }));
  });
  await inLanes(tasks, async ({ way, group }) => {
    const loads = [{ events: group.flatMap(({ events }) => events) }];
    await compare(t, tally, { way, loads, options: { yaml: HELD } }, group.map(({ path }) => path).join(', '));
    tally.count(group.filter(({ events }) => carried(way.writer, events).events.length > 0).length);
  });
  const sizes = groups.map((group) => group.length).join(', ');
  t.diagnostic(
    `${parts.length} captures, ${large.size} of them in part, in groups of ${sizes}; ${ways.length} of ${WAYS.length} ways`,
  );
  t.diagnostic(`the ${everywhere} largest groups go every way, the others are dealt out in turn: ${tally.summary()}`);
  for (const { path, left } of parts) if (left.size > 0) t.diagnostic(`${path}: left out ${told(left)}`);
  for (const [path, why] of without) t.diagnostic(`${path}: nothing to write (${why})`);
  for (const line of tally.losses()) t.diagnostic(line);
  assert.deepEqual(tally.wrong, []);
});

test('L8 the large captures whole, each in one of these ways', { skip: skipUnlessAsked }, async (t) => {
  const { large } = await captures();
  const tally = new Tally();
  const random = new Xorshift(SEED);
  for (const path of large.keys()) {
    const { events } = await readCapture(CORPUS, path);
    const way = WAYS[random.below(WAYS.length)] ?? assert.fail();
    await compare(t, tally, { way, loads: [{ events }], options: { yaml: HELD } }, path);
    tally.count(1);
    t.diagnostic(`${path}: ${events.length} events, ${nameOf(way)}`);
  }
  t.diagnostic(tally.summary());
  assert.deepEqual(tally.wrong, []);
});

/** Does something with each of them, a few at a time: a server and a hunt keep one core busy each. */
async function inLanes<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const lane = async (): Promise<void> => {
    for (const item of left) await act(item);
  };
  await Promise.all([lane(), lane(), lane()]);
}

/** The way of most shippers. */
function isUsual({ writer, protocol }: Way): boolean {
  return writer.style === 'Winlogbeat 8' && protocol === 'bulk';
}

/** Ways in which an order can be sent. */
const SENT: readonly Way[] = WAYS.filter(({ protocol }) => protocol !== 'folder');

test('L8 captures shuffled within the lateness, wholly, and sent again, with the rules of the pack', {
  skip: skipUnlessAsked,
}, async (t) => {
  const { parts } = await captures();
  const { rules: pack } = await bundledRules();
  const random = new Xorshift(SEED);
  const tally = new Tally();
  for (const capture of ofADay(parts, random)) {
    for (const [order, options, orderOf] of orders()) {
      const way = SENT[random.below(SENT.length)] ?? assert.fail();
      const { events } = carried(way.writer, capture.events);
      const loads = [{ events, order: orderOf(events, random.next(), way) }];
      // What came by syslog is held against a window, which is given no rules.
      const rules = way.protocol === 'syslog' ? {} : { pack };
      const sent = { way, loads, options: { ...options, ...rules } };
      await compare(t, tally, sent, `${capture.path}, ${order}`);
      tally.count(1);
    }
  }
  t.diagnostic(tally.summary());
  assert.deepEqual(tally.wrong, []);
});

type OrderOf = (events: readonly LoggedEvent[], seed: number, way: Way) => Order;

/** The servers keep their real clock: sources were heard of just now, so the watermark is that of the events, whenever those were. */
function orders(): readonly (readonly [string, Sent['options'], OrderOf])[] {
  return [
    ['within the lateness', {}, withinLateness],
    ['wholly shuffled', { yaml: HELD }, (_, seed) => shuffled(seed)],
    ['sent again', { yaml: HELD }, (_, seed, { writer }) => repeated(writer, seed)],
  ];
}

/** Some captures of less than a day, which is the longest lateness. */
function ofADay(parts: readonly Capture[], random: Xorshift): readonly Capture[] {
  return parts
    .filter((capture) => capture.events.length >= 20 && lastOf(capture) - firstOf(capture) < DAY_TICKS)
    .map((capture) => ({ capture, key: random.next() }))
    .toSorted((a, b) => a.key - b.key)
    .slice(0, IN_OTHER_ORDERS)
    .map(({ capture }) => capture);
}

test('L8 L24 a server that is killed while captures come, and is sent again what was not acknowledged', {
  skip,
}, async (t) => {
  const { parts } = await captures();
  const way = WAYS.find(isUsual) ?? assert.fail();
  const [most = []] = groupsOf(parts).toSorted((a, b) => b.length - a.length);
  const { units } = written(
    way,
    carried(
      way.writer,
      most.flatMap(({ events }) => events),
    ).events,
  );
  const report = await killUnder(dealtLines([...new Set(units)], SEED), { rounds: 1, seed: SEED, lifeMs: 500 });
  t.diagnostic(`${most.length} captures: ${JSON.stringify(report)}`);
  assert.ok((report.rows['incidents'] ?? 0) > 0, JSON.stringify(report));
});

test('L8 every labelled file as it lies, in a watched folder, and lines of Zeek by NDJSON and _bulk', {
  skip: skipUnlessAsked,
}, async (t) => {
  const report = await compareFiles(t);
  for (const line of report.notes) t.diagnostic(line);
  assert.deepEqual(report.wrong, []);
});

function told(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([reason, count]) => `${count} (${reason})`).join(', ');
}
