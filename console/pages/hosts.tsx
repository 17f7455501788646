import { Fragment, type JSX } from 'preact';
import type {
  HostDocument,
  HostRowDocument,
  IncidentRowDocument,
  SubscriptionRowDocument,
} from '../../src/api/index.ts';
import { machineKind, TO_FILL } from '../../src/report/index.ts';
import { ObjectText } from '../kit/object-text.tsx';
import { LevelMark } from '../kit/parts.tsx';
import { go, place, urlOf, withQuery } from '../kit/router.ts';
import { millisOf, nowMs, spanOf, stampOf } from '../kit/time.ts';
import { digits, hostName, plural, upper, visibleText } from '../kit/words.ts';
import { HostClocks } from './host-clocks.tsx';
import { HostLink } from './host-link.tsx';
import { HostsMatrix } from './hosts-matrix.tsx';
import { ListPage, Read, Table, useLive } from './list.tsx';
import { toldBlind } from './told-blind.ts';

export function HostsPage({ id }: { readonly id: string | undefined }): JSX.Element {
  if (id !== undefined) return <HostPage key={id} id={id} />;
  if (place.value.query.get('view') === 'coverage')
    return (
      <main id="main" class="page" data-scroll="coverage">
        <h1>Hosts</h1>
        <Views chosen="coverage" />
        <HostsMatrix />
      </main>
    );
  return (
    <ListPage<HostRowDocument>
      title="Hosts"
      isNamed={true}
      head={() => <Views chosen="list" />}
      path="/v1/hosts?limit=1000"
      follows={['host']}
      keyOf={({ key }) => key}
      empty={<p>No host has sent a record yet. What each one sends, and what could not be seen of it, appears here.</p>}
      columns={[
        { name: 'Host', cell: ({ key }) => <HostLink host={key} /> },
        {
          name: 'Open incidents',
          cell: ({ openIncidents }) => (openIncidents === 0 ? '' : openIncidents),
          kind: 'num',
        },
        { name: 'Subscriptions', cell: ({ subscriptions }) => (subscriptions === 0 ? '' : subscriptions), kind: 'num' },
        { name: 'Not seen', cell: ({ gaps }) => gapWords(gaps) },
        { name: 'Records', cell: ({ records }) => digits(records), kind: 'num' },
        { name: 'Newest record', cell: ({ last }) => stampOf(last), kind: 'num' },
        { name: 'Received', cell: ({ received }) => `${spanOf(nowMs.value - millisOf(received))} ago`, kind: 'num' },
      ]}
    />
  );
}

/** A host without a count is one that no judgement has looked at yet. */
function gapWords(gaps: number | undefined): string {
  if (gaps === undefined) return 'not looked at yet';
  return gaps === 0 ? 'no gap known' : plural(gaps, 'gap');
}

function Views({ chosen }: { readonly chosen: 'list' | 'coverage' }): JSX.Element {
  return (
    <p class="filters">
      {(['list', 'coverage'] as const).map((view) => (
        <button
          key={view}
          type="button"
          class="chip"
          aria-pressed={view === chosen}
          onClick={() => go(withQuery({ view: view === 'list' ? undefined : view }), 'replace')}
        >
          {view === 'list' ? 'List' : 'What each sends'}
        </button>
      ))}
    </p>
  );
}

type Host = HostDocument & {
  readonly incidents: readonly IncidentRowDocument[];
  readonly subscriptionRows: readonly SubscriptionRowDocument[];
};

/** What a host sends, what could not be seen of it, and what was found on it. */
function HostPage({ id }: { readonly id: string }): JSX.Element {
  const entry = useLive<Host>(`/v1/hosts/${encodeURIComponent(id)}`, ['host']);
  return (
    <main id="main" class="page" data-scroll="host">
      <p>
        <a href="/hosts">← All hosts</a>
      </p>
      <h1>
        <ObjectText kind="host" value={id}>
          {visibleText(hostName(id))}
        </ObjectText>
      </h1>
      <Read what="The host" entry={entry}>
        {(host) => <HostParts host={host} />}
      </Read>
    </main>
  );
}

