import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { RuleTestDocument } from '../../src/api/index.ts';
import { type Answer, ask, type Problem, whyOf } from '../kit/api.ts';
import { keepDraft, keptDraft } from '../kit/draft.ts';
import { NeedsRole } from '../kit/parts.tsx';
import { isAtLeast, person } from '../kit/session.ts';
import { stampOf } from '../kit/time.ts';
import { digits, plural, visibleText } from '../kit/words.ts';
import { Table } from './list.tsx';

const DAY_MS = 86_400_000;
const SPANS = ['1', '7', '30', 'all'] as const;
/** Events that are shown; the search has all of a host. */
const MOST_SHOWN = 100;
/** Hosts that are named; those with the most matches. */
const MOST_HOSTS = 10;
/** Of fewer events nobody can say what a rule costs. */
const FEW = 1000;
const DRAFT = 'rule-test';

/** Sums of the looks that a test took so far. */
interface Found extends Pick<RuleTestDocument, 'rules' | 'warnings' | 'tried' | 'unread' | 'matched' | 'matchMs'> {
  readonly hosts: ReadonlyMap<string, number>;
  readonly items: RuleTestDocument['items'];
  readonly looked: number;
  /** Not all of the span was looked at yet. */
  readonly isPart: boolean;
}

function added(sum: Found | undefined, look: RuleTestDocument): Found {
  const { rules, warnings, tried, unread, matched, matchMs, hosts, items, progress } = look;
  const all = new Map(sum?.hosts);
  for (const { host, hits } of hosts) all.set(host, (all.get(host) ?? 0) + hits);
  return {
    rules: rules.map((rule, at) => ({ ...rule, hits: rule.hits + (sum?.rules[at]?.hits ?? 0) })),
    ...{ warnings: [...new Set([...(sum?.warnings ?? []), ...warnings])], hosts: all },
    tried: tried + (sum?.tried ?? 0),
    unread: unread + (sum?.unread ?? 0),
    matched: matched + (sum?.matched ?? 0),
    matchMs: matchMs + (sum?.matchMs ?? 0),
    items: [...(sum?.items ?? []), ...items].slice(0, MOST_SHOWN),
    looked: progress.events + (sum?.looked ?? 0),
    isPart: look.next !== undefined,
  };
}

/** Tries a rule in use, or one that is written here, on what is stored (PRODUCT 9.3). */
export function RuleTest({ rule }: { readonly rule?: string }): JSX.Element {
  const [text, setText] = useState(() => keptDraft(DRAFT, person())?.fields['rule'] ?? '');
  const [span, setSpan] = useState<(typeof SPANS)[number]>('7');
  const [found, setFound] = useState<Found | undefined>(undefined);
  const [trouble, setTrouble] = useState<readonly string[]>([]);
  const [running, setRunning] = useState<AbortController | undefined>(undefined);
  useEffect(() => () => running?.abort(), [running]);
  if (!isAtLeast('engineer')) return <NeedsRole what="A test on stored data" needed="engineer" />;
  const start = async (): Promise<void> => {
    const abort = new AbortController();
    setRunning(abort);
    setFound(undefined);
    setTrouble([]);
    const from = span === 'all' ? {} : { from: new Date(Date.now() - Number(span) * DAY_MS).toISOString() };
    const of = rule === undefined ? { rule: text } : { key: rule };
    let sum: Found | undefined;
    let next: string | undefined = '';
    while (next !== undefined) {
      const body: object = { ...of, ...from, ...(next === '' ? {} : { after: next }) };
      const look: Answer<RuleTestDocument> = await ask<RuleTestDocument>('POST', '/v1/rules/test', {
        body,
        signal: abort.signal,
      });
      if (abort.signal.aborted) break;
      if (look.kind === 'problem') {
        setTrouble(troubleOf(look.problem));
        break;
      }
      sum = added(sum, look.value);
      setFound(sum);
      next = look.value.next;
    }
    setRunning((own) => (own === abort ? undefined : own));
  };
  return (
    <section>
      <h2>Test on stored data</h2>
      {rule !== undefined ? null : (
        <label>
          A rule of Sigma
          <textarea
            class="mono"
            rows={14}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget: { value } }) => {
              setText(value);
              keepDraft(DRAFT, { person: person(), key: DRAFT, fields: { rule: value } });
            }}
          />
        </label>
      )}
      <p class="row">
        <label>
          Events of{' '}
          <select
            value={span}
            onChange={({ currentTarget: { value } }) => setSpan(SPANS.find((one) => one === value) ?? '7')}
          >
            {SPANS.map((one) => (
              <option key={one} value={one}>
                {one === 'all' ? 'all that is stored' : `the last ${plural(Number(one), 'day')}`}
              </option>
            ))}
          </select>
        </label>
        {running === undefined ? (
          <button
            type="button"
            class="btn pri"
            disabled={rule === undefined && text.trim() === ''}
            onClick={() => void start()}
          >
            Test
          </button>
        ) : (
          <button type="button" class="btn" onClick={() => [running.abort(), setRunning(undefined)]}>
            Stop
          </button>
        )}
      </p>
      <div role="alert">
        {trouble.map((line) => (
          <p key={line} class="trouble">
            {visibleText(line)}
          </p>
        ))}
      </div>
      {found === undefined ? null : <Result of={found} />}
    </section>
  );
}

