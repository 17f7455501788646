import type { JSX } from 'preact';
import type { SecondRequestDocument } from '../../src/api/index.ts';
import { ask } from '../kit/api.ts';
import { known, refreshUnder } from '../kit/cache.ts';
import { onChanges } from '../kit/live.ts';
import { NotRead, Stale } from '../kit/parts.tsx';
import { isAtLeast, person } from '../kit/session.ts';
import { sayOutcome } from '../kit/status.ts';
import { Sure } from '../kit/sure.tsx';
import { millisOf, nowMs, spanOf, stampOf } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';
import { type Paged, Table, useLive } from './list.tsx';

const REQUESTS = '/v1/requests';
const OPEN = `${REQUESTS}?state=open&limit=1000`;
const OVER = `${REQUESTS}?state=over&limit=20`;

/** True of who decides on what others ask for (SETTLED G20). */
export function mayConfirm(): boolean {
  return isAtLeast('engineer');
}

/** Reads requests again when the stream tells that one was made or decided. */
export function followRequests(): () => void {
  return onChanges((changes) => {
    if (changes.some(({ type }) => type === 'request' || type === 'resync')) refreshUnder(REQUESTS);
  });
}

/** How many requests of others wait for the person who looks. */
export function waitingForMe(): number {
  if (!mayConfirm()) return 0;
  return waiting(known<Paged<SecondRequestDocument>>(OPEN).known.value.value).filter((row) => !isOwn(row)).length;
}

/** The stream does not tell that the time of a request is over: its row does. */
function waiting(page: Paged<SecondRequestDocument> | undefined): readonly SecondRequestDocument[] {
  return page?.items.filter(({ ends }) => millisOf(ends) > nowMs.value) ?? [];
}

function isOwn({ askedBy }: SecondRequestDocument): boolean {
  return askedBy.toLowerCase() === person().toLowerCase();
}

/** What is asked for, in words; of what is not known here its name and fields. */
export function requestWords({ action, object, fields }: SecondRequestDocument): string {
  const name = object.slice(object.indexOf('/') + 1);
  const text = (field: string): string => String(fields[field] ?? '');
  switch (action) {
    case 'person.add':
      return `add ${name} as ${text('role')}`;
    case 'person.role':
      return text('role') === 'none' ? `bar ${name}` : `give ${name} the role ${text('role')}`;
    case 'person.reset':
      return `give ${name} another password`;
    case 'hold.release':
      return `release hold ${name}`;
    default: {
      const told = Object.entries(fields).map(([field, value]) => `${field} ${valueWords(value)}`);
      return [action === 'hold.add' ? 'hold evidence' : `${action} ${object}`, ...told].join(', ');
    }
  }
}

function valueWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What waits for a second person, and what became of what did: another one than who asked confirms or declines it. */
export function Requests(): JSX.Element {
  const open = useLive<Paged<SecondRequestDocument>>(OPEN, []);
  const over = useLive<Paged<SecondRequestDocument>>(OVER, []);
  const { value } = open.known.value;
  if (value === undefined) return <NotRead what="The list of requests" entry={open} />;
  const decide = async ({ number }: SecondRequestDocument, how: 'confirm' | 'refuse', done: string): Promise<void> => {
    const answer = await ask('POST', `${REQUESTS}/${number}/${how}`);
    sayOutcome(answer, `Request ${number} is ${done}.`);
    await Promise.all([open.refresh(), over.refresh()]);
  };
  const rows = waiting(value);
  const decided = over.known.value.value?.items ?? [];
  return (
    <>
      <Stale entry={open} />
      {rows.length === 0 ? (
        <p class="note">
          Nothing waits. Changes of people and holds need a second admin or engineer, where there is one.
        </p>
      ) : (
        <Table
          title="Requests that wait"
          rows={rows}
          keyOf={({ number }) => String(number)}
          columns={[
            { name: 'Number', cell: ({ number }) => number, kind: 'num' },
            { name: 'Asked for', cell: (row) => visibleText(requestWords(row)) },
            { name: 'By', cell: ({ askedBy, asked }) => `${visibleText(askedBy)}, ${stampOf(asked)}` },
            { name: 'Ends in', cell: ({ ends }) => spanOf(Math.max(0, millisOf(ends) - nowMs.value)), kind: 'num' },
            {
              name: 'Decision',
              cell: (row) =>
                isOwn(row) ? (
                  <>
                    You asked: another person confirms it.{' '}
                    <Sure name="Withdraw" of={`request ${row.number}`} run={() => decide(row, 'refuse', 'withdrawn')} />
                  </>
                ) : (
                  <>
                    <Sure
                      name="Confirm"
                      of={`request ${row.number}`}
                      run={() => decide(row, 'confirm', 'confirmed and done')}
                    />{' '}
                    <Sure name="Decline" of={`request ${row.number}`} run={() => decide(row, 'refuse', 'declined')} />
                  </>
                ),
            },
          ]}
        />
      )}
      {decided.length === 0 ? null : (
        <details class="decided">
          <summary>{plural(decided.length, 'request')} decided or over</summary>
          <Table
            title="Requests that are over"
            rows={decided}
            keyOf={({ number }) => String(number)}
            columns={[
              { name: 'Number', cell: ({ number }) => number, kind: 'num' },
              { name: 'Asked for', cell: (row) => visibleText(requestWords(row)) },
              { name: 'By', cell: ({ askedBy, asked }) => `${visibleText(askedBy)}, ${stampOf(asked)}` },
              { name: 'What became of it', cell: overWords },
            ]}
          />
        </details>
      )}
    </>
  );
}

function overWords({ state, decidedBy, decided }: SecondRequestDocument): string {
  if (state === 'expired' || decidedBy === undefined) return 'nobody confirmed it in time';
  const word = state === 'refused' ? 'declined' : state;
  return `${word} by ${visibleText(decidedBy)}, ${stampOf(decided)}`;
}
