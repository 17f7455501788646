import type { Change } from './stream.ts';

/** So many are kept for a tab that comes later. */
const MOST_KEPT = 500;

/** A place of the stream, `EPOCH-NUMBER`; undefined for anything else. */
function placeOf(text: string): { readonly epoch: string; readonly number: number } | undefined {
  const [, epoch, number] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, number: Number(number) };
}

/** The newest changes of a stream, for whoever joins it after its own first look at the server. */
export class KeptChanges {
  /** All that came behind it is kept. */
  #from: string;
  #changes: Change[] = [];

  constructor(from: string) {
    this.#from = from;
  }

  add(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type === 'hello') continue;
      if (change.type === 'resync') {
        this.#from = change.id;
        this.#changes = [];
      } else this.#changes.push(change);
    }
    const gone = this.#changes.splice(0, Math.max(0, this.#changes.length - MOST_KEPT)).at(-1);
    this.#from = gone?.id ?? this.#from;
  }

  /** What came behind a place; a `resync` where that is not known any more. */
  after(place: string): readonly Change[] {
    const from = placeOf(this.#from);
    const wanted = placeOf(place);
    if (from === undefined || wanted?.epoch !== from.epoch || wanted.number < from.number)
      return [{ type: 'resync', id: this.#from, of: {} }];
    return this.#changes.filter(({ id }) => (placeOf(id)?.number ?? 0) > wanted.number);
  }
}
