import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { HostDocument, HostRowDocument } from '../../src/api/index.ts';
import { TO_FILL } from '../../src/report/index.ts';
import { useCut } from '../kit/cut.tsx';
import { dayOf, millisOf, stampOf } from '../kit/time.ts';
import { digits, hostName, plural, visibleText } from '../kit/words.ts';
import { FixList } from './fix-list.tsx';
import { HostLink } from './host-link.tsx';
import { idWords } from './id-words.ts';
import { More, type Paged, Read, readWhole, useLive } from './list.tsx';
import { NameField, NothingFits, namedPart, pathNamed } from './named.tsx';
import { toldBlind } from './told-blind.ts';

interface Sends {
  readonly kind: string;
  readonly records: number;
  readonly first?: string;
  readonly last?: string;
}

interface Kind {
  readonly kind: string;
  readonly log: string;
  readonly name: string;
  readonly channel: string;
  readonly ids: readonly number[];
  /** What is seen by it. */
  readonly why: string;
}

interface MatrixRow extends HostRowDocument {
  readonly sends: readonly Sends[];
  readonly blind?: NonNullable<HostDocument['blind']>;
}

interface MatrixPage extends Paged<MatrixRow> {
  readonly telemetry: readonly Kind[];
}

/** A log that is this much older than the newest record of its host is told as quiet. */
const QUIET_MS = 86_400_000;

/** Rows that are drawn at once: each has a dozen cells. */
const MOST_ROWS = 200;

/** Hosts by telemetry: what each sends and since when, what went quiet, and what cannot be seen of it for that (PRODUCT 9.3). */
export function HostsMatrix(): JSX.Element {
  const named = namedPart();
  const path = pathNamed('/v1/hosts?limit=1000&sends=true&blind=true', named);
  const entry = useLive<MatrixPage>(path, ['host'], readWhole);
  return (
    <>
      <NameField named={named} />
      <Read what="The matrix of hosts" entry={entry}>
        {(page) => <Told page={page} named={named} />}
      </Read>
    </>
  );
}

function Told({ page, named }: { readonly page: MatrixPage; readonly named: string }): JSX.Element {
  if (page.items.length === 0)
    return named === '' ? (
      <div class="state">
        <p>No host has sent a record yet. What each one sends, and what could not be seen of it, appears here.</p>
      </div>
    ) : (
      <NothingFits named={named} />
    );
  return (
    <>
      <p class="note">
        Judged records by their log; days are of the first that came. A log whose newest record is a day older than that
        of its host is quiet. <FixList hosts={page.items} />
      </p>
      <Matrix page={page} />
      <More count={page.items.length} next={page.next} />
    </>
  );
}

function Matrix({ page: { items, telemetry } }: { readonly page: MatrixPage }): JSX.Element {
  const logs = useMemo(() => [...Map.groupBy(telemetry, ({ log }) => log)], [telemetry]);
  const rows = useMemo(() => items.toSorted((a, b) => (a.key < b.key ? -1 : 1)), [items]);
  const { shown, more } = useCut(rows, MOST_ROWS, 'host');
  return (
    <>
      <details class="why">
        <summary>What is seen by each</summary>
        <dl class="kv">
          {telemetry.map((one, at) => (
            <div key={one.kind}>
              <dt>{one.name}</dt>
              <dd id={`why-${at}`}>{whyWords(one)}</dd>
            </div>
          ))}
        </dl>
      </details>
      <div class="scroll" tabIndex={0} role="group" aria-label="What each host sends">
        <table class="rows matrix">
          <caption class="vh">What each host sends</caption>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                Host
              </th>
              {logs.map(([log, kinds]) => (
                <th key={log} scope="colgroup" colSpan={kinds.length}>
                  {log}
                </th>
              ))}
              <th scope="col" rowSpan={2}>
                Not seen
              </th>
            </tr>
            <tr>
              {telemetry.map((one, at) => (
                <th key={one.kind} scope="col" title={whyWords(one)} aria-describedby={`why-${at}`}>
                  {one.name} <span class="nb">{idWords(one.ids)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <MatrixLine key={row.key} row={row} telemetry={telemetry} />
            ))}
          </tbody>
        </table>
      </div>
      {more === null ? null : <p class="note">{more}; a part of a name finds one.</p>}
    </>
  );
}

/** Which records they are, and what is seen by them. */
function whyWords({ channel, ids, why }: Kind): string {
  return `${channel} ${ids.join(', ')}: ${why}`;
}

function MatrixLine({ row, telemetry }: { readonly row: MatrixRow; readonly telemetry: readonly Kind[] }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const sends = new Map(row.sends.map((one) => [one.kind, one]));
  const { key } = row;
  const blind = row.blind === undefined ? undefined : toldBlind(row.blind);
  return (
    <>
      <tr>
        <th scope="row">
          <HostLink host={key} />
        </th>
        {telemetry.map(({ kind }) => (
          <Cell key={kind} sends={sends.get(kind)} last={row.last} />
        ))}
        <td>
          {blind === undefined ? (
            'not judged yet'
          ) : blind.length === 0 ? (
            'no gap known'
          ) : (
            <button type="button" class="lnk" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {plural(blind.length, 'gap')}
              <span class="vh"> of {hostName(key)}</span>
            </button>
          )}
        </td>
      </tr>
      {isOpen && blind !== undefined ? (
        <tr class="gaps">
          <td colSpan={telemetry.length + 2}>
            <Gaps blind={blind} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** What is missing, what follows from it and what would fill it, by the last judgement. */
function Gaps({ blind }: { readonly blind: NonNullable<MatrixRow['blind']> }): JSX.Element {
  return (
    <ul>
      {blind.map(({ id, what, so, close }) => (
        <li key={id}>
          <b>{visibleText(what)}</b>: {visibleText(so)}.{' '}
          <span class="muted">
            {TO_FILL}: {visibleText(close)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Cell({ sends, last }: { readonly sends: Sends | undefined; readonly last: string | undefined }): JSX.Element {
  if (sends === undefined) return <td class="none">none</td>;
  const isQuiet = sends.last !== undefined && millisOf(last) - millisOf(sends.last) > QUIET_MS;
  return (
    <td title={`from ${stampOf(sends.first)} to ${stampOf(sends.last)}`}>
      <span class="num">{digits(sends.records)}</span>
      <span class="muted">
        {isQuiet
          ? `quiet since ${dayOf(sends.last ?? '')}`
          : sends.first === undefined
            ? ''
            : `since ${dayOf(sends.first)}`}
      </span>
    </td>
  );
}
