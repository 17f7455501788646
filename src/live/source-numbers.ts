import { type Source, trustRank } from '../windows/index.ts';

/**
 * Numbers of the sources of a window. They are given as sources come, and given anew in the order of their names before judging, so
 * that what follows the order of sources does not depend on which came first (L7).
 */
export class SourceNumbers {
  #sources: Source[] = [];
  #numbers = new Map<string, number>();
  #isSorted = true;

  get sources(): Source[] {
    return this.#sources;
  }

  of(source: Source): number {
    const key = keyOf(source);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#sources.length;
    this.#isSorted &&= number === 0 || keyOf(this.#sources[number - 1] ?? source) < key;
    this.#sources.push(source);
    this.#numbers.set(key, number);
    return number;
  }

  /** Gives sources the numbers that they have in this list, where none has one yet. */
  adopt(sources: readonly Source[]): void {
    for (const source of sources) this.of(source);
  }

  /** The new numbers by the old ones; undefined where they are in order. */
  sort(): readonly number[] | undefined {
    if (this.#isSorted) return undefined;
    const before = [...this.#numbers];
    const sorted = before.map(([key]) => key).sort((a, b) => (a < b ? -1 : 1));
    const after = new Map(sorted.map((key, number) => [key, number]));
    const numbers: number[] = [];
    const sources: Source[] = [];
    for (const [key, old] of before) {
      const number = after.get(key) ?? 0;
      numbers[old] = number;
      sources[number] = this.#sources[old] ?? { file: key };
    }
    this.#sources = sources;
    this.#numbers = after;
    this.#isSorted = true;
    return numbers;
  }
}

/** A source by name, however it came. */
export function fileKey({ file, container = [] }: Source): string {
  return [file, ...container].join('\u0000');
}

/** What came in another way is a source of its own (L18); higher classes come first. */
function keyOf(source: Source): string {
  const { trust = 'file', hostNotBound, relayed } = source;
  return [trustRank(source), fileKey(source), trust, hostNotBound ?? '', relayed ?? ''].join('\u0000');
}