/** What is wrong with a rule, each at its place; else why the test was not done. */
function troubleOf(problem: Problem): readonly string[] {
  const errors = (problem.more['errors'] ?? []) as readonly { readonly detail: string }[];
  return errors.length === 0 ? [whyOf(problem)] : errors.map((error) => error.detail);
}

function Result({ of }: { readonly of: Found }): JSX.Element {
  const { rules, warnings, tried, unread, matched, matchMs, hosts, items, looked, isPart } = of;
  const cost =
    tried < FEW ? '' : ` The matching takes ${((matchMs / tried) * 100_000).toFixed(1)} ms for 100,000 events.`;
  const notes = [...(unread === 0 ? [] : [`${plural(unread, 'event')} could not be read.`]), ...warnings];
  return (
    <>
      <p role="status">
        {isPart ? 'So far ' : ''}
        {digits(matched)} of {plural(tried, 'event')} matched, on {hostWords(hosts)}; looked through {digits(looked)}.
        {cost}
      </p>
      {notes.map((note) => (
        <p key={note} class="note">
          {visibleText(note)}
        </p>
      ))}
      {rules.length === 1 ? null : (
        <p class="note">{rules.map(({ title, hits }) => `${visibleText(title)}: ${hits}`).join('; ')}</p>
      )}
      {matched === 0 ? null : (
        <Table
          title="The newest matches"
          rows={items}
          keyOf={({ id, rule }) => `${id} ${rule}`}
          columns={[
            { name: 'Time', cell: (item) => <a href={searchFor(item)}>{stampOf(item.time)}</a>, kind: 'num' },
            { name: 'Host', cell: ({ host }) => visibleText(host) },
            { name: 'Channel', cell: ({ channel }) => visibleText(channel) },
            { name: 'Event', cell: ({ eventId }) => eventId ?? '–', kind: 'num' },
          ]}
        />
      )}
    </>
  );
}

/** "3 hosts: DC-01 (40), SRV-02 (2), WS-07 (1)". */
function hostWords(hosts: Found['hosts']): string {
  const most = [...hosts].toSorted(([, a], [, b]) => b - a).slice(0, MOST_HOSTS);
  const named = most.map(([host, hits]) => `${visibleText(host)} (${digits(hits)})`).join(', ');
  const more = hosts.size > MOST_HOSTS ? ' and others' : '';
  return `${plural(hosts.size, 'host')}${named === '' ? '' : `: ${named}${more}`}`;
}

/** The search that finds an event. */
function searchFor({ id, host, channel, recordId, time }: Found['items'][number]): string {
  const named = { host, channel, ...(recordId === undefined ? {} : { record: recordId }) };
  const query = new URLSearchParams(Object.entries(named).filter(([, value]) => value !== ''));
  if (recordId === undefined && time !== undefined) query.set('from', time);
  query.set('open', id);
  return `/search?${query}`;
}
