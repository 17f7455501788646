import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules, plainRouteMatcher } from '../../src/sigma/index.ts';
import { type EventHit, EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { WITHOUT_CORPUS } from '../evtx/corpus.ts';
import { corpusRules } from './corpus.ts';
import { creationKey, eachJsonEvent, eachLoggedEvent, eachRecord, isProcessCreation } from './corpus-events.ts';
import { ruleMembers, WITHOUT_SIGMAHQ } from './sigmahq.ts';

function saidOf(hits: readonly EventHit[]): readonly string[] {
  return hits.map(({ rule, route, conditions }) => `${rule.metadata.id} on ${route.id} ${conditions.join(',')}`).sort();
}

/** Of each channel and number so many, since the plain way takes half a millisecond an event. */
const OF_EACH_KIND = 2;

test('the index finds on real events what trying every rule finds', {
  skip: WITHOUT_SIGMAHQ || WITHOUT_CORPUS,
}, (t) => {
  const { rules } = compileRules(corpusRules(), { taxonomy: LOG_SOURCES });
  const indexed = new EventMatcher(rules);
  const plain = new EventMatcher(rules, { routeMatcher: plainRouteMatcher });
  let events = 0;
  let hits = 0;
  const compare = (event: Event): void => {
    const expected = saidOf(plain.match(event));
    events++;
    hits += expected.length;
    assert.deepEqual(saidOf(indexed.match(event)), expected, JSON.stringify(event.entries()).slice(0, 4000));
  };
  for (const [path, bytes] of ruleMembers('all_regression_cases.zip')) {
    if (path.endsWith('.evtx')) eachRecord(bytes, path, compare);
  }
  const seen = new Set<string>();
  const kinds = new Map<string, number>();
  const pick = (event: Event): void => {
    const kind = `${event.channel} ${event.eventId}`;
    const key = isProcessCreation(event) ? creationKey(event) : `${kind} ${kinds.get(kind) ?? 0}`;
    if (seen.has(key)) return;
    if (!isProcessCreation(event)) {
      const count = (kinds.get(kind) ?? 0) + 1;
      kinds.set(kind, count);
      if (count > OF_EACH_KIND) return;
    }
    seen.add(key);
    compare(event);
  };
  eachLoggedEvent(pick);
  eachJsonEvent(1_500_000, pick);
  t.diagnostic(`${events} events, ${hits} hits of ${rules.rules.length} rules`);
  assert.ok(events > 2000 && hits > 700);
});
