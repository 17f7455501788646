import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { JudgeContext, WindowJudgement, WindowOptions } from '../../src/live/index.ts';
import { compileRules } from '../../src/sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { toEnd } from '../../src/windows/index.ts';
import { root } from '../house/tree.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter, NOW_MS, Stream, told } from './streams.ts';

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 24 * 60 * MINUTE_MS;

/** All that a judgement says, with the places of its evidence, and the counts that tell how it was made. */
function whole(judgement: WindowJudgement): unknown {
  const { findings, subscriptions, incidents, gaps, rows, folded, conflicts, evicted, ruleHits } = judgement;
  return {
    told: told(judgement),
    placed: { findings, subscriptions, incidents, gaps },
    counts: { rows, folded, conflicts, evicted, ruleHits: [...ruleHits] },
  };
}

/** One window that takes rows ahead, and one that never does: the plain way. */
class Both {
  readonly fast: Stream;
  readonly plain: Stream;
  /** Rows that judgements found taken. */
  ahead = 0;
  /** Those that told something. */
  glances = 0;
  #watermarkMs = Number.NEGATIVE_INFINITY;

  constructor(options: WindowOptions = {}) {
    this.fast = new Stream({ spanMs: YEAR_MS, ...options });
    this.plain = new Stream({ spanMs: YEAR_MS, ...options });
  }

  send(lines: readonly string[], file: string, arriveMs: number): void {
    for (const stream of [this.fast, this.plain]) stream.send(lines, { file }, arriveMs);
  }

  get watermarkMs(): number {
    return this.#watermarkMs;
  }

  /** Moves the watermark to where it is when every source has been silent since, and lets go of what is too old by then. */
  watermark(ms: number): void {
    for (const { window } of [this.fast, this.plain]) {
      this.#watermarkMs = window.watermark(ms + 2 * MINUTE_MS).ms;
      window.forget();
    }
  }

  prepare(times: number, rows: number, context: JudgeContext = {}): void {
    for (let n = 0; n < times && this.fast.window.prepare(context, rows); n++);
  }

  /** The window that takes ahead also judges in pieces, takes more between them, and is glanced at: it says the same. */
  judge(context: JudgeContext = {}, meanwhile: readonly string[] = []): WindowJudgement {
    const plain = this.plain.window.judge(context);
    const pieces = this.fast.window.judging(context, 50);
    const begun = pieces.next();
    if (meanwhile.length > 0) this.send(meanwhile, 'sender-c', NOW_MS);
    if (this.fast.window.glance(context, () => () => true) !== undefined) this.glances++;
    const fast = begun.done === true ? begun.value : toEnd(pieces);
    // What there is no room for goes behind a judgement; the other window let go of it when it came.
    for (const { window } of [this.fast, this.plain]) window.forget();
    assert.equal(plain.ahead, 0);
    assert.deepEqual(whole(fast), whole(plain));
    this.ahead += fast.ahead;
    return fast;
  }
}

interface Timed {
  readonly line: string;
  readonly ms: number;
}

/** Event time of a line: of Sysmon its own, which stands some seconds before the others (SETTLED A10). */
function eventMs(line: string): number {
  const document = JSON.parse(line) as { '@timestamp': string; winlog: { event_data?: { UtcTime?: string } } };
  const utc = document.winlog.event_data?.UtcTime;
  return Date.parse(utc === undefined ? document['@timestamp'] : `${utc.replace(' ', 'T')}Z`);
}

/** Lines of an enterprise in order of time. */
function timedLines(names: readonly string[], seed: number, acts: number): readonly Timed[] {
  const lines = linesOf(campaign(names, { acts, seed, hosts: 40 }).events);
  return lines.map((line) => ({ line, ms: eventMs(line) })).sort((a, b) => a.ms - b.ms);
}

const COUNTED = `title: Sign-in
name: signIn
logsource: {service: security, product: windows}
detection:
  selection: {EventID: 4624}
  condition: selection
level: low
---
title: Any record
logsource: {product: windows}
detection:
  selection: {EventID|gte: 1}
  condition: selection
level: informational
---
title: Many sign-ins
correlation:
  type: event_count
  rules: [signIn]
  group-by: [TargetUserName]
  timespan: 10m
  condition: {gte: 3}
level: medium
---
title: One sign-in
correlation:
  type: event_count
  rules: [signIn]
  group-by: [TargetUserName]
  timespan: 5m
  condition: {lte: 1}
level: low
`;

/** A rule that every record meets, so that its hits tell what the engine took; sign-ins on all hosts together, many and few, of which the close of a span tells. */
function matcher(): EventMatcher {
  const { rules, problems } = compileRules([{ text: COUNTED, file: 'many.yml' }], { taxonomy: LOG_SOURCES });
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  return new EventMatcher(rules);
}

