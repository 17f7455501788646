import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowJudgement } from '../../src/live/index.ts';
import { type RecordLine, recordLine } from '../../src/report/index.ts';
import { levelRank, type Source } from '../../src/windows/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS, Stream, told } from './streams.ts';

const LINES = linesOf(
  campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 0 }).events,
);
const KEY: Source = { file: 'sender:collector', trust: 'authenticated' };
const SYSLOG: Source = { file: 'sender:syslog:10.0.0.9', trust: 'unauthenticated' };
const OTHER: Source = { file: 'sender:ws-99', trust: 'unauthenticated', hostNotBound: true };
const PROVEN = new Stream().send(LINES, KEY).window.judge();

interface Capped {
  readonly level: string;
  readonly score: number;
  readonly terms: readonly { readonly code: string; readonly points: number }[];
}

function sumsOf({ incidents, findings, subscriptions }: WindowJudgement): ReadonlyMap<string, Capped> {
  const ofDossiers = subscriptions.map(({ id, verdict }): [string, Capped] => [id, verdict]);
  return new Map([...[...incidents, ...findings].map((one): [string, Capped] => [one.id, one]), ...ofDossiers]);
}

for (const [source, code] of [
  [SYSLOG, 'UNPROVEN'],
  [OTHER, 'NOT_BOUND'],
] as const) {
  test(`L18 incidents, findings and dossiers that rest on nothing else are at most medium: ${code} says so`, () => {
    const judgement = new Stream().send(LINES, source).window.judge();
    const before = sumsOf(PROVEN);
    const after = sumsOf(judgement);
    assert.ok([...before.values()].some(({ score }) => score > 59));
    for (const [id, { level, score, terms }] of after) {
      assert.ok(levelRank(level as 'medium') <= levelRank('medium'), `${id} ${level}`);
      assert.ok(score <= 59);
      const sum = terms.reduce((total, { points }) => total + points, 0);
      if (terms.at(-1)?.code === code) assert.ok(Math.abs(sum - 59) <= 0.5);
      const known = before.get(id);
      if (known !== undefined && known.score > 59) assert.equal(terms.at(-1)?.code, code);
      if (known !== undefined && known.score <= 59 && terms.every(({ code: other }) => other !== code)) {
        assert.equal(score, known.score);
      }
    }
    for (const { levels } of judgement.incidents) {
      assert.ok(Object.values(levels).every((level) => levelRank(level) <= levelRank('medium')));
    }
    for (const kind of ['findings', 'subscriptions'] as const) {
      assert.deepEqual(judgement[kind].map(({ id }) => id).toSorted(), PROVEN[kind].map(({ id }) => id).toSorted());
    }
  });
}

test('L18 a copy that came by a key lifts the cap, whichever of the two came first', () => {
  for (const sources of [
    [SYSLOG, KEY],
    [KEY, SYSLOG],
    [OTHER, KEY],
    [KEY, OTHER],
  ] as const) {
    const stream = new Stream();
    for (const source of sources) stream.send(LINES, source);
    assert.deepEqual(told(stream.window.judge()), told(PROVEN));
  }
});

test('L18 a link whose witness is said by a sender that is not bound to the host adds no confidence, and is told', () => {
  const { incidents } = new Stream().send(LINES, OTHER).window.judge();
  const links = incidents.flatMap((incident) => incident.links);
  assert.ok(links.some(({ joins }) => joins.length > 0));
  for (const { confidence, inferred, joins } of links) {
    assert.ok(confidence <= 0.15 && inferred);
    for (const { w, text } of joins) {
      assert.equal(w, 0);
      assert.match(text, /not counted: said by a sender that is not bound to the host$/);
    }
  }
  const sure = PROVEN.incidents.flatMap((incident) => incident.links.map(({ confidence }) => confidence));
  assert.ok(Math.max(...sure) > 0.9);
});

test('L18 what a bound sender says of two hosts is marked for one of them, event by event', () => {
  const stream = new Stream();
  const hosts = new Set(PROVEN.records.map(({ event }) => event.computer.toLowerCase()));
  const [foreign] = [...hosts];
  assert.ok(foreign !== undefined && hosts.size > 1);
  const own: Source = { file: 'sender:srv', trust: 'authenticated' };
  const apart = {
    source: { ...own, trust: 'unauthenticated', hostNotBound: true },
    computers: new Set([foreign]),
  } as const;
  stream.window.acceptText(own, stream.decode(LINES, own), NOW_MS, apart);
  const judgement = stream.window.judge();
  assert.ok(judgement.records.length > 0);
  for (const { event, id, host } of judgement.records) {
    const { trust, hostNotBound, sources }: RecordLine = recordLine(event, id, host);
    const isForeign: boolean = event.computer.toLowerCase() === foreign;
    assert.deepEqual([trust, hostNotBound], isForeign ? ['unauthenticated', true] : ['authenticated', undefined]);
    assert.deepEqual(sources[0]?.hostNotBound, hostNotBound);
  }
  const places = judgement.records.map(({ event }) => `${event.place.source.file} ${event.place.offset}`);
  assert.equal(new Set(places).size, places.length);
  const evidence = judgement.findings.flatMap((finding) => finding.evidence);
  assert.ok(evidence.some(({ hostNotBound }) => hostNotBound === true));
  assert.ok(evidence.some(({ trust, hostNotBound }) => trust === 'authenticated' && hostNotBound === undefined));
});
