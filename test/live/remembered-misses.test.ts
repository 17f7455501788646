import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules } from '../../src/sigma/index.ts';
import { EventMatcher, type HitFinder, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS, Stream, told } from './streams.ts';

const signIns = (title: string): string => `title: ${title}
logsource: {service: security, product: windows}
detection:
  selection: {EventID: 4624}
  condition: selection
level: low
`;

/** Rules that count how often they are asked, and how many of the answers were hits. */
class Counted implements HitFinder {
  readonly #matcher: EventMatcher;
  readonly rules: HitFinder['rules'];
  asked = 0;
  hits = 0;

  constructor(text: string) {
    const { rules, problems } = compileRules([{ text, file: 'counted.yml' }], { taxonomy: LOG_SOURCES });
    assert.deepEqual(problems, []);
    this.#matcher = new EventMatcher(rules);
    this.rules = rules;
  }

  match(...of: Parameters<HitFinder['match']>): ReturnType<HitFinder['match']> {
    this.asked++;
    const hits = this.#matcher.match(...of);
    if (hits.length > 0) this.hits++;
    return hits;
  }
}

function filled(): Stream {
  const stream = new Stream({ spanMs: 365 * 86_400_000 });
  stream.send(
    linesOf(campaign(['wmiexec with its three legs'], { acts: 60, hosts: 8 }).events),
    { file: 'sent' },
    NOW_MS,
  );
  return stream;
}

test('a row that no rule hits is asked of once, whatever is judged, and the judgement stays the same', () => {
  const { window } = filled();
  const rules = new Counted(signIns('Sign-in'));
  const first = window.judge({ rules });
  const { asked, hits } = rules;
  assert.ok(hits > 0 && asked > hits * 2);
  const second = window.judge({ rules });
  assert.equal(rules.asked - asked, hits);
  assert.deepEqual(told(second), told(first));
  assert.deepEqual(second.ruleHits, first.ruleHits);
});

test('other rules are asked of every row, and what was known of the ones before is forgotten', () => {
  const { window } = filled();
  const [rules, others] = [new Counted(signIns('Sign-in')), new Counted(signIns('Another').replace('4624', '4688'))];
  window.judge({ rules });
  const { asked } = rules;
  const second = window.judge({ rules: others });
  assert.equal(others.asked, asked);
  assert.deepEqual(told(second), told(filled().window.judge({ rules: others })));
  rules.asked = 0;
  assert.deepEqual(told(window.judge({ rules })), told(filled().window.judge({ rules })));
  assert.ok(rules.asked > asked);
});