const NAMES = Object.keys(ATTACKS);

test('L8 what is taken ahead changes no judgement: with late rows, copies, other names of a host, floods and hosts that leave', () => {
  let [ahead, lost, glances] = [0, 0, 0];
  const rules = matcher();
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.constantFrom(0, 1, 5, 600),
      fc.constantFrom<WindowOptions>({}, {}, { bytes: 100_000 }, { spanMs: 120 * MINUTE_MS }),
      fc.infiniteStream(fc.nat()),
      (names, seed, jitterMinutes, options, stream) => {
        const random = (below: number): number => (stream.next().value ?? 0) % below;
        const lines = timedLines(names, seed, 60);
        const startMs = lines[0]?.ms ?? 0;
        const sent = lines
          .flatMap((one) => (random(8) === 0 ? [one, { line: otherName(one.line), ms: one.ms }] : [one]))
          .map((one) => ({ ...one, at: one.ms + random(1 + jitterMinutes * MINUTE_MS) }))
          .sort((a, b) => a.at - b.at);
        const both = new Both(options);
        // Else a first record of a machine makes nearly every head start useless.
        if (random(4) !== 0) both.send(ofEachName(lines), 'sender-a', startMs);
        for (let at = 0; at < sent.length; ) {
          const size = 1 + random(80);
          const batch = sent.slice(at, at + size);
          both.send(
            batch.map(({ line }) => line),
            random(4) === 0 ? 'sender-b' : 'sender-a',
            startMs,
          );
          both.watermark(Math.max(startMs + 6 * MINUTE_MS, batch[0]?.ms ?? 0));
          both.prepare(random(6), 1 + random(60), { rules });
          at += size;
          if (random(6) !== 0) continue;
          const meanwhile = sent.slice(at, at + random(3) * 20);
          both.judge(
            { rules, watermarkMs: both.watermarkMs },
            meanwhile.map(({ line }) => line),
          );
          at += meanwhile.length;
        }
        both.prepare(random(200), 20, { rules });
        both.judge({ rules, watermarkMs: both.watermarkMs });
        both.prepare(random(200), 20, { rules, watermarkMs: both.watermarkMs });
        both.judge({ rules });
        ahead += both.ahead;
        glances += both.glances;
        lost += Object.values(both.plain.window.counts.lost).length;
      },
    ),
    { numRuns: 12 },
  );
  assert.ok(ahead > 1000 && lost > 0, `${ahead} rows were ahead; windows lost rows for ${lost} reasons`);
  assert.ok(glances > 10, `${glances} glances told something`);
});

/** A record of each machine by each of its names. */
function ofEachName(lines: readonly Timed[]): readonly string[] {
  const computerOf = (line: string): string => /"computer_name":"([^"]+)"/.exec(line)?.[1] ?? '';
  const first = new Map(lines.map(({ line }) => [computerOf(line), line]));
  return [...first.values()].flatMap((line) => [line, otherName(line)]);
}

/** The same record by the short name of its computer, as another shipper calls it. */
function otherName(line: string): string {
  return line.replaceAll(/("(?:computer_name|name)":"[^".]+)\.corp\.example\.com"/g, '$1"');
}

const CORPUS = join(root, '..', 'shared', 'corpus', 'dev', 'json', 'slices');

for (const name of ['empire_wmi_create', 'covenant_remote_subscription', 'empire_wmic_add_user']) {
  const path = join(CORPUS, `${name}.jsonl.gz`);
  test(`L8 the capture ${name}, taken ahead up to several times`, {
    skip: existsSync(path) ? false : 'the corpus is not here',
  }, () => {
    const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
    const filled = (): Both => {
      const both = new Both({ spanMs: 100 * YEAR_MS });
      both.send(lines, 'a', 0);
      return both;
    };
    const times = filled()
      .judge()
      .records.map(({ event }) => event.timeMs)
      .sort((a, b) => a - b);
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    for (const ms of [first, (first + last) / 2, last, last + MINUTE_MS, last + YEAR_MS]) {
      const both = filled();
      both.watermark(ms + MINUTE_MS);
      both.prepare(10_000, 50);
      const { ahead, rows } = both.judge();
      assert.ok(ms < last + YEAR_MS || ahead === rows);
    }
  });
}

test('records without a record id, taken ahead, fold as they do without', () => {
  const { events } = campaign(['a pivot from A over B to C'], { acts: 30, hosts: 40 });
  const both = new Both();
  const writer = lineWriter('S6', /flat TimeCreated with SourceName/);
  for (const line of linesOf(events, writer)) both.send([line], 'a', 0);
  for (const line of linesOf(events, writer)) both.send([line], 'b', 0);
  both.watermark(Date.UTC(2026, 5, 1));
  both.prepare(10_000, 7);
  const { ahead, rows } = both.judge();
  assert.equal(ahead, rows);
});

