import type { JSX } from 'preact';
import { IncidentPanel } from '../incident/incident-panel.tsx';
import { isSmall } from '../kit/media.ts';
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
      {id === undefined ? (
        <section class="inc none" aria-label="Incident">
          <p class="muted">
            Choose an incident at the left, or press <kbd>j</kbd>.
          </p>
        </section>
      ) : (
        <IncidentPanel id={id} />
      )}
    </main>
  );
}
