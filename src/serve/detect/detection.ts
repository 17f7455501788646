import { type HandedRules, matcherOf, takeRules } from '../../intake/index.ts';
import {
  type IncidentParts,
  type KnownIncident,
  membersOf,
  nextJudgement,
  partsOf,
  type RecordKey,
  type Revisions,
  revise,
  type ToldRevision,
  Window,
} from '../../live/index.ts';
import { recordLine } from '../../report/index.ts';
import type { EventMatcher } from '../../taxonomy/index.ts';
import type { CitedLine, DetectRequest, JudgedStep, ToDetect, ToldIncident } from './messages.ts';

interface Rules {
  readonly rules?: EventMatcher;
  readonly pack?: EventMatcher;
}

interface Judged {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly newestMs: number;
  readonly watermarkMs: number;
}

/** After the last event everything is said, so the watermark stands behind all of them. */
const FINAL_MS = 8_640_000_000_000_000;

/**
 * What the thread of detection does: holds the window, judges it when there is reason to, and says what changed against what was
 * told before. Times of the server come with each call; it has no clock.
 */
export class Detection {
  readonly #window: Window;
  readonly #known: Map<string, KnownIncident>;
  readonly #pins = new Map<string, readonly RecordKey[]>();
  #rules: Rules;
  #position = 0;
  #arrivedMs: number | undefined;
  #hasNews = false;
  #isFinishing = false;
  #last: Judged | undefined;

  constructor(request: DetectRequest) {
    const { latenessMs, heldMs, heldBytes, wholeFromMs, known } = request;
    this.#window = new Window({
      bytes: heldBytes,
      spanMs: heldMs,
      latenessMs,
      ...(wholeFromMs === undefined ? {} : { wholeFromMs }),
    });
    this.#known = new Map(known.map((one) => [one.id, one]));
    this.#rules = rulesOf(request);
  }

  take(message: ToDetect): void {
    switch (message.kind) {
      case 'batch': {
        const { position, source, decoded, arriveMs, isOld } = message;
        const { rows } = this.#window.acceptText(source, decoded, arriveMs);
        this.#position = Math.max(this.#position, position);
        if (rows === 0) break;
        this.#hasNews = true;
        if (!isOld) this.#arrivedMs = arriveMs;
        break;
      }
      case 'empty':
        this.#position = Math.max(this.#position, message.position);
        break;
      case 'rules':
        this.#rules = rulesOf(message);
        this.#hasNews = true;
        break;
      case 'finish':
        this.#isFinishing = true;
        this.#hasNews = true;
        break;
    }
  }

  /** When the window is to be judged, by the server's clock; undefined while nothing asks for it. */
  dueMs(nowMs: number): number | undefined {
    if (this.#isFinishing) return nowMs;
    const last = this.#last;
    return nextJudgement(
      {
        hasArrivals: this.#hasNews,
        ...(last === undefined ? {} : { last, judgedNewestMs: last.newestMs }),
        judgedWatermarkMs: last?.watermarkMs ?? Number.NEGATIVE_INFINITY,
        watermarkMs: this.#window.watermark(nowMs).ms,
      },
      nowMs,
    );
  }

  /** Position of the last batch that was taken: what a step without a judgement stands for. */
  get position(): number {
    return this.#position;
  }

  /** True where nothing was taken since the last judgement that could change one. */
  get isQuiet(): boolean {
    return !this.#hasNews;
  }

  /** Judges the window. `clock` is the server's wall clock, Unix milliseconds. */
  judge(clock: () => number): JudgedStep {
    const beganMs = clock();
    const watermark = this.#window.watermark(beganMs);
    const position = this.#position;
    const arrivedMs = this.#arrivedMs;
    const isFinished = this.#isFinishing;
    this.#hasNews = false;
    this.#arrivedMs = undefined;
    this.#isFinishing = false;
    // At the end everything is said, whatever a watermark would still wait for.
    const judgement = this.#window.judge({ ...this.#rules, ...(isFinished ? {} : { watermarkMs: watermark.ms }) });
    const endedMs = clock();
    const parts = partsOf(judgement);
    const revisions = revise({
      known: this.#known,
      judged: parts,
      wholeFromMs: (host) => judgement.wholeFromMs(host),
      server: {
        arrive: { ms: arrivedMs ?? beganMs, source: 'the batch that completed it' },
        detect: { ms: endedMs, source: 'the judgement that found it' },
        alert: { ms: endedMs, source: 'the commit that told it' },
      },
    });
    this.#remember(revisions, parts);
    this.#last = {
      beganMs,
      endedMs,
      newestMs: judgement.newestMs,
      watermarkMs: isFinished ? FINAL_MS : watermark.ms,
    };
    return {
      kind: 'judged',
      position,
      atMs: endedMs,
      told: [...revisions.added, ...revisions.changed].map(toldOf),
      superseded: revisions.superseded,
      withdrawn: revisions.withdrawn,
      final: revisions.final.map(({ id }) => id),
      counts: this.#window.counts,
      evicted: judgement.evicted,
      judgeMs: endedMs - beganMs,
      ...(arrivedMs === undefined ? {} : { latencyMs: endedMs - arrivedMs }),
      watermarkMs: watermark.ms,
      activeSources: watermark.active,
      silentSources: watermark.silent,
      isFinished,
    };
  }

  /** Keeps what the next judgement is compared with, and pins what open incidents cite (L15). */
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
    this.#window.pin([...this.#pins.values()].flat());
  }

  #setStanding(id: string, standing: KnownIncident['standing']): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.#known.set(id, { ...known, standing });
  }
}

function rulesOf({ rules, pack }: { readonly rules?: HandedRules; readonly pack?: HandedRules }): Rules {
  return {
    ...(rules === undefined ? {} : { rules: matcherOf(takeRules(rules)).matcher }),
    ...(pack === undefined ? {} : { pack: matcherOf(takeRules(pack)).matcher }),
  };
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

function toldOf(told: ToldRevision): ToldIncident {
  const { incident, findings, subscriptions, gaps, records, version, digest, times, absorbs, isRestored } = told;
  const { id, hosts, first, last, title, level, next } = incident;
  return {
    id,
    version,
    digest,
    members: membersOf(told),
    hosts,
    first,
    last,
    title,
    level,
    isWmi: incident.levels.wmi !== undefined,
    times,
    absorbs,
    steps: next.map(({ id: step, phase }) => ({ id: step, phase })),
    isRestored,
    document: JSON.stringify({ incident, findings, subscriptions, gaps }),
    records: records.map(({ event, id: record, host }): CitedLine => {
      const line = recordLine(event, record, host);
      return { id: record, host, time: line.time ?? '', json: JSON.stringify(line) };
    }),
  };
}
