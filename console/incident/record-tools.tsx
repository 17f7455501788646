import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PageRecord } from '../../src/report/index.ts';
import { openMenu } from '../kit/object-menu.tsx';
import { route, urlOf, withQuery } from '../kit/router.ts';
import { copy } from '../kit/save.ts';
import { visibleText } from '../kit/words.ts';
import { searchAround } from './evidence-rows.ts';
import { ReceivedEvent } from './received-event.tsx';
import { around } from './span.ts';
import { showSpan } from './span-now.ts';

/** What can be done with an open record; its event as it was received opens below it. */
export function RecordTools({ record }: { readonly record: PageRecord['record'] }): JSX.Element {
  const { events } = record as { readonly events?: string };
  const [isReceived, setReceived] = useState(false);
  const part = `received-${record.id}`;
  return (
    <>
      <p class="src">
        <button type="button" class="lnk" onClick={() => void copy(JSON.stringify(record, null, 2), 'The record')}>
          Copy record
        </button>
        <button type="button" class="lnk" onClick={(event) => openMenu('host', record.host, event.currentTarget)}>
          Host
        </button>
        {accountsOf(record.data).map((account) => (
          <button
            key={account}
            type="button"
            class="lnk"
            onClick={(event) => openMenu('account', account, event.currentTarget)}
          >
            {visibleText(account)}
          </button>
        ))}
        {record.time === undefined || !isOnIncident() ? null : (
          <button type="button" class="lnk" onClick={() => showSpan(around(record.time ?? ''))}>
            5 minutes around it
          </button>
        )}
        {events === undefined ? (
          <span class="muted">Its event cannot be looked up: too little of it is known.</span>
        ) : (
          <>
            <button
              type="button"
              class="lnk"
              aria-expanded={isReceived}
              aria-controls={part}
              onClick={() => setReceived(!isReceived)}
            >
              The event as it was received
            </button>
            <a href={urlOf('search', undefined, searchAround(record, events))}>Search around it</a>
          </>
        )}
        <a href={withQuery({ open: record.id })}>Link to this record</a>
      </p>
      {isReceived && events !== undefined ? <ReceivedEvent id={part} events={events} /> : null}
    </>
  );
}

/** A dossier has no span of time. */
function isOnIncident(): boolean {
  return route.value.page === 'incidents';
}

function accountsOf(values: Readonly<Record<string, string>>): readonly string[] {
  const names = ['User', 'TargetUserName', 'SubjectUserName', 'SourceUser'].flatMap((name) => values[name] ?? []);
  return [...new Set(names.filter((name) => name !== '' && name !== '-'))].slice(0, 2);
}
