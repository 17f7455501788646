import type { JSX } from 'preact';
import type {
  HostDocument,
  HostRowDocument,
  IncidentRowDocument,
  SubscriptionRowDocument,
} from '../../src/api/index.ts';
import { Failed, LevelMark, Waiting } from '../kit/parts.tsx';
import { go, place, urlOf, withQuery } from '../kit/router.ts';
import { millisOf, nowMs, spanOf, stampOf } from '../kit/time.ts';
import { hostName, plural, visibleText } from '../kit/words.ts';
import { HostsMatrix } from './hosts-matrix.tsx';
import { ListPage, Table, useLive } from './list.tsx';

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
      head={() => <Views chosen="list" />}
      path="/v1/hosts?limit=1000"
      follows={['host']}
      keyOf={({ key }) => key}
      empty={<p>No host has sent a record yet. What each one sends, and what could not be seen of it, appears here.</p>}
      columns={[
        { name: 'Host', cell: ({ key }) => <a href={urlOf('hosts', key)}>{visibleText(hostName(key))}</a> },
        {
          name: 'Open incidents',
          cell: ({ openIncidents }) => (openIncidents === 0 ? '' : openIncidents),
          kind: 'num',
        },
        { name: 'Subscriptions', cell: ({ subscriptions }) => (subscriptions === 0 ? '' : subscriptions), kind: 'num' },
        { name: 'Not seen', cell: ({ gaps }) => ((gaps ?? 0) === 0 ? 'no gap known' : plural(gaps ?? 0, 'gap')) },
        { name: 'Records', cell: ({ records }) => records.toLocaleString('en-GB'), kind: 'num' },
        { name: 'Newest record', cell: ({ last }) => stampOf(last), kind: 'num' },
        { name: 'Received', cell: ({ received }) => `${spanOf(nowMs.value - millisOf(received))} ago`, kind: 'num' },
      ]}
    />
  );
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
  const now = entry.known.value;
  const host = now.value;
  return (
    <main id="main" class="page" data-scroll="host">
      <p>
        <a href="/hosts">← All hosts</a>
      </p>
      <h1>{visibleText(hostName(id))}</h1>
      {host === undefined ? (
        now.problem === undefined ? (
          <Waiting what="The host" onCancel={entry.cancel} />
        ) : (
          <Failed what="The host" problem={now.problem} onAgain={() => void entry.refresh()} />
        )
      ) : (
        <>
          <p class="note">
            {visibleText(host.names.join(', '))}. {plural(host.records, 'record')}, the newest of {stampOf(host.last)}.{' '}
            <a href={urlOf('search', undefined, { q: `host:${host.key}` })}>Search its records</a>
          </p>
          <h2>What could not be seen</h2>
          {(host.blind ?? []).length === 0 ? (
            <p class="note">No gap is known. What was not collected cannot be known from here.</p>
          ) : (
            <Table
              title="What could not be seen"
              rows={host.blind ?? []}
              keyOf={({ id: gap }) => gap}
              columns={[
                { name: 'What is missing', cell: ({ what }) => visibleText(what) },
                { name: 'So', cell: ({ so }) => visibleText(so) },
                { name: 'To close it', cell: ({ close }) => visibleText(close) },
              ]}
            />
          )}
          <h2>Incidents</h2>
          {host.incidents.length === 0 ? (
            <p class="note">None.</p>
          ) : (
            <Table
              title="Incidents"
              rows={host.incidents}
              keyOf={({ id: incident }) => incident}
              columns={[
                { name: 'Level', cell: ({ level }) => <LevelMark level={level} /> },
                {
                  name: 'Incident',
                  cell: ({ id: incident, title }) => <a href={urlOf('incidents', incident)}>{visibleText(title)}</a>,
                },
                {
                  name: 'State',
                  cell: ({ state, owner }) => `${state}${owner === undefined ? '' : `, ${visibleText(owner)}`}`,
                },
              ]}
            />
          )}
          <h2>Logs</h2>
          <Table
            title="Logs"
            rows={host.logs}
            keyOf={({ channel }) => channel}
            columns={[
              { name: 'Channel', cell: ({ channel }) => visibleText(channel) },
              { name: 'Records', cell: ({ records }) => records.toLocaleString('en-GB'), kind: 'num' },
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
              { name: 'Records', cell: ({ records }) => records.toLocaleString('en-GB'), kind: 'num' },
              {
                name: 'Received',
                cell: ({ received }) => `${spanOf(nowMs.value - millisOf(received))} ago`,
                kind: 'num',
              },
            ]}
          />
        </>
      )}
    </main>
  );
}
