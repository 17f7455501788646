import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowJudgement } from '../../src/live/index.ts';
import type { Source } from '../../src/windows/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, Stream } from './streams.ts';

const KEY: Source = { file: 'sender:collector', trust: 'authenticated' };
const FORGED: readonly Source[] = [
  { file: 'sender:a', trust: 'unauthenticated' },
  { file: 'sender:zz', trust: 'unauthenticated', hostNotBound: true },
];
const LINES = linesOf(
  campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 0 }).events,
);
const PROVEN = new Stream().send(LINES, KEY).window.judge();

function scoresOf({ incidents, findings, subscriptions }: WindowJudgement): ReadonlyMap<string, number> {
  const ofDossiers = subscriptions.map(({ id, verdict }): [string, number] => [id, verdict.score]);
  return new Map([...[...incidents, ...findings].map(({ id, score }): [string, number] => [id, score]), ...ofDossiers]);
}

test('L6 L18 other content under the same record ids lowers nothing and raises nothing beyond medium, whichever came first; it is T14', () => {
  const forged = LINES.map((line) => line.replaceAll('carol', 'mallory').replaceAll('cmd.exe', 'calc.exe'));
  assert.ok(forged.some((line, at) => line !== LINES[at]));
  const before = scoresOf(PROVEN);
  for (const source of FORGED) {
    const told = [false, true].map((isForgedFirst) => {
      const stream = new Stream();
      if (isForgedFirst) stream.send(forged, source).send(LINES, KEY);
      else stream.send(LINES, KEY).send(forged, source);
      const judgement = stream.window.judge();
      assert.ok(judgement.conflicts > 0);
      assert.ok(judgement.findings.some(({ analytic, scope }) => analytic === 'T14' && scope === 'tamper'));
      const after = new Map(scoresOf(judgement));
      for (const { id, aliases, score } of judgement.incidents)
        for (const alias of [id, ...aliases]) after.set(alias, score);
      for (const [id, score] of before) {
        assert.ok((after.get(id) ?? 0) >= score, `${id} is ${after.get(id)} and was ${score}`);
      }
      for (const { id, score } of judgement.findings) if (!before.has(id)) assert.ok(score <= 59, `${id} ${score}`);
      // What is shown of a record that both tell is the proven telling.
      const ofKey = new Map(PROVEN.records.map(({ id, event }) => [id, event]));
      for (const { id, event } of judgement.records) {
        if (ofKey.has(id)) assert.equal(event.place.source.file, KEY.file);
      }
      return [...after].toSorted(([a], [b]) => (a < b ? -1 : 1));
    });
    assert.deepEqual(told[0], told[1]);
  }
});