test('a row that comes up to a minute behind what was taken makes it useless, and one that comes later does not', () => {
  const lines = timedLines(['a triad that fires and is removed'], 3, 60);
  // A record of WMI by Sysmon: it is kept whatever it says, and has a time of its own.
  const middle = lines.findIndex(({ line }, at) => at >= lines.length >> 1 && line.includes('"event_id":"20"'));
  const late = lines[middle] ?? { line: '', ms: 0 };
  for (const [afterMs, isUseless] of [
    [0, true],
    [MINUTE_MS - 1, true],
    [MINUTE_MS, false],
  ] as const) {
    const both = new Both();
    both.send(
      lines.filter((_, at) => at !== middle).map(({ line }) => line),
      'a',
      0,
    );
    // What is a minute and more before the watermark is taken.
    both.watermark(late.ms - afterMs + MINUTE_MS);
    both.prepare(10_000, 5);
    both.send([late.line], 'a', 0);
    assert.equal(both.judge().ahead === 0, isUseless, `${afterMs}`);
  }
});

test('what was taken for other rules, for other hosts or before rows were let go of is not used', () => {
  const lines = timedLines(['a triad that fires and is removed'], 3, 40).map(({ line }) => line);
  const endMs = Date.UTC(2026, 2, 13);
  const begun = (context: JudgeContext = {}): Both => {
    const both = new Both();
    both.send(lines, 'a', 0);
    both.watermark(endMs);
    both.prepare(10_000, 100, context);
    return both;
  };
  const rules = matcher();
  assert.ok(begun().judge().ahead > 0);
  assert.ok(begun({ rules }).judge({ rules }).ahead > 0);
  assert.equal(begun().judge({ rules }).ahead, 0);
  assert.ok(begun({ rules, watermarkMs: endMs }).judge({ rules, watermarkMs: endMs + 1 }).ahead > 0);
  assert.equal(begun({ rules, watermarkMs: endMs + 1 }).judge({ rules, watermarkMs: endMs }).ahead, 0);
  assert.equal(begun({ rules: matcher() }).judge({ rules }).ahead, 0);
  const renamed = begun();
  renamed.send(
    [(lines[0] ?? '').replaceAll('2026-03-12', '2026-03-14').replaceAll(/\b(?:WS|SRV|DC)-\d+/g, 'NEW-01')],
    'a',
    0,
  );
  assert.equal(renamed.judge().ahead, 0);
  const between = begun();
  const newer = (lines[0] ?? '').replaceAll('2026-03-12', '2026-03-14');
  between.send([newer], 'a', 0);
  assert.ok(between.judge().ahead > 0);
  const renumbered = begun();
  renumbered.send([newer], 'A', 0);
  assert.equal(renumbered.judge().ahead, 0);
  const emptied = begun();
  emptied.watermark(endMs + 2 * YEAR_MS);
  assert.equal(emptied.judge().ahead, 0);
});

test('B8 local times whose zone is told when their rows were taken are corrected all the same', () => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 0 });
  const inUtc = linesOf(events);
  const firstMs = Math.min(...inUtc.map((line) => Date.parse(JSON.parse(line)['@timestamp'])));
  const writer = lineWriter('S6', /NXLog with parsed UserData/);
  const lines = linesOf(events, writer).map((line) => line.replaceAll(/"EventReceivedTime":"[^"]*",?/g, ''));
  // Sysmon tells UTC beside the local time.
  const [telling, untold] = [true, false].map((isTold) =>
    lines.filter((line) => line.includes('"UtcTime"') === isTold),
  );
  const both = new Both();
  // They make no watermark, and every machine is known before.
  both.send(inUtc, 'b', 0);
  both.send(untold ?? [], 'a', 0);
  // The zone is four hours west of UTC: so far all seem to be of the morning.
  both.watermark(firstMs - 120 * MINUTE_MS);
  both.prepare(10_000, 50);
  assert.ok(both.judge().ahead > 0);
  both.prepare(10_000, 50);
  both.send(telling ?? [], 'a', 0);
  assert.equal(both.judge().ahead, 0);
});

test('nothing is taken ahead before there is a watermark, nor from one without rows', () => {
  const both = new Both();
  assert.equal(both.fast.window.prepare(), false);
  both.watermark(Date.UTC(2026, 2, 13));
  assert.equal(both.fast.window.prepare(), false);
  both.judge();
});
