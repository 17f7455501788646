import type { JSX } from 'preact';
import { LevelMark } from '../kit/parts.tsx';
import { go, place, urlOf, withQuery } from '../kit/router.ts';
import { stampOf } from '../kit/time.ts';
import { upper, visibleText } from '../kit/words.ts';
import { type Column, ListPage, type Paged, Table } from './list.tsx';
import { type Precision, PrecisionWords } from './precision.tsx';
import { Proposals } from './proposals.tsx';
import { RuleTest } from './rule-test.tsx';
import { Pins, Suppressions } from './tuning.tsx';

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
  readonly hits: Hits;
  readonly precision?: Precision;
}

/** Findings whose evidence is not older than so many days; and all that is kept. */
interface Hits {
  readonly findings: number;
  readonly hosts: number;
  readonly last?: string;
  readonly in1d: number;
  readonly in7d: number;
  readonly in30d: number;
}

interface RulePage extends Paged<RuleRow> {
  readonly analytics: readonly (Hits & {
    readonly analytic: string;
    readonly title?: string;
    readonly precision?: Precision;
  })[];
}

const VIEWS = ['rules', 'analytics', 'pins', 'proposals', 'suppressions', 'test'] as const;

/** Rules with their hits, and what lowers or mutes: pins and suppressions with their ends. */
export function RulesPage({ id }: { readonly id: string | undefined }): JSX.Element {
  const asked = place.value.query.get('view');
  const view = VIEWS.find((one) => one === asked) ?? 'rules';
  return (
    <ListPage<RuleRow>
      title="Rules"
      isNamed={view === 'rules' && id === undefined}
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
          ) : view === 'proposals' ? (
            <Proposals />
          ) : view === 'suppressions' ? (
            <Suppressions />
          ) : view === 'test' ? (
            <RuleTest />
          ) : null}
        </>
      )}
      foot={(page) =>
        view === 'rules' && id !== undefined && rulesOf(page, id).length > 0 ? <RuleTest key={id} rule={id} /> : null
      }
      empty={
        view !== 'rules' ? null : id !== undefined ? (
          <p>No rule {visibleText(id)} is among those that are loaded.</p>
        ) : (
          <p>No rule is loaded. Rules of your own are named by detection.rules in triad.yaml.</p>
        )
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
        { name: 'Kind', cell: ({ kind }) => kind },
        ...hitColumns<RuleRow>(({ hits }) => hits),
        precisionColumn<RuleRow>(),
      ]}
    />
  );
}

/** How often something hit, by the time of its evidence. */
function hitColumns<T>(of: (row: T) => Hits): readonly Column<T>[] {
  return [
    { name: 'Hits in 1 day', cell: (row) => of(row).in1d, kind: 'num' },
    { name: '7 days', cell: (row) => of(row).in7d, kind: 'num' },
    { name: '30 days', cell: (row) => of(row).in30d, kind: 'num' },
    { name: 'All kept', cell: (row) => of(row).findings, kind: 'num' },
    { name: 'Hosts', cell: (row) => of(row).hosts, kind: 'num' },
    { name: 'Last hit', cell: (row) => stampOf(of(row).last), kind: 'num' },
  ];
}

/** How people decided the incidents that it is part of. */
function precisionColumn<T extends { readonly precision?: Precision }>(): Column<T> {
  return { name: 'Precision', cell: ({ precision }) => <PrecisionWords of={precision} />, kind: 'num' };
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
        { name: 'Analytic', cell: ({ analytic, title = '' }) => visibleText(`${analytic} ${title}`) },
        ...hitColumns<RulePage['analytics'][number]>((row) => row),
        precisionColumn<RulePage['analytics'][number]>(),
      ]}
    />
  );
}
