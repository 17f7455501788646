import type { JSX } from 'preact';
import type { SubscriptionRowDocument } from '../../src/api/index.ts';
import { subscriptionCsv } from '../../src/report/index.ts';
import { ObjectValue } from '../kit/object-menu.tsx';
import { LevelMark } from '../kit/parts.tsx';
import { go, place, urlOf, withQuery } from '../kit/router.ts';
import { CSV_TYPE, csvName, save } from '../kit/save.ts';
import { say } from '../kit/status.ts';
import { stampOf } from '../kit/time.ts';
import { digits, hostName, plural, upper, visibleText } from '../kit/words.ts';
import { DossierPage } from './dossier.tsx';
import { ListPage, type Paged } from './list.tsx';

export function SubscriptionsPage({ id }: { readonly id: string | undefined }): JSX.Element {
  return id === undefined ? <List /> : <DossierPage id={id} />;
}

const STATES = ['', 'armed', 'disarmed', 'deleted', 'unknown'] as const;

interface Group {
  readonly first: SubscriptionRowDocument;
  /** Of the rows that were read: a filter may have left out others. */
  readonly hosts: readonly string[];
}

/** One row a fingerprint: the same on 41 hosts is one thing (PRODUCT 9.3). */
function grouped(rows: readonly SubscriptionRowDocument[]): readonly Group[] {
  const groups = Map.groupBy(rows, ({ fingerprint, id }) => fingerprint ?? id);
  return [...groups.values()].flatMap((own): Group[] => {
    const [first] = own;
    return first === undefined ? [] : [{ first, hosts: [...new Set(own.map(({ host }) => host))] }];
  });
}

function List(): JSX.Element {
  const state = place.value.query.get('state') ?? '';
  const path = `/v1/subscriptions?limit=1000${state === '' ? '' : `&state=${encodeURIComponent(state)}`}`;
  const isGrouped = place.value.query.get('group') !== 'none';
  return (
    <ListPage<Group>
      title="Subscriptions"
      isNamed
      narrowed={state === '' ? undefined : { words: `is ${state}`, query: 'state' }}
      path={path}
      follows={['subscription']}
      keyOf={({ first }) => first.id}
      head={(page) => (
        <p class="filters">
          {STATES.map((word) => (
            <button
              key={word}
              type="button"
              class="chip"
              aria-pressed={state === word}
              onClick={() => go(withQuery({ state: word === '' ? undefined : word }), 'replace')}
            >
              {word === '' ? 'All' : upper(word)}
            </button>
          ))}
          <button
            type="button"
            class="chip"
            aria-pressed={isGrouped}
            onClick={() => go(withQuery({ group: isGrouped ? 'none' : undefined }), 'replace')}
          >
            Group by content
          </button>
          <span class="muted">
            {' '}
            {page.next === undefined ? '' : 'the first '}
            {plural(rowsOf(page).length, 'subscription')}
          </span>{' '}
          {rowsOf(page).length === 0 ? null : (
            <button type="button" class="lnk" onClick={() => saveTable(page)}>
              CSV
            </button>
          )}
        </p>
      )}
      rows={(page) =>
        isGrouped ? grouped(rowsOf(page)) : rowsOf(page).map((first) => ({ first, hosts: [first.host] }))
      }
      empty={
        <>
          <p>
            <b>No subscription was seen.</b>
          </p>
          <p>Every filter, consumer and binding that a record tells of stands here: created, found stored, or fired.</p>
        </>
      }
      columns={[
        { name: 'Level', cell: ({ first }) => <LevelMark level={first.level} /> },
        {
          name: 'Subscription',
          cell: ({ first }) => (
            <>
              <a href={urlOf('subscriptions', first.id)}>{visibleText(first.consumer ?? first.filter ?? first.id)}</a>
              <br />
              <span class="muted">
                {visibleText(first.class ?? 'class not seen')}
                {first.isOrphan ? ', orphan' : ''}
                {first.isKnown ? ', known to be harmless' : ''}
              </span>
            </>
          ),
        },
        {
          name: 'Host',
          cell: (group) => <Hosts group={group} />,
        },
        { name: 'State', cell: ({ first }) => upper(first.state) },
        {
          name: 'Created by',
          cell: ({ first }) => {
            const account = first.origin.account ?? first.creator;
            return account === undefined ? 'not known' : <ObjectValue kind="account" value={account} />;
          },
        },
        {
          name: 'Seen in',
          cell: ({ first }) =>
            `${first.seenIn.join(', ')}${first.conflicts > 0 ? `; ${plural(first.conflicts, 'property', 'properties')} told differently` : ''}`,
        },
        {
          name: 'Payload',
          cell: ({ first: { payload } }) =>
            payload === undefined || payload === '' ? (
              ''
            ) : (
              <span class="clip">
                <ObjectValue kind="payload" value={payload} />
              </span>
            ),
          kind: 'mono',
        },
        { name: 'First seen', cell: ({ first }) => stampOf(first.firstSeen), kind: 'num' },
        { name: 'Last seen', cell: ({ first }) => stampOf(first.lastSeen), kind: 'num' },
      ]}
    />
  );
}

/** How many hosts have the content is the server's count, of all; the rows of a filtered list are fewer. */
function Hosts({ group: { first, hosts } }: { readonly group: Group }): JSX.Element {
  const all = first.hostsOfFingerprint;
  const same = all > 1 ? `the same on ${plural(all, 'host')}` : '';
  if (hosts.length === 1)
    return (
      <>
        <ObjectValue kind="host" value={first.host} shown={hostName(first.host)} />
        {same === '' ? null : (
          <>
            <br />
            <span class="muted">{same}</span>
          </>
        )}
      </>
    );
  return (
    <>
      {same}
      {all > hosts.length ? <span class="muted">, {digits(hosts.length)} of them in this list</span> : null}
    </>
  );
}

function rowsOf(page: Paged<unknown>): readonly SubscriptionRowDocument[] {
  return page.items as readonly SubscriptionRowDocument[];
}

/** Saves what fits, a line a subscription, grouped or not. */
function saveTable(page: Paged<unknown>): void {
  const rows = rowsOf(page);
  save(csvName('subscriptions'), CSV_TYPE, subscriptionCsv(rows));
  if (page.next !== undefined) say(`Saved the first ${digits(rows.length)} rows; there are more.`);
}
