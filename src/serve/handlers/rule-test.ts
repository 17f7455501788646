import {
  type ApiRequest,
  type ApiResponse,
  type Handler,
  jsonAnswer,
  type RuleTestDocument,
  type RuleTestRequest,
  refused,
} from '../../api/index.ts';
import { formatTime, type Instant, isPrintableMs, parseTime } from '../../windows/index.ts';
import type { Archiver } from '../archiving/archiver.ts';
import type { RuleTester, Tested } from '../rule-test/rule-tester.ts';
import { archiveRefusal, eventIdText, notArchived } from './events.ts';

export interface RuleTestParts {
  /** Absent where events are not archived. */
  readonly archiver: Archiver | undefined;
  readonly tester: Pick<RuleTester, 'test'>;
}

/** Tests at once: they share one thread, and each looks for a second. */
const MOST_TESTS = 4;
/** Events that one look tells of, and hosts. */
const MOST_TOLD = 100;
const MOST_HOSTS = 10_000;

/** Rules on what is stored, before they are in use. */
export function ruleTestHandlers({ archiver, tester }: RuleTestParts): Readonly<Record<'testRule', Handler>> {
  let running = 0;
  return {
    testRule: async (request) => {
      if (archiver === undefined) return notArchived();
      if (running >= MOST_TESTS)
        return refused({ code: 'too_many_requests', detail: `${running} tests are running.`, retryAfterMs: 1000 });
      running++;
      try {
        return await tested(archiver, tester, request);
      } finally {
        running--;
      }
    },
  };
}

async function tested(
  { archive }: Archiver,
  tester: RuleTestParts['tester'],
  request: ApiRequest,
): Promise<ApiResponse> {
  const { rule, key, from, to, after } = request.json as RuleTestRequest;
  if ((rule === undefined) === (key === undefined))
    return refused({ code: 'invalid', errors: [{ pointer: '/rule', detail: 'A test has either rule or key.' }] });
  const span: { from?: Instant; to?: Instant } = {};
  for (const [name, text] of Object.entries({ from, to })) {
    if (text === undefined) continue;
    const time = parseTime(text);
    if (time === undefined)
      return refused({ code: 'invalid', errors: [{ pointer: `/${name}`, detail: 'It is a time, RFC 3339.' }] });
    span[name as 'from' | 'to'] = time;
  }
  const rules =
    rule === undefined ? ({ kind: 'key', key: key ?? '' } as const) : ({ kind: 'text', text: rule } as const);
  const outcome = await tester.test(archive, { rules, span, cursor: after, signal: request.signal });
  switch (outcome.kind) {
    case 'tested':
      return jsonAnswer(documentOf(outcome));
    case 'wrong': {
      const pointer = rule === undefined ? '/key' : '/rule';
      return refused({ code: 'invalid', errors: outcome.problems.map((detail) => ({ pointer, detail })) });
    }
    case 'archive':
      return archiveRefusal(outcome.refusal);
    case 'stopped':
      return refused({ code: 'stopping' });
  }
}

function documentOf(outcome: Tested): RuleTestDocument {
  const { rules, warnings, channels, hits, tried, unread, matchMs, progress, cursor } = outcome;
  const byRule = Map.groupBy(hits, ({ rule }) => rule);
  const matched = [...new Set(hits.map(({ entry }) => entry))];
  const hosts = [...Map.groupBy(matched, ({ host }) => host)].map(([host, own]) => ({ host, hits: own.length }));
  return {
    rules: rules.map((rule, place) => ({ ...rule, hits: byRule.get(place)?.length ?? 0 })),
    warnings: [...warnings, ...lossOf(progress)],
    asks: channels.map(([channel, eventIds]) => ({ channel, ...(eventIds === 'all' ? {} : { eventIds }) })),
    ...{ tried, matched: matched.length, unread, matchMs },
    hosts: hosts.toSorted((a, b) => b.hits - a.hits).slice(0, MOST_HOSTS),
    items: hits.slice(0, MOST_TOLD).map(({ entry, rule }) => {
      const { time, host, channel, eventId, recordId } = entry;
      return {
        id: eventIdText(entry),
        rule,
        ...(time !== null && isPrintableMs(time.ms) ? { time: formatTime(time.ms, time.ticks) } : {}),
        ...{ host, channel },
        ...(eventId === null ? {} : { eventId }),
        ...(recordId === '' ? {} : { recordId }),
      };
    }),
    progress,
    ...(cursor === null ? {} : { next: cursor }),
  };
}

/** What could not be looked at (L21). */
function lossOf({ damaged, gone }: Tested['progress']): readonly string[] {
  const lost = damaged + gone;
  return lost === 0 ? [] : ['A part of the archive did not verify, or went meanwhile: what it held was not tried.'];
}
