import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { EventPageDocument } from '../../src/api/index.ts';
import { known } from '../kit/cache.ts';
import { go, place, withQuery } from '../kit/router.ts';
import { choose, setting } from '../kit/settings.ts';
import { visibleText } from '../kit/words.ts';
import { columnsOf, MEMBERS, MOST_COLUMNS } from './columns.ts';

/** Names that are shown at once; typing narrows them. */
const MOST_SHOWN = 40;
/** Hits whose fields are looked at for names. */
const LOOKED_AT = 50;

/** What was chosen: by the address, else the last time in this browser. */
export function chosenColumns(): readonly string[] {
  return columnsOf(place.value.query.get('columns') ?? setting('columns').value);
}

/** The address carries what is chosen, and this browser keeps it. */
function show(columns: readonly string[]): void {
  const text = columns.join(',');
  choose('columns', text);
  go(withQuery({ columns: text }), 'replace');
}

/** Which fields stand in the rows in place of a piece of the text (PRODUCT 9.3). */
export function ColumnChoice({ asked }: { readonly asked: string }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const columns = chosenColumns();
  return (
    <details class="facets" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Columns{columns.length === 0 ? '' : `: ${columns.map(visibleText).join(', ')}`}</summary>
      {isOpen ? <Names asked={asked} columns={columns} /> : null}
    </details>
  );
}

function Names({ asked, columns }: { readonly asked: string; readonly columns: readonly string[] }): JSX.Element {
  const [typed, setTyped] = useState('');
  const { value } = known<EventPageDocument>(`/v1/events?${asked}&limit=${LOOKED_AT}&field=*`).known.value;
  const wanted = typed.trim().toLowerCase();
  const others = [...MEMBERS, ...(value?.fieldNames ?? [])].filter((name) => !columns.includes(name));
  const fitting = others.filter((name) => name.toLowerCase().includes(wanted));
  const isFull = columns.length >= MOST_COLUMNS;
  const add = (name: string): void => {
    setTyped('');
    show(columnsOf([...columns, name].join(',')));
  };
  return (
    <>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '' && !isFull) add(fitting.length === 1 ? (fitting[0] ?? typed) : typed);
        }}
      >
        <label>
          Field <input value={typed} maxLength={128} onInput={({ currentTarget }) => setTyped(currentTarget.value)} />
        </label>
        <button type="submit" class="btn" disabled={isFull}>
          Add
        </button>
        <span class="note" role="status">
          {isFull ? `Rows have room for ${MOST_COLUMNS} columns.` : ''}
        </span>
      </form>
      <p class="values">
        {columns.map((name) => (
          <button
            key={name}
            type="button"
            class="lnk"
            aria-pressed="true"
            onClick={() => show(columns.filter((one) => one !== name))}
          >
            ✓ {visibleText(name)}
          </button>
        ))}
        {fitting.slice(0, MOST_SHOWN).map((name) => (
          <button key={name} type="button" class="lnk" aria-pressed="false" disabled={isFull} onClick={() => add(name)}>
            {visibleText(name)}
          </button>
        ))}
        {fitting.length > MOST_SHOWN ? (
          <span>{fitting.length - MOST_SHOWN} more of the newest hits: type a part of the name</span>
        ) : value === undefined ? (
          <span>Fields of the newest hits are being read.</span>
        ) : null}
      </p>
    </>
  );
}
