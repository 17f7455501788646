import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PinDocument, SuppressionDocument } from '../../src/api/index.ts';
import { actionKey, ask } from '../kit/api.ts';
import { LevelMark } from '../kit/parts.tsx';
import { go, place, urlOf, withQuery } from '../kit/router.ts';
import { isAtLeast } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { stampOf } from '../kit/time.ts';
import { plural, upper, visibleText } from '../kit/words.ts';
import { ListPage, type Paged, Table, useLive } from './list.tsx';

interface RuleRow {
  readonly key: string;
  readonly title: string;
  readonly origin: 'user' | 'pack';
  readonly kind: string;
  readonly state: 'loaded' | 'idle' | 'off';
  readonly level: string;
  readonly author?: string;
  readonly file: string;
  readonly tags: readonly string[];
  readonly hits: { readonly findings: number; readonly hosts: number; readonly last?: string };
}

interface RulePage extends Paged<RuleRow> {
  readonly analytics: readonly {
    readonly analytic: string;
    readonly findings: number;
    readonly hosts: number;
    readonly last?: string;
  }[];
}

const VIEWS = ['rules', 'analytics', 'pins', 'suppressions'] as const;

/** Rules with their hits, and what lowers or mutes: pins and suppressions with their ends. */
export function RulesPage({ id }: { readonly id: string | undefined }): JSX.Element {
  const asked = place.value.query.get('view');
  const view = VIEWS.find((one) => one === asked) ?? 'rules';
  return (
    <ListPage<RuleRow>
      title="Rules"
      path="/v1/rules?limit=1000"
      follows={[]}
      keyOf={({ key }) => key}
      rows={(page) => (view === 'rules' ? rulesOf(page, id) : [])}
      head={(page) => (
        <>
          <p class="filters">
            {VIEWS.map((one) => (
              <button
                key={one}
                type="button"
                class="chip"
                aria-pressed={view === one}
                onClick={() => go(withQuery({ view: one === 'rules' ? undefined : one }, '/rules'), 'replace')}
              >
                {upper(one)}
              </button>
            ))}
          </p>
          {id === undefined ? null : (
            <p>
              <a href="/rules">← All rules</a>
            </p>
          )}
          {view === 'analytics' ? (
            <Analytics page={page as RulePage} />
          ) : view === 'pins' ? (
            <Pins />
          ) : view === 'suppressions' ? (
            <Suppressions />
          ) : null}
        </>
      )}
      empty={
        view === 'rules' ? (
          <p>No rule is loaded. Rules of your own are named by detection.rules in triad.yaml.</p>
        ) : null
      }
      columns={[
        { name: 'Level', cell: ({ level }) => <LevelMark level={level} /> },
        {
          name: 'Rule',
          cell: ({ title, key, author }) => (
            <>
              <a href={urlOf('rules', key)}>{visibleText(title)}</a>
              <br />
              <span class="muted">{visibleText(author ?? '')}</span>
            </>
          ),
        },
        {
          name: 'From',
          cell: ({ origin, file }) => `${origin === 'pack' ? 'comes with Triad' : 'yours'}: ${visibleText(file)}`,
        },
        {
          name: 'State',
          cell: ({ state }) => (state === 'idle' ? 'idle: no log that is read has what it asks for' : state),
        },
        { name: 'Findings', cell: ({ hits }) => hits.findings, kind: 'num' },
        { name: 'Hosts', cell: ({ hits }) => hits.hosts, kind: 'num' },
        { name: 'Last', cell: ({ hits }) => stampOf(hits.last), kind: 'num' },
      ]}
    />
  );
}

function rulesOf(page: Paged<unknown>, id: string | undefined): readonly RuleRow[] {
  const rows = page.items as readonly RuleRow[];
  const own = id === undefined ? rows : rows.filter(({ key }) => key === id);
  return own.toSorted((a, b) => b.hits.findings - a.hits.findings || a.title.localeCompare(b.title));
}

function Analytics({ page }: { readonly page: RulePage }): JSX.Element {
  return (
    <Table
      title="Analytics"
      rows={page.analytics}
      keyOf={({ analytic }) => analytic}
      columns={[
        { name: 'Analytic', cell: ({ analytic }) => analytic },
        { name: 'Findings', cell: ({ findings }) => findings, kind: 'num' },
        { name: 'Hosts', cell: ({ hosts }) => hosts, kind: 'num' },
        { name: 'Last', cell: ({ last }) => stampOf(last), kind: 'num' },
      ]}
    />
  );
}

