import type { JSX } from 'preact';
import type { SenderDocument } from '../../src/api/index.ts';
import { urlOf } from '../kit/router.ts';
import { millisOf, nowMs, spanOf, stampOf } from '../kit/time.ts';
import { visibleText } from '../kit/words.ts';
import { ListPage, type Paged, useLive } from './list.tsx';

interface HostRow {
  readonly key: string;
  readonly received: string;
  readonly records: number;
}

type Row = SenderDocument;

/** A sender is late after this where the server does not say better (SETTLED G15). */
const LATE_MS = 300_000;

/** Who sends, when something last came, who is late, and what each shipper has to be told. */
export function SendersPage({ id }: { readonly id: string | undefined }): JSX.Element {
  const hosts = useLive<Paged<HostRow>>('/v1/hosts?limit=1000', ['host']).known.value.value?.items ?? [];
  return (
    <ListPage<Row>
      title="Senders"
      path="/v1/senders"
      follows={['health']}
      keyOf={(row) => row.id}
      rows={(page) => (page.items as readonly Row[]).filter((row) => id === undefined || row.id === id)}
      head={() => (
        <>
          {id === undefined ? null : (
            <p>
              <a href="/senders">← All senders</a>
            </p>
          )}
          <Silent hosts={hosts} />
        </>
      )}
      empty={
        <p>
          No sender. <code>triad sender add</code> on the server’s machine makes one with its key.
        </p>
      }
      columns={[
        {
          name: 'Sender',
          cell: (row) => (
            <>
              <a href={urlOf('senders', row.id)}>{visibleText(row.name)}</a>
              <br />
              <span class="muted mono">{visibleText(row.id)}</span>
            </>
          ),
        },
        {
          name: 'State',
          cell: (row) => (row.state === 'revoked' ? `revoked ${stampOf(row.revoked)}` : lateWords(row)),
        },
        {
          name: 'Hosts',
          cell: (row) =>
            row.hosts.length === 0
              ? 'any, and each event says that its host is not proven'
              : visibleText(row.hosts.join(', ')),
        },
        { name: 'Relay', cell: (row) => (row.isRelay ? 'yes' : 'no') },
        { name: 'Note', cell: (row) => visibleText(row.note) },
        { name: 'Since', cell: (row) => stampOf(row.created), kind: 'num' },
      ]}
    />
  );
}

function lateWords({ received, isLate, lateAfterMs }: Row): string {
  if (received === undefined) return 'active';
  const age = nowMs.value - millisOf(received);
  const late = isLate ?? age > (lateAfterMs ?? LATE_MS);
  return `${late ? 'LATE: ' : ''}last event ${spanOf(age)} ago`;
}

/** Hosts of which nothing came for a while. */
function Silent({ hosts }: { readonly hosts: readonly HostRow[] }): JSX.Element {
  const silent = hosts
    .filter(({ received }) => nowMs.value - millisOf(received) > LATE_MS)
    .toSorted((a, b) => millisOf(a.received) - millisOf(b.received));
  const address = location.origin;
  return (
    <>
      <p class="note" role="status">
        {hosts.length === 0
          ? 'Nothing was received yet.'
          : silent.length === 0
            ? `All ${hosts.length} hosts were heard of in the last five minutes.`
            : `${silent.length} of ${hosts.length} hosts are silent for more than five minutes: ${silent
                .slice(0, 8)
                .map(({ key, received }) => `${visibleText(key)} (${spanOf(nowMs.value - millisOf(received))})`)
                .join(', ')}${silent.length > 8 ? ' and others' : ''}.`}
      </p>
      <details class="shippers">
        <summary>Settings for each shipper</summary>
        <dl class="kv">
          <div>
            <dt>Winlogbeat, Elastic Agent</dt>
            <dd class="mono">
              output.elasticsearch: hosts: ["{address}/elastic"]; api_key or headers.Authorization: "Bearer KEY"
            </dd>
          </div>
          <div>
            <dt>Vector, Fluent Bit (HTTP)</dt>
            <dd class="mono">POST {address}/v1/ingest; content type application/x-ndjson; Authorization: Bearer KEY</dd>
          </div>
          <div>
            <dt>Splunk forwarders (HEC)</dt>
            <dd class="mono">{address}/services/collector; Authorization: Splunk KEY</dd>
          </div>
          <div>
            <dt>OpenTelemetry</dt>
            <dd class="mono">otlphttp: endpoint: {address}; headers: Authorization: Bearer KEY</dd>
          </div>
          <div>
            <dt>Syslog</dt>
            <dd>a port of its own, listen.syslog in triad.yaml; whole examples stand in docs/shippers.md</dd>
          </div>
        </dl>
      </details>
    </>
  );
}
