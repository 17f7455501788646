import { type Hold, MOST_HELD_NAMES, otherNames } from '../../archive/index.ts';
import type { State } from '../../state/index.ts';
import type { Log } from '../log.ts';
import type { Archiver } from './archiver.ts';
import { segmentsOfIncident } from './incident-segments.ts';

export interface FollowParts {
  readonly state: State;
  readonly log: Log;
}

/**
 * Has holds of incidents keep what these cite later: a new version adds the segments of its records, before retention looks. An incident that was merged is
 * followed to the one that took it in. Holds of hosts learn the names that their hosts have come to have.
 */
export class HoldFollower {
  /** The version that each hold was brought up to. */
  readonly #followed = new Map<string, string>();
  readonly #stop = new AbortController();

  /** `isCaughtUp`: the archive has all that was judged; else what is found now is looked for again. False where something could not be looked at: nothing may go yet. */
  async follow({ state, log }: FollowParts, { archive }: Archiver, isCaughtUp: boolean): Promise<boolean> {
    const holds = await archive.holds();
    if (holds.kind === 'refused') return false;
    let isWhole = true;
    const ids = new Set(holds.value.map(({ id }) => id));
    for (const id of this.#followed.keys()) if (!ids.has(id)) this.#followed.delete(id);
    for (const hold of holds.value) {
      if (this.#stop.signal.aborted) continue;
      if (hold.kind === 'host') isWhole = (await extendNames(state, log, archive, hold)) && isWhole;
      if (hold.kind !== 'incident') continue;
      const found = await state.call('readIncident', { id: hold.incident });
      if (found.kind === 'refused') isWhole = false;
      if (found.kind === 'refused' || found.value === null) continue;
      const at = `${found.value.id} ${found.value.version}`;
      if (this.#followed.get(hold.id) === at) continue;
      // Where the start could not mark it.
      if ((await state.call('keepIncidents', { ids: [hold.incident] })).kind === 'refused') isWhole = false;
      const isDone = await this.#extend(state, log, archive, hold);
      if (isDone && isCaughtUp) this.#followed.set(hold.id, at);
      isWhole &&= isDone;
    }
    return isWhole;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #extend(
    state: State,
    log: Log,
    archive: Archiver['archive'],
    { id, incident, segments: held }: Extract<Hold, { kind: 'incident' }>,
  ): Promise<boolean> {
    const segments = await segmentsOfIncident(state, archive, incident, this.#stop.signal);
    if (segments.kind === 'refused') {
      log.warn('hold not extended', { hold: id, message: segments.message });
      return false;
    }
    const known = new Set(held);
    if (segments.value.every((segment) => known.has(segment))) return true;
    const extended = await archive.extendHold(id, { segments: segments.value });
    if (extended.kind === 'refused') log.warn('hold not extended', { hold: id, message: extended.message });
    return extended.kind === 'done';
  }
}

/**
 * Marks the incidents of all holds as ones that stay, also of holds that were made before there was such a mark: to be done before anything is committed, which may have
 * to make room.
 */
export async function keepHeldIncidents({ state, log }: FollowParts, archive: Archiver['archive']): Promise<void> {
  const holds = await archive.holds();
  const ids =
    holds.kind === 'refused' ? [] : holds.value.flatMap((hold) => (hold.kind === 'incident' ? hold.incident : []));
  const kept = holds.kind === 'refused' || ids.length === 0 ? holds : await state.call('keepIncidents', { ids });
  if (kept.kind === 'refused') log.error('incidents of holds not marked', { message: kept.message });
}

/** False where that could not be done. */
async function extendNames(
  state: State,
  log: Log,
  archive: Archiver['archive'],
  { id, host, names: held = [] }: Extract<Hold, { kind: 'host' }>,
): Promise<boolean> {
  const names = await state.call('namesOfHost', { host });
  if (names.kind === 'refused') return false;
  const known = new Set(held);
  if (held.length >= MOST_HELD_NAMES || otherNames(host, names.value).every((name) => known.has(name))) return true;
  const extended = await archive.extendHold(id, { names: names.value });
  if (extended.kind === 'refused') log.warn('hold not extended', { hold: id, message: extended.message });
  return extended.kind === 'done';
}
