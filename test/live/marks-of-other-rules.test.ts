import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matcherOf, type RuleSet } from '../../src/intake/index.ts';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { MISS_MARKS, Window } from '../../src/live/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS } from './streams.ts';

function signIns(eventId: number): RuleSet {
  const text = `title: Of ${eventId}\nlogsource: {product: windows, service: security}\ndetection:\n  selection: {EventID: ${eventId}}\n  condition: selection\nlevel: low\n`;
  return {
    groups: [{ kind: 'texts', sources: [{ text, file: 'own.yml' }], licenses: new Map() }],
    selection: {},
  };
}

test('rules that come before the first look are asked of what came with the marks of others', () => {
  const lines = Buffer.from(linesOf(campaign([], { acts: 20 }).events).join('\n'));
  const [before, after] = [signIns(1102), signIns(4624)];
  const window = new Window({ rulesNumber: 1 });
  const misses = { marks: [MISS_MARKS.rules], rulesNumber: 1 };
  const answer = new TextBlockReader({ runStartMs: NOW_MS, rules: [before], misses }).read(
    { file: 'a' },
    0,
    lines,
    true,
  );
  window.acceptText({ file: 'a' }, { answer, packer: 0 }, NOW_MS);
  window.marksOf(2);
  const { ruleHits } = window.judge({ rules: matcherOf(after).matcher });
  const hits = [...ruleHits.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(hits > 0, `${hits} hits of ${window.counts.rows} rows`);
});
