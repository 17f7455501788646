import { createHash } from 'node:crypto';
import type { Sender } from '../accounts/index.ts';
import type { Outcome, State } from '../state/index.ts';
import type { Log } from './log.ts';
import { handed, type ServedRules, type ServeRequest } from './serve-request.ts';

/** So many bytes of a digest are a whole number. */
const NUMBER_BYTES = 6;

export interface JudgedByParts {
  readonly state: State;
  readonly log: Log;
  readonly request: Pick<ServeRequest, 'version' | 'settings' | 'reading'>;
  readonly rules: ServedRules;
  readonly senders: readonly Sender[];
  /** Nothing that is told could be gone: a new server. */
  readonly hasNothingTold: boolean;
}

/**
 * Whether what was told before this start was read and judged as all is read and judged now: by this version, these rules and settings, and senders that
 * are bound to the same hosts. Only then does an event that came meanwhile speak against what is not found again; after a change it is the change.
 * While it is not one thing by which all that is told was judged, the state says so, so that a start after a kill knows as much.
 */
export class JudgedBy {
  /** What the state knew at this start is of the same. */
  readonly isSame: boolean;
  readonly #parts: JudgedByParts;
  readonly #number: number;
  #isOne: boolean;
  #isUnchanged = true;

  private constructor(parts: JudgedByParts, number: number, isSame: boolean) {
    this.#parts = parts;
    this.#number = number;
    this.isSame = isSame;
    this.#isOne = true;
  }

  static async open(parts: JudgedByParts): Promise<JudgedBy> {
    const number = numberOf(parts);
    const before = await parts.state.call('judgedBy', null);
    const isSame = before.kind === 'done' && before.value.number === number;
    const judgedBy = new JudgedBy(parts, number, isSame);
    if (!isSame) await judgedBy.#note(parts.hasNothingTold ? number : 0);
    return judgedBy;
  }

  /** The number of all by which batches are read and judged; undefined where it is not one thing since this start. */
  get number(): number | undefined {
    return this.#isUnchanged ? this.#number : undefined;
  }

  /** All that is told was judged, or called gone, since this start. */
  async caughtUp(): Promise<void> {
    if (this.#isOne && !this.isSame) await this.#note(this.#number);
  }

  /** Rules and readers came anew: where they are others, what is told until the next start is of both. */
  async changed(rules: ServedRules, reading: ServeRequest['reading']): Promise<void> {
    const { request } = this.#parts;
    const now = { ...this.#parts, rules, request: { ...request, ...(reading === undefined ? {} : { reading }) } };
    if (this.#isUnchanged && numberOf(now) === this.#number) return;
    this.#isOne = false;
    this.#isUnchanged = false;
    await this.#note(0);
  }

  async #note(number: number): Promise<void> {
    const { state, log } = this.#parts;
    const outcome: Outcome<null> = await state.call('noteJudgedBy', { number });
    // Trouble of the disk keeps nobody from reading.
    if (outcome.kind === 'refused') log.warn('by what is judged is not noted', { message: outcome.message });
  }
}

/** A number of all that decides what is found in the same events, from 1. */
function numberOf({ request, rules, senders }: JudgedByParts): number {
  const { version, settings, reading } = request;
  const hash = createHash('sha256');
  const bound = senders
    .filter(({ hosts, isRelay }) => isRelay || hosts.length > 0)
    .map(({ id, hosts, isRelay }) => ({ id, hosts, isRelay }));
  const { lateness, heldTime, heldBytes } = settings.detection;
  const zones = [...(reading?.senderZones ?? [])];
  hash.update(JSON.stringify([version, bound, { lateness, heldTime, heldBytes }, reading, zones]));
  const { rulesNumber: _, ...sets } = handed(rules);
  for (const [kind, set] of Object.entries(sets)) {
    hash.update(JSON.stringify([kind, set.selection, [...(set.selection.excluded ?? [])]]));
    for (const group of set.groups) hash.update(group);
  }
  return 1 + hash.digest().readUIntBE(0, NUMBER_BYTES);
}
