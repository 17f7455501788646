import type { JSX } from 'preact';
import { IncidentPanel } from '../incident/incident-panel.tsx';
import { isSmall } from '../kit/media.ts';
import { NoneOpen } from '../queue/none-open.tsx';
import { Queue } from '../queue/queue.tsx';

/** Queue and incident beside each other; one of them on a small screen. */
export function IncidentsPage({ id }: { readonly id: string | undefined }): JSX.Element {
  if (isSmall.value) {
    return (
      <main id="main" class="one">
        {id === undefined ? <Queue /> : <IncidentPanel id={id} />}
      </main>
    );
  }
  return (
    <main id="main" class="two">
      <Queue />
      {id === undefined ? <NoneOpen /> : <IncidentPanel id={id} />}
    </main>
  );
}
