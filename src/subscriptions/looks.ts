import type { Event, Look } from '../windows/index.ts';
import type { SubscriptionPart } from './dossier.ts';
import type { Group } from './grouping.ts';
import { compareEvents, isObjectRecord, MAX_HOSTS } from './sighting.ts';
import type { Moment, StepRecords } from './step-records.ts';

/** Copies of a repository and audits of one host are few; a forged set of them is not. */
const MAX_LOOKS_A_HOST = 1_000;

/** A look at the objects at rest of a host (a repository, an audit), and the event that tells of it. */
export interface LookAt {
  readonly event: Event;
  readonly look: Look;
}

/** Looks by host. */
export class Looks {
  readonly #hosts = new Map<string, LookAt[]>();
  dropped = 0;

  accept(host: string, event: Event, look: Look): void {
    const list = this.#hosts.get(host) ?? [];
    if (list.length >= MAX_LOOKS_A_HOST || (list.length === 0 && this.#hosts.size >= MAX_HOSTS)) {
      this.dropped++;
      return;
    }
    this.#hosts.set(host, list);
    list.push({ event: event.detach(), look });
  }

  /** In order of time. */
  of(host: string): readonly LookAt[] {
    return (this.#hosts.get(host) ?? []).toSorted((a, b) => compareEvents(a.event, b.event));
  }
}

/** A part that records show standing, and that a later look does not find. */
export interface Absence {
  /** The last word on the part. */
  readonly before: Event;
  readonly look: Event;
}

/** Whether a later look that proves absence does not find a part whose last word is that it stands (DOMAIN 3.5, `deleted`). */
export function absenceOf(group: Group, moments: readonly Moment[], looks: readonly LookAt[]): Absence | undefined {
  const told = moments.filter(({ folded }) => isObjectRecord(folded.sighting));
  const last = told.at(-1);
  if (last === undefined || last.act === 'deleted') return undefined;
  const namespace = last.folded.sighting.namespace ?? group.namespace;
  const later = looks.find(
    ({ event, look }) => look.provesAbsence && holds(look, namespace) && compareEvents(event, last.event) > 0,
  );
  return later === undefined ? undefined : { before: last.event, look: later.event };
}

function holds({ namespaces }: Look, namespace: string): boolean {
  return namespaces === undefined || namespaces.includes(namespace);
}

/** It went between the last word on it and the look: nobody watched. */
export function absenceStep(part: SubscriptionPart, { before, look }: Absence): StepRecords {
  return { step: 'deleted', part, strength: 'inferred', at: [before, look], events: [before, look], count: 1 };
}
