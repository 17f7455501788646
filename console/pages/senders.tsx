import type { ComponentChildren, JSX } from 'preact';
import type { SenderDocument, SenderPage } from '../../src/api/index.ts';
import { known } from '../kit/cache.ts';
import { NeedsRole } from '../kit/parts.tsx';
import { urlOf } from '../kit/router.ts';
import { isAtLeast } from '../kit/session.ts';
import { millisOf, nowMs, spanOf, stampOf } from '../kit/time.ts';
import { digits, plural, visibleText } from '../kit/words.ts';
import { lateSenders } from '../shell/health.ts';
import { ListPage, type Paged, Read, readWhole, Table, useLive } from './list.tsx';
import { SenderKeys } from './sender-keys.tsx';
import { Since, TRAFFIC_COLUMNS } from './sender-traffic.tsx';

interface HostRow {
  readonly key: string;
  readonly received: string;
  readonly records: number;
}

type Row = SenderDocument;

/** The stream tells of no rates: they are read again so often. */
const RATES_MS = 15_000;

/** A sender is late after this where the server does not say better (SETTLED G15). */
const LATE_MS = 300_000;

/**
 * Who sends, when something last came, who is late, and what each shipper has to be told. The list of senders is for who makes them: others do not ask for
 * it, as each refusal stands in the audit.
 */
export function SendersPage({ id }: { readonly id: string | undefined }): JSX.Element {
  if (isAtLeast('admin')) return <SenderList id={id} />;
  return (
    <main id="main" class="page" data-scroll="Senders">
      <h1>Senders</h1>
      <Beside />
      <NeedsRole what={id === undefined ? 'The list of senders' : 'A sender with its keys'} needed="admin" />
    </main>
  );
}

/** What everybody may see of senders. */
function Beside(): JSX.Element {
  return (
    <>
      <Late />
      <Silent />
      <ShipperSettings />
    </>
  );
}

function SenderList({ id }: { readonly id: string | undefined }): JSX.Element {
  return (
    <ListPage<Row>
      title="Senders"
      before={<Beside />}
      isNamed={id === undefined}
      path="/v1/senders?limit=1000"
      follows={['health']}
      everyMs={RATES_MS}
      keyOf={(row) => row.id}
      rows={(page) => (page.items as readonly Row[]).filter((row) => id === undefined || row.id === id)}
      head={(page) => (
        <>
          {id === undefined ? null : (
            <p>
              <a href="/senders">← All senders</a>
            </p>
          )}
          <Since page={page} />
        </>
      )}
      foot={(page) => {
        if (id === undefined) return <Keyless {...(page as SenderPage)} />;
        const own = (page.items as readonly Row[]).find((row) => row.id === id);
        return own === undefined ? null : <SenderKeys {...own} />;
      }}
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
        ...TRAFFIC_COLUMNS,
        {
          name: 'Hosts',
          cell: ({ hosts, isRelay }) =>
            (visibleText(hosts.join(', ')) || 'any, and each event says that its host is not proven') +
            (isRelay ? ' (relay)' : ''),
        },
        { name: 'Note', cell: (row) => visibleText(row.note) },
        { name: 'Since', cell: (row) => stampOf(row.created), kind: 'num' },
      ]}
    />
  );
}

/** Syslog and watched folders. What a folder holds may be read once and never change: none is late. */
function Keyless({ keyless = [] }: SenderPage): JSX.Element | null {
  if (keyless.length === 0) return null;
  return (
    <>
      <h2>Without a key</h2>
      <Table
        title="Without a key"
        rows={keyless}
        keyOf={({ id }) => id}
        columns={[
          { name: 'Sender', cell: ({ id }) => visibleText(id) },
          { name: 'State', cell: (row) => lateWords({ isLate: false, ...row }) },
          ...TRAFFIC_COLUMNS,
        ]}
      />
    </>
  );
}

function lateWords({ received, isLate, lateAfterMs, behindMs = 0 }: Partial<Row>): ComponentChildren {
  if (received === undefined) return 'active';
  const age = nowMs.value - millisOf(received);
  const late = isLate ?? age > (lateAfterMs ?? LATE_MS);
  return (
    <>
      <span class="num">{`${late ? 'LATE: ' : ''}last event ${spanOf(age)} ago`}</span>
      {clockWords(behindMs)}
    </>
  );
}

/** A clock that is wrong, or a slow way: what is usual among senders says nothing. */
const WORTH_MS = 60_000;

function clockWords(behindMs: number): string {
  if (Math.abs(behindMs) < WORTH_MS) return '';
  return behindMs > 0
    ? `; its events come ${spanOf(behindMs)} late: its clock, or the way`
    : `; its clock is ${spanOf(behindMs)} ahead`;
}

/** Senders that are silent for longer than is usual with them. */
function Late(): JSX.Element | null {
  const late = lateSenders.value;
  if (late.length === 0) return null;
  return (
    <p class="note" role="status">
      {plural(late.length, 'sender')} late: {visibleText(late.slice(0, MOST_NAMED).join(', '))}
      {late.length > MOST_NAMED ? ' and others' : ''}.
    </p>
  );
}

const MOST_NAMED = 8;

interface HostPage extends Paged<HostRow> {
  readonly counts?: { readonly hosts: number };
}

/** Hosts of which nothing came for a while. */
function Silent(): JSX.Element {
  const entry = useLive<HostPage>('/v1/hosts?limit=1000', ['host'], readWhole);
  return (
    <Read what="The list of hosts" entry={entry}>
      {(page) => (
        // It ticks: no region that is read out.
        <p class="note">{silentWords(page)}</p>
      )}
    </Read>
  );
}

function silentWords({ items, next, counts }: HostPage): string {
  if (items.length === 0) return 'Nothing was received yet.';
  const silent = items
    .filter(({ received }) => nowMs.value - millisOf(received) > LATE_MS)
    .toSorted((a, b) => millisOf(a.received) - millisOf(b.received));
  const read = digits(items.length);
  const all = counts === undefined ? 'more' : digits(counts.hosts);
  const hosts = next === undefined ? `${read} hosts` : `the ${read} hosts that were looked at, of ${all}`;
  if (silent.length === 0)
    return next === undefined
      ? `All ${hosts} were heard of in the last five minutes.`
      : `All of ${hosts}: heard of in the last five minutes.`;
  const named = silent
    .slice(0, MOST_NAMED)
    .map(({ key, received }) => `${visibleText(key)} (${spanOf(nowMs.value - millisOf(received))})`);
  const more = silent.length > MOST_NAMED ? ' and others' : '';
  return `${silent.length} of ${hosts} ${silent.length === 1 ? 'is' : 'are'} silent for more than five minutes: ${named.join(', ')}${more}.`;
}

interface Shippers {
  readonly items: readonly { readonly name: string; readonly text: string }[];
}

/** As `triad sender add --print` prints them. */
function ShipperSettings(): JSX.Element {
  const entry = known<Shippers>(`/v1/shippers?address=${encodeURIComponent(location.origin)}`);
  return (
    <details class="shippers">
      <summary>Settings for each shipper</summary>
      <Read what="The settings" entry={entry}>
        {({ items }) => (
          <>
            {items.map(({ name, text }) => (
              <section key={name} aria-label={name}>
                <h3>{name}</h3>
                <div class="cmd">
                  <pre tabIndex={0}>{text}</pre>
                </div>
              </section>
            ))}
          </>
        )}
      </Read>
    </details>
  );
}
