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
import { type Group, groupsOf } from './subscription-groups.ts';

export function SubscriptionsPage({ id }: { readonly id: string | undefined }): JSX.Element {
  return id === undefined ? <List /> : <DossierPage id={id} />;
}

const STATES = ['', 'armed', 'disarmed', 'deleted', 'unknown'] as const;

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
      keyOf={({ id }) => id}
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
      rows={(page) => groupsOf(rowsOf(page), isGrouped)}
      empty={
        <>
          <p>
            <b>No subscription was seen.</b>
          </p>
          <p>Every filter, consumer and binding that a record tells of stands here: created, found stored, or fired.</p>
        </>
      }
      columns={[
        { name: 'Level', cell: LevelMark },
        {
          name: 'Subscription',
          cell: (group) => (
            <>
              <a href={urlOf('subscriptions', group.id)}>{visibleText(group.consumer ?? group.filter ?? group.id)}</a>
              <br />
              <span class="muted">
                {visibleText(group.class ?? 'class not seen')}
                {group.isOrphan ? ', orphan' : ''}
                {group.isKnown ? ', known to be harmless' : ''}
              </span>
            </>
          ),
        },
        { name: 'Host', cell: Hosts },
        { name: 'State', cell: ({ states }) => upper(states.join(', ')) },
        {
          name: 'Created by',
          cell: ({ creators: [account, ...others] }) =>
            others.length > 0 ? (
              'several'
            ) : account === undefined ? (
              'not known'
            ) : (
              <ObjectValue kind="account" value={account} />
            ),
        },
        {
          name: 'Seen in',
          cell: ({ seenIn, conflicts }) =>
            `${seenIn.join(', ')}${conflicts > 0 ? `; ${plural(conflicts, 'property', 'properties')} told differently` : ''}`,
        },
        {
          name: 'Payload',
          cell: ({ payload }) =>
            payload === undefined || payload === '' ? (
              ''
            ) : (
              <span class="clip">
                <ObjectValue kind="payload" value={payload} />
              </span>
            ),
          kind: 'mono',
        },
        { name: 'First seen', cell: ({ firstSeen }) => stampOf(firstSeen), kind: 'num' },
        { name: 'Last seen', cell: ({ lastSeen }) => stampOf(lastSeen), kind: 'num' },
      ]}
    />
  );
}

/** How many hosts have the content is the server's count, of all; the rows of a filtered list are fewer. */
function Hosts({ host, hosts, hostsOfFingerprint: all }: Group): JSX.Element {
  const same = all > 1 ? `the same on ${plural(all, 'host')}` : '';
  if (hosts.length === 1)
    return (
      <>
        <ObjectValue kind="host" value={host} shown={hostName(host)} />
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
