import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type LoadedPins,
  loadPins,
  type NewPin,
  PIN_FOLDER,
  type Pin,
  pastReview,
  pinId,
  withoutPin,
  withPin,
  writePinFile,
} from '../pins/index.ts';
import type { PinHits } from './detect/messages.ts';
import { inTurn } from './in-turn.ts';

/** The only file of pins that the API writes (SETTLED G8). */
const CONSOLE = 'console.yaml';

export type Shelved =
  | { readonly kind: 'pin'; readonly pin: Pin; readonly isKnown: boolean }
  | { readonly kind: 'unknown' }
  /** It contradicts what is there, or stands in a file that people edit. */
  | { readonly kind: 'conflict'; readonly why: string }
  | { readonly kind: 'stale' }
  | { readonly kind: 'failed'; readonly why: string };

export interface ShelfParts {
  /** The folder of `pins.yaml` and `pins.d`, or one file that people edit. */
  readonly path: string;
  readonly pins: readonly Pin[];
  /** Told of all pins after a change. */
  onChange(pins: readonly Pin[]): void;
}

/** The pins of a running server: those of its files, and what each lowered at the last judgement. Changes are made one at a time. */
export class PinShelf {
  #path: string;
  readonly #onChange: ShelfParts['onChange'];
  readonly #inTurn = inTurn();
  #pins: readonly Pin[];
  #hits: ReadonlyMap<string, PinHits> = new Map();

  constructor({ path, pins, onChange }: ShelfParts) {
    this.#path = path;
    this.#pins = pins;
    this.#onChange = onChange;
  }

  /** In the order of the files. */
  get pins(): readonly Pin[] {
    return this.#pins;
  }

  /** What a pin lowered at the last judgement; undefined before there was one. */
  hitsOf(id: string): PinHits | undefined {
    return this.#hits.get(id);
  }

  /** Debts that are due (L16). */
  degraded(nowMs: number): readonly string[] {
    const overdue = pastReview(this.#pins, nowMs);
    const [first] = overdue;
    return first === undefined
      ? []
      : [`${overdue.length} pin(s) are past review, the oldest by ${first.owner} (${first.id})`];
  }

  get figures(): Readonly<Record<string, unknown>> {
    const hits = [...this.#hits.values()];
    return {
      pins: this.#pins.length,
      unmatched: hits.filter(({ subscriptions, findings }) => subscriptions + findings === 0).length,
      lowered: hits.reduce((sum, { subscriptions, findings }) => sum + subscriptions + findings, 0),
    };
  }

  note(hits: readonly PinHits[]): void {
    this.#hits = new Map(hits.map((one) => [one.id, one]));
  }

  /** Takes what was read from the files. */
  use(pins: readonly Pin[]): void {
    this.#pins = pins;
    this.#onChange(pins);
  }

  /** Takes what stands in the files now, which may be others than before; gives why not. In turn with changes: none of them is undone by it. */
  reload(path: string): Promise<string | undefined> {
    return this.#inTurn(async () => {
      const loaded = await loadPins(path);
      if (loaded.kind !== 'pins') return problemOf(loaded);
      this.#path = path;
      this.use(loaded.pins);
      return undefined;
    });
  }

  /** Adds a pin. `keep` is told of it before it counts, and may refuse. */
  add(pin: NewPin, keep: (pin: Pin) => Promise<string | undefined>): Promise<Shelved> {
    return this.#inTurn(async () => {
      const id = pinId(pin);
      const loaded = await this.#read();
      if (typeof loaded === 'string') return { kind: 'conflict', why: loaded };
      const known = loaded.pins.find((one) => one.id === id);
      if (known !== undefined) {
        if (isSame(known, pin)) return { kind: 'pin', pin: known, isKnown: true };
        return { kind: 'conflict', why: `It is pinned already, by ${known.owner} with the review ${known.review}.` };
      }
      const path = this.#console();
      if (path === undefined) return { kind: 'conflict', why: byHand(this.#path) };
      const before = textOf(loaded, path);
      const made: Pin = { ...pin, id, place: path };
      return await this.#change(path, before, await withPin(before ?? '', pin), made, keep);
    });
  }

  /** Takes a pin out, as `isSeen` knows it. */
  remove(id: string, isSeen: (pin: Pin) => boolean, keep: (pin: Pin) => Promise<string | undefined>): Promise<Shelved> {
    return this.#inTurn(async () => {
      const loaded = await this.#read();
      if (typeof loaded === 'string') return { kind: 'conflict', why: loaded };
      const pin = loaded.pins.find((one) => one.id === id);
      if (pin === undefined) return { kind: 'unknown' };
      if (!isSeen(pin)) return { kind: 'stale' };
      const path = this.#console();
      const before = path === undefined ? undefined : textOf(loaded, path);
      const rest = before === undefined ? undefined : await withoutPin(before, id);
      if (path === undefined || rest === undefined) return { kind: 'conflict', why: byHand(pin.place) };
      return await this.#change(path, before, rest, pin, keep);
    });
  }

  async #change(
    path: string,
    before: string | undefined,
    after: string,
    pin: Pin,
    keep: (pin: Pin) => Promise<string | undefined>,
  ): Promise<Shelved> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writePinFile(path, after);
      const refusal = await keep(pin);
      if (refusal !== undefined) {
        await writePinFile(path, before ?? '');
        return { kind: 'failed', why: refusal };
      }
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause)) throw cause;
      return { kind: 'failed', why: `The file of pins could not be written (${String(cause.code)}).` };
    }
    const loaded = await this.#read();
    if (typeof loaded === 'string') return { kind: 'failed', why: loaded };
    this.use(loaded.pins);
    return { kind: 'pin', pin: loaded.pins.find(({ id }) => id === pin.id) ?? pin, isKnown: false };
  }

  async #read(): Promise<Extract<LoadedPins, { kind: 'pins' }> | string> {
    const loaded = await loadPins(this.#path);
    return loaded.kind === 'pins' ? loaded : problemOf(loaded);
  }

  /** Undefined where the pins are one file that people edit. */
  #console(): string | undefined {
    return /\.ya?ml$/.test(this.#path) ? undefined : join(this.#path, PIN_FOLDER, CONSOLE);
  }
}

function problemOf({ problems: [first] }: Exclude<LoadedPins, { kind: 'pins' }>): string {
  return `The files of pins are not sound: ${first?.place ?? ''} ${first?.message ?? ''}`;
}

function textOf({ files }: Extract<LoadedPins, { kind: 'pins' }>, path: string): string | undefined {
  return files.find((file) => file.path === path)?.text;
}

function byHand(place: string): string {
  return `It stands in a file that people edit: ${place}.`;
}

/** The same pin sent twice, but for the day on which it was made. */
function isSame(known: Pin, { owner, reason, review, what }: NewPin): boolean {
  return known.owner === owner && known.reason === reason && known.review === review && known.what === what;
}