function HostParts({ host }: { readonly host: Host }): JSX.Element {
  return (
    <>
      <p class="note">
        {host.names.map((name, at) => (
          <Fragment key={name}>
            {at === 0 ? '' : ', '}
            <ObjectText kind={machineKind(name)} value={name}>
              {visibleText(name)}
            </ObjectText>
          </Fragment>
        ))}
        . {plural(host.records, 'record')}, the newest of {stampOf(host.last)}.{' '}
        <a href={urlOf('search', undefined, { q: `host:${host.key}` })}>Search its records</a>
      </p>
      <h2>What could not be seen</h2>
      <Unseen blind={host.blind} />
      <h2>Clock</h2>
      <HostClocks clocks={host.clocks} />
      <h2>Open incidents</h2>
      <OpenIncidents host={host} />
      <h2>Subscriptions</h2>
      <FoundOnIt rows={host.subscriptionRows} total={host.subscriptions} />
      <h2>Logs</h2>
      <Table
        title="Logs"
        rows={host.logs}
        keyOf={({ channel }) => channel}
        columns={[
          { name: 'Channel', cell: ({ channel }) => visibleText(channel) },
          { name: 'Records', cell: ({ records }) => digits(records), kind: 'num' },
          {
            name: 'Event ids that are judged',
            cell: ({ ids, others }) =>
              `${ids.map(({ id: event, records }) => `${event} (${records})`).join(', ')}${others === undefined ? '' : `; ${others} of others`}`,
          },
          { name: 'From', cell: ({ first }) => stampOf(first), kind: 'num' },
          { name: 'To', cell: ({ last }) => stampOf(last), kind: 'num' },
        ]}
      />
      <h2>Senders</h2>
      <Table
        title="Senders"
        rows={host.senders}
        keyOf={({ sender }) => sender}
        columns={[
          { name: 'Sender', cell: ({ sender }) => visibleText(sender) },
          { name: 'Records', cell: ({ records }) => digits(records), kind: 'num' },
          {
            name: 'Received',
            cell: ({ received }) => `${spanOf(nowMs.value - millisOf(received))} ago`,
            kind: 'num',
          },
        ]}
      />
    </>
  );
}

/** No list at all: no judgement has looked at the host yet, which is another thing than a host without gaps. */
function Unseen({ blind }: { readonly blind: HostDocument['blind'] }): JSX.Element {
  if (blind === undefined) return <p class="note">Nothing has been judged of it yet: what is missing is not known.</p>;
  if (blind.length === 0) return <p class="note">No gap is known. What was not collected cannot be known from here.</p>;
  return (
    <Table
      title="What could not be seen"
      rows={toldBlind(blind)}
      keyOf={({ id }) => id}
      columns={[
        { name: 'What is missing', cell: ({ what }) => visibleText(what) },
        { name: 'So', cell: ({ so }) => visibleText(so) },
        { name: TO_FILL, cell: ({ close }) => visibleText(close) },
      ]}
    />
  );
}

/** The server names the open ones; closed ones stand in the queue. */
function OpenIncidents({ host: { key, incidents, openIncidents } }: { readonly host: Host }): JSX.Element {
  const queued = (
    <a href={urlOf('incidents', undefined, { q: `host:${key} state:open,acknowledged,contained,closed` })}>
      All of this host, closed ones too
    </a>
  );
  if (incidents.length === 0) return <p class="note">None is open. {queued}</p>;
  return (
    <>
      <Table
        title="Open incidents"
        rows={incidents}
        keyOf={({ id }) => id}
        columns={[
          { name: 'Level', cell: ({ level }) => <LevelMark level={level} /> },
          {
            name: 'Incident',
            cell: ({ id, title }) => <a href={urlOf('incidents', id)}>{visibleText(title)}</a>,
          },
          {
            name: 'State',
            cell: ({ state, owner }) => `${state}${owner === undefined ? '' : `, ${visibleText(owner)}`}`,
          },
        ]}
      />
      <p class="note">
        {cutWords(incidents.length, openIncidents)}
        {queued}
      </p>
    </>
  );
}

function FoundOnIt({
  rows,
  total,
}: {
  readonly rows: readonly SubscriptionRowDocument[];
  readonly total: number;
}): JSX.Element {
  if (rows.length === 0) return <p class="note">None was seen.</p>;
  return (
    <>
      <Table
        title="Subscriptions"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { name: 'Level', cell: ({ level }) => <LevelMark level={level} /> },
          {
            name: 'Subscription',
            cell: ({ id, consumer, filter }) => (
              <a href={urlOf('subscriptions', id)}>{visibleText(consumer ?? filter ?? id)}</a>
            ),
          },
          { name: 'State', cell: ({ state }) => upper(state) },
          { name: 'First seen', cell: ({ firstSeen }) => stampOf(firstSeen), kind: 'num' },
          { name: 'Last seen', cell: ({ lastSeen }) => stampOf(lastSeen), kind: 'num' },
        ]}
      />
      {total > rows.length ? <p class="note">{cutWords(rows.length, total)}</p> : null}
    </>
  );
}

function cutWords(shown: number, total: number): string {
  return total > shown ? `The first ${digits(shown)} of ${digits(total)} stand here. ` : '';
}
