import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { WholeEventDocument } from '../../src/api/index.ts';
import { codeBlock } from '../../src/report/index.ts';
import { known } from '../kit/cache.ts';
import { useCut } from '../kit/cut.tsx';
import { Shown } from '../kit/drawn.tsx';
import { ObjectValue } from '../kit/object-menu.tsx';
import { NotRead } from '../kit/parts.tsx';
import { objectsOfEvent } from './event-objects.ts';

/** One event whole: what Triad reads in it, and what was received. */
export function OneEvent({ id, onClose }: { readonly id: string; readonly onClose: () => void }): JSX.Element {
  const entry = known<WholeEventDocument>(`/v1/events/${id}`);
  const { value } = entry.known.value;
  return (
    <section class="one-event" aria-label="One event">
      <p class="row">
        <b>Event {id}</b>
        <a href={`/v1/events/${id}/raw`} download>
          The bytes as received
        </a>
        <button type="button" class="lnk" onClick={onClose}>
          Close
        </button>
      </p>
      {value === undefined ? (
        <NotRead what="The event" entry={entry} />
      ) : (
        <>
          <EventObjects event={value} />
          {value.unread === true ? <p class="note">Triad does not get through its bytes; they stand below.</p> : null}
          {value.records.map((record, index) => (
            <Shown key={`${id} ${index}`} drawing={codeBlock(JSON.stringify(record, null, 2))} />
          ))}
          <Shown key={id} drawing={codeBlock(value.text ?? 'It is no text; take the bytes.')} />
        </>
      )}
    </section>
  );
}

/** What it names, each with its menu. */
function EventObjects({ event: { host, records } }: { readonly event: WholeEventDocument }): JSX.Element {
  const objects = useMemo(() => objectsOfEvent(host, records), [host, records]);
  const { shown, more } = useCut(objects, 12, 'value');
  return (
    <p class="objects">
      {shown.map(({ kind, value }) => (
        <ObjectValue key={`${kind} ${value}`} kind={kind} value={value} />
      ))}
      {more}
    </p>
  );
}
