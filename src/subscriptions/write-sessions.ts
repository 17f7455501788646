import type { CallSources, CandidateLogon, Who, WhoIsWho } from '../entities/index.ts';
import { type Event, isInteractiveUserSid } from '../windows/index.ts';
import type { Group } from './grouping.ts';
import type { SessionsAt } from './origin.ts';
import { compareEvents, type FoldedSighting, type Sighting } from './sighting.ts';

/** Sessions are asked for when the window of J12 has closed (DOMAIN 2.3), milliseconds. */
const SESSIONS_AFTER_MS = 2_000;
const MAX_SESSIONS_A_SIGHTING = 16;
const MAX_WAITING = 100_000;

interface Waiting {
  readonly entry: FoldedSighting;
  readonly event: Event;
  readonly who: Who;
}

/** Who had a session when an object was written, asked while the sessions are still known. */
export class WriteSessions {
  readonly #who: WhoIsWho;
  readonly #sources: CallSources | undefined;
  /** They go with the sighting when the store lets go of it. */
  readonly #sessions = new WeakMap<FoldedSighting, SessionsAt[]>();
  /** In order of arrival; asked from `#head` on. */
  #waiting: Waiting[] = [];
  #head = 0;
  #calls = 0;

  constructor(who: WhoIsWho, sources: CallSources | undefined) {
    this.#who = who;
    this.#sources = sources;
  }

  /** Asks about the writer of a record, once its window has closed. */
  ask(entry: FoldedSighting, event: Event): void {
    const who = writerOf(entry.sighting);
    if (who === undefined) return;
    this.#waiting.push({ entry, event, who });
    const oldest = this.#waiting[this.#head];
    if (this.#waiting.length - this.#head > MAX_WAITING && oldest !== undefined) this.#askNext(oldest);
  }

  /** Closes windows up to this time, Unix milliseconds. */
  settle(nowMs: number): void {
    for (;;) {
      const waiting = this.#waiting[this.#head];
      if (waiting === undefined || waiting.event.timeMs + SESSIONS_AFTER_MS > nowMs) break;
      this.#askNext(waiting);
    }
  }

  #askNext({ entry, event, who }: Waiting): void {
    this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    const known = this.#sessions.get(entry) ?? [];
    if (known.length >= MAX_SESSIONS_A_SIGHTING) return;
    const remote = this.#who.remoteLogons(entry.host, who, event.timeMs);
    const interactive = this.#who.interactiveLogon(entry.host, who, event.timeMs);
    const calls = this.#openCalls(entry, event, who, remote);
    if (remote.length === 0 && interactive === undefined && calls.length === 0) return;
    known.push({ event, act: entry.sighting.act, remote, interactive, calls });
    this.#sessions.set(entry, known);
  }

  /** Asks where a write came from: once for each logon that may have carried it; without one, for what else names a source. */
  #openCalls({ host }: FoldedSighting, event: Event, who: Who, remote: readonly CandidateLogon[]): readonly string[] {
    const sources = this.#sources;
    if (sources === undefined) return [];
    const logons = remote.length === 0 ? [undefined] : remote;
    return logons.map((logon) => {
      const key = `write\u0000${host}\u0000${this.#calls++}`;
      sources.open({
        key,
        host,
        ...who,
        timeMs: event.timeMs,
        timeTicks: event.timeTicks,
        ...(logon === undefined ? {} : { logon }),
        via: 'wmi',
      });
      return key;
    });
  }

  /** Of all records of a group, in order of time. */
  of(group: Group): readonly SessionsAt[] {
    const entries = new Set([...group.filters, ...group.consumers, ...group.bindings]);
    return [...entries]
      .flatMap((entry) => this.#sessions.get(entry) ?? [])
      .sort((a, b) => compareEvents(a.event, b.event));
  }
}

/** Whom J12 or J13 asks about: the writer that Sysmon names, or the person whose SID the objects bear. */
function writerOf(sighting: Sighting): Who | undefined {
  if (sighting.user !== undefined) return { account: sighting.user };
  const sids = [sighting.consumer?.creatorSid, sighting.filter?.creatorSid];
  const sid = sids.find((candidate) => candidate !== undefined && isInteractiveUserSid(candidate));
  return sid === undefined ? undefined : { sid };
}