async function remove(
  path: string,
  entry: { refresh(): Promise<void> },
  done: string,
  seen: Readonly<Record<string, string>> = {},
): Promise<void> {
  const answer = await ask('POST', path, { headers: { 'idempotency-key': actionKey(), ...seen } });
  say(answer.kind === 'ok' ? done : `${answer.problem.title}. ${answer.problem.detail}`);
  await entry.refresh();
}

function Pins(): JSX.Element {
  const entry = useLive<Paged<PinDocument>>('/v1/pins', []);
  const pins = entry.known.value.value?.items ?? [];
  if (pins.length === 0)
    return (
      <p class="note">
        No pin. What your organisation accepts is pinned from an incident; its level falls and says so.
      </p>
    );
  return (
    <Table
      title="Pins"
      rows={pins}
      keyOf={({ id }) => id}
      columns={[
        { name: 'What', cell: ({ what, kind, print }) => visibleText(what ?? `${kind} ${print?.slice(0, 12) ?? ''}`) },
        { name: 'Hosts', cell: ({ hosts }) => visibleText(hosts.join(', ')) },
        { name: 'Why', cell: ({ reason, owner }) => visibleText(`${reason} (${owner})`) },
        {
          name: 'Lowers',
          cell: ({ lowers }) =>
            lowers === undefined
              ? ''
              : `${plural(lowers.subscriptions, 'subscription')}, ${plural(lowers.findings, 'finding')}`,
        },
        {
          name: 'Review by',
          cell: ({ review, isPastReview }) => `${review}${isPastReview ? ', past' : ''}`,
          kind: 'num',
        },
        { name: 'Place', cell: ({ place: at = '' }) => visibleText(at) },
        {
          name: '',
          // A pin is taken out as it was seen: with the review that stands beside it.
          cell: ({ id, review }) =>
            isAtLeast('engineer') ? (
              <Sure
                name="Remove"
                run={() =>
                  remove(`/v1/pins/${encodeURIComponent(id)}/remove`, entry, 'The pin is removed.', {
                    'if-match': `"${review}"`,
                  })
                }
              />
            ) : null,
        },
      ]}
    />
  );
}

function Suppressions(): JSX.Element {
  const entry = useLive<Paged<SuppressionDocument>>('/v1/suppressions', ['incident']);
  const rows = entry.known.value.value?.items ?? [];
  if (rows.length === 0)
    return (
      <p class="note">
        No suppression. An incident is suppressed from its page, with an end date; at its end it shows again.
      </p>
    );
  return (
    <Table
      title="Suppressions"
      rows={rows}
      keyOf={({ number }) => String(number)}
      columns={[
        { name: 'Number', cell: ({ number }) => number, kind: 'num' },
        {
          name: 'What',
          cell: ({ scope }) =>
            visibleText(
              Object.entries(scope)
                .map(([name, value]) => `${name} ${String(value).slice(0, 40)}`)
                .join(', ') || 'a content',
            ),
        },
        { name: 'Up to', cell: ({ level }) => level },
        { name: 'Why', cell: ({ reason, owner }) => visibleText(`${reason} (${owner})`) },
        { name: 'Hides now', cell: ({ hides }) => hides, kind: 'num' },
        { name: 'State', cell: ({ state }) => state },
        { name: 'Ends', cell: ({ ends }) => stampOf(ends), kind: 'num' },
        {
          name: '',
          cell: ({ number, state }) =>
            state === 'active' && isAtLeast('analyst') ? (
              <Sure
                name="End"
                run={() => remove(`/v1/suppressions/${number}/end`, entry, `Suppression ${number} is ended.`)}
              />
            ) : null,
        },
      ]}
    />
  );
}

/** A press that is asked once more. */
function Sure({ name, run }: { readonly name: string; readonly run: () => Promise<void> }): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  if (!isAsked)
    return (
      <button type="button" class="lnk" onClick={() => setAsked(true)}>
        {name}
      </button>
    );
  return (
    <>
      <button type="button" class="btn" onClick={() => void run().then(() => setAsked(false))}>
        {name}: sure?
      </button>{' '}
      <button type="button" class="lnk" onClick={() => setAsked(false)}>
        No
      </button>
    </>
  );
}
