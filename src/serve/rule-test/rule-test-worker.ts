/** Entry of the thread that tries rules on events of the archive: both are from people, and may be made to take long. */
import { parentPort } from 'node:worker_threads';
import { ruleKey } from '../../live/index.ts';
import { type TriedRules, triedOf, triedText } from '../../rules/index.ts';
import type { ShapedEvent } from '../../shapes/index.ts';
import { EventReaders } from '../event-readers.ts';
import type { TestAnswer, TestEntry, TestedRules, TestRequest, TestRule, TestWith } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('rule-test-worker is the entry of a thread');

type Ready = TriedRules & { readonly kind: 'ready' };
type EventMatcher = Ready['matcher'];

/** Compiled rules that are kept: each page of a test asks for the same. */
const MOST_KEPT = 4;

let current: TestWith = { round: 0, reading: undefined, mapping: {} };
let readers = new EventReaders(undefined);
const kept = new Map<string, TriedRules>();

port.on('message', (message: TestRequest | TestWith) => {
  if ('ticket' in message) port.postMessage(answerTo(message));
  else use(message);
});

function use(message: TestWith): void {
  current = message;
  readers = new EventReaders(message.reading);
  kept.clear();
}

function answerTo({ ticket, rules: asked, entries }: TestRequest): TestAnswer {
  const compiled = compiledOf(asked);
  if (compiled.kind === 'wrong') return { ticket, round: current.round, ...compiled };
  const { matcher, rules: tried, warnings } = compiled;
  const places = new Map(tried.map((rule, place) => [rule, place]));
  const events = entries.flatMap((entry, place) => {
    const event = eventOf(entry);
    return event === undefined ? [] : [{ place, event }];
  });
  const found = events.map(({ event }) => hitsOf(matcher, event));
  // Timed once more: the first time readies what the rules ask for.
  const startMs = performance.now();
  for (const { event } of events) matcher.match(event);
  const matchMs = performance.now() - startMs;
  const hits = found.flatMap((own, i) => {
    const matched = new Set(own.flatMap(({ rule }) => places.get(rule) ?? []));
    return [...matched].map((rule) => [events[i]?.place ?? 0, rule] as const);
  });
  const channels = [...matcher.channels].map(
    ([channel, ids]) => [channel, ids === 'all' ? ids : [...ids].filter(isEventId)] as const,
  );
  const { round } = current;
  const about = { rules: tried.map(told), warnings, channels };
  return { ticket, kind: 'tested', round, ...about, hits, read: events.length, matchMs };
}

/** What a 5861 says of its own making nobody knows here: it may have created its binding, or told of one that was there (L1). */
function hitsOf(matcher: EventMatcher, event: ShapedEvent): ReturnType<EventMatcher['match']> {
  const hits = matcher.match(event);
  return event.eventId === 5861 ? [...hits, ...matcher.match(event, 'Created')] : hits;
}

/** Rules may ask for numbers that no event has. */
function isEventId(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id <= 0xffff_ffff;
}

function told({ metadata }: Ready['rules'][number]): TestRule {
  return { key: ruleKey(metadata), title: metadata.title, level: metadata.level ?? 'medium' };
}

function compiledOf(asked: TestedRules): TriedRules {
  const name = asked.kind === 'text' ? `text ${asked.text}` : `key ${asked.key}`;
  const known = kept.get(name);
  const compiled =
    known ??
    (asked.kind === 'text'
      ? triedText(asked.text, current.mapping)
      : triedOf(current.handed ?? [], (metadata) => ruleKey(metadata) === asked.key));
  kept.delete(name);
  kept.set(name, compiled);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return compiled;
}

/** The event of an entry among those of its bytes. */
function eventOf({ source, sender, raw, event: wanted }: TestEntry): ShapedEvent | undefined {
  let seen = 0;
  let found: ShapedEvent | undefined;
  const sink = {
    onEvent: (event: ShapedEvent): void => {
      if (seen++ === wanted) found = event;
    },
  };
  const reader = readers.of(source, sender);
  reader.push(raw, sink);
  reader.end(sink);
  return found;
}

port.postMessage('ready');
