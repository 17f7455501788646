import type { JSX } from 'preact';
import type { SubscriptionRowDocument } from '../../src/api/index.ts';
import { ObjectValue } from '../kit/object-menu.tsx';
import { LevelMark } from '../kit/parts.tsx';
import { go, place, urlOf, withQuery } from '../kit/router.ts';
import { stampOf } from '../kit/time.ts';
import { hostName, plural, upper, visibleText } from '../kit/words.ts';
import { DossierPage } from './dossier.tsx';
import { ListPage, type Paged } from './list.tsx';

export function SubscriptionsPage({ id }: { readonly id: string | undefined }): JSX.Element {
  return id === undefined ? <List /> : <DossierPage id={id} />;
}

const STATES = ['', 'armed', 'disarmed', 'deleted', 'unknown'] as const;

interface Group {
  readonly first: SubscriptionRowDocument;
  readonly hosts: readonly string[];
  /** Not all subscriptions were read: there may be more of them. */
  readonly isOpen: boolean;
}

/** One row a fingerprint: the same on 41 hosts is one thing (PRODUCT 9.3). */
function grouped(rows: readonly SubscriptionRowDocument[], isOpen: boolean): readonly Group[] {
  const groups = Map.groupBy(rows, ({ fingerprint, id }) => fingerprint ?? id);
  return [...groups.values()].flatMap((own): Group[] => {
    const [first] = own;
    return first === undefined ? [] : [{ first, hosts: [...new Set(own.map(({ host }) => host))], isOpen }];
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
          </span>
        </p>
      )}
      rows={(page) =>
        isGrouped
          ? grouped(rowsOf(page), page.next !== undefined)
          : rowsOf(page).map((first) => ({ first, hosts: [first.host], isOpen: false }))
      }
      empty={
        <>
          <p>
            <b>No subscription was seen{state === '' ? '' : ` that is ${state}`}.</b>
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
          cell: ({ first, hosts, isOpen }) =>
            hosts.length > 1 ? (
              `the same on ${isOpen ? 'at least ' : ''}${hosts.length} hosts`
            ) : (
              <ObjectValue kind="host" value={first.host} shown={hostName(first.host)} />
            ),
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

function rowsOf(page: Paged<unknown>): readonly SubscriptionRowDocument[] {
  return page.items as readonly SubscriptionRowDocument[];
}
