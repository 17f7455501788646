import type { JSX } from 'preact';
import type { EventDocument, EventPageDocument } from '../../src/api/index.ts';
import { codeBlock } from '../../src/report/index.ts';
import { type Answer, ask } from '../kit/api.ts';
import { known } from '../kit/cache.ts';
import { Shown } from '../kit/drawn.tsx';
import { NotRead } from '../kit/parts.tsx';
import { stampOf, zoneWord } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';

/** Copies that are shown; the search has the others. */
const MOST_COPIES = 3;
/** A page of a search ends by its time too: so many are read until one holds the event. */
const MOST_PAGES = 40;

/** The events by which a record was received: one, or a copy from each sender. */
interface Received {
  readonly items: readonly EventDocument[];
  /** Not all of the archive that can hold it was looked at, or there are more copies. */
  readonly isCut: boolean;
}

async function readReceived(path: string, signal: AbortSignal): Promise<Answer<Received>> {
  const items: EventDocument[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const answer = await ask<EventPageDocument>('GET', `${path}&limit=${MOST_COPIES}${next}`, { signal });
    if (answer.kind === 'problem') return answer;
    items.push(...answer.value.items);
    after = answer.value.next;
    if (after === undefined || items.length >= MOST_COPIES) break;
  }
  return { kind: 'ok', value: { items: items.slice(0, MOST_COPIES), isCut: after !== undefined }, etag: undefined };
}

/** The event of a record as it was received, in place below it. `events` is the address of the search that finds it. */
export function ReceivedEvent({ id, events }: { readonly id: string; readonly events: string }): JSX.Element {
  const entry = known<Received>(events, readReceived);
  const { value } = entry.known.value;
  return (
    <section class="received" id={id} aria-label="The event as it was received">
      {value !== undefined ? <Copies {...value} /> : <NotRead what="The event" entry={entry} />}
    </section>
  );
}

function Copies({ items, isCut }: Received): JSX.Element {
  if (items.length === 0)
    return (
      <p class="note" role="status">
        {isCut
          ? 'It is not in the part of the archive that was looked at. The search looks further.'
          : 'The archive does not hold it any more. What was read in it stands above.'}
      </p>
    );
  return (
    <>
      {items.length === 1 && !isCut ? null : (
        <p class="note">
          Received {isCut ? 'at least ' : ''}
          {plural(items.length, 'time')}: the search shows each.
        </p>
      )}
      {items.map((event) => (
        <Copy key={event.id} event={event} />
      ))}
    </>
  );
}

function Copy({ event: { id, sender, time, text } }: { readonly event: EventDocument }): JSX.Element {
  return (
    <>
      <p class="src">
        <span>
          From {visibleText(sender)}
          {time === undefined ? '' : `, of ${stampOf(time)} ${zoneWord()}`}
        </span>
        <a href={`/v1/events/${id}/raw`} download>
          The bytes as received
        </a>
      </p>
      <Shown drawing={codeBlock(text ?? 'It is no text; take the bytes.')} />
    </>
  );
}
