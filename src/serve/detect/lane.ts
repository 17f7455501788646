import type { Decoded, TextAnswer } from '../../intake/index.ts';
import {
  type IncidentParts,
  type JudgeContext,
  type KnownIncident,
  membersOf,
  partsOf,
  type RecordKey,
  type Revisions,
  revise,
  type ServerTimes,
  type ToldRevision,
  type Watermark,
  Window,
  type WindowJudgement,
  type WindowOptions,
} from '../../live/index.ts';
import type { Source } from '../../windows/index.ts';
import type { SettledIncidents } from './messages.ts';
import { QuietChanges } from './quiet-changes.ts';

/** A window with what was told of it: it is compared with itself, and pins what its incidents cite (L15). */
export class Lane {
  readonly window: Window;
  readonly #known: Map<string, KnownIncident>;
  readonly #pins = new Map<string, readonly RecordKey[]>();
  readonly #quiet = new QuietChanges();
  /** When the newest of what was not judged yet arrived; undefined where nothing new came. */
  #arrivedMs: number | undefined;
  #hasNews = false;
  #unjudgedBytes = 0;

  constructor(options: WindowOptions, known: readonly KnownIncident[]) {
    this.window = new Window(options);
    this.#known = new Map(known.map((one) => [one.id, one]));
  }

  /** True where something came that can change a judgement. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  get arrivedMs(): number | undefined {
    return this.#arrivedMs;
  }

  /** Bytes of rows that no judgement has seen. */
  get unjudgedBytes(): number {
    return this.#unjudgedBytes;
  }

  /** Asks for a judgement though nothing came. */
  renew(): void {
    this.#hasNews = true;
  }

  take(source: Source, decoded: Decoded<TextAnswer>, arriveMs: number, isOld: boolean): void {
    const bytes = decoded.answer.rows.bytes.length;
    const { rows } = this.window.acceptText(source, decoded, arriveMs);
    if (rows === 0) return;
    this.#hasNews = true;
    this.#unjudgedBytes += bytes;
    if (!isOld) this.#arrivedMs = arriveMs;
  }

  /** Judges the window from the beginning. */
  judge(context: JudgeContext): WindowJudgement {
    this.#hasNews = false;
    this.#arrivedMs = undefined;
    this.#unjudgedBytes = 0;
    return this.window.judge(context);
  }

  /** What a judgement changes against what was told; what another lane tells already is left to it. */
  revise(
    judgement: WindowJudgement,
    server: ServerTimes,
    { isOthers, isFinal }: { readonly isOthers: (id: string) => boolean; readonly isFinal: boolean },
  ): Revisions {
    const own = partsOf(judgement).filter(({ incident }) => !isOthers(incident.id));
    const parts = this.#quiet.settle(own, this.#known, server.detect.ms, isFinal);
    const wholeFromMs = (host: string): number => judgement.wholeFromMs(host);
    const revisions = revise({ known: this.#known, judged: parts, wholeFromMs, server });
    this.#remember(revisions, parts);
    this.window.forget();
    return revisions;
  }

  tells(id: string): boolean {
    const standing = this.#known.get(id)?.standing;
    return standing === 'told' || standing === 'final';
  }

  /** What is still told by it, when it ends: nobody can speak for it any more. */
  end(): readonly KnownIncident[] {
    return [...this.#known.values()].filter(({ standing }) => standing === 'told');
  }

  /** Takes over what another lane told. */
  inherit(known: readonly KnownIncident[]): void {
    for (const one of known) if (!this.#known.has(one.id)) this.#known.set(one.id, { ...one, standing: 'final' });
  }

  /** Follows the state: the versions that it gave, and what it keeps no longer. */
  settle({ versions, dropped }: SettledIncidents): void {
    for (const { id, version } of versions) {
      const known = this.#known.get(id);
      if (known !== undefined) this.#known.set(id, { ...known, version: Math.max(known.version, version) });
    }
    for (const id of dropped) {
      this.#known.delete(id);
      this.#pins.delete(id);
      this.#quiet.forget(id);
    }
  }

  watermark(nowMs: number): Watermark {
    return this.window.watermark(nowMs);
  }

  #remember({ added, changed, superseded, withdrawn, final }: Revisions, parts: readonly IncidentParts[]): void {
    for (const told of [...added, ...changed]) this.#known.set(told.incident.id, knownOf(told));
    for (const { id } of superseded) this.#setStanding(id, 'merged');
    for (const { id } of withdrawn) this.#setStanding(id, 'withdrawn');
    for (const { id } of final) this.#setStanding(id, 'final');
    for (const { incident, records } of parts) this.#pins.set(incident.id, records.map(keyOf));
    for (const id of this.#pins.keys()) {
      const standing = this.#known.get(id)?.standing;
      if (standing === 'merged' || standing === 'withdrawn') this.#pins.delete(id);
    }
    this.window.pin([...this.#pins.values()].flat());
  }

  #setStanding(id: string, standing: KnownIncident['standing']): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.#known.set(id, { ...known, standing });
  }
}

function keyOf({ event }: IncidentParts['records'][number]): RecordKey {
  const { computer, channel, eventId, recordId, timeMs, timeTicks } = event;
  return { computer, channel, eventId, recordId, timeMs, timeTicks };
}

function knownOf(told: ToldRevision): KnownIncident {
  const { incident, version, digest, times } = told;
  const { id, hosts, first } = incident;
  return { id, version, digest, members: membersOf(told), hosts, first, times, standing: 'told' };
}
