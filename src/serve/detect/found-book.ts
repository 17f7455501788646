import {
  type FoundPart,
  type FoundRevisions,
  foundKey,
  type KnownFound,
  reviseFound,
  type WindowJudgement,
} from '../../live/index.ts';
import { endOf, UNCLAIMED_IS_FINAL, type UnclaimedRule } from './unclaimed.ts';

interface Entry {
  readonly known: KnownFound;
  /** The lane that found it last; what the state knew at the start belongs to none yet. */
  readonly owner: object | undefined;
  /** The owner found it since the start, or since other rules came. */
  readonly isSpoken: boolean;
}

/** Most that are remembered: what is final or withdrawn is forgotten first, for the state remembers it. */
const MOST = 300_000;

/**
 * What was told of findings and subscriptions, by whichever lane (as `ToldBook` has it of incidents). What no lane has found since the
 * start may lack evidence for another reason than later evidence, and is final, not withdrawn, but where an `UnclaimedRule` knows better.
 */
export class FoundBook {
  readonly #entries = new Map<string, Entry>();
  /** Those that are told, which a judgement may end: far fewer than all. */
  readonly #told = new Set<string>();
  /** What the last judgement of each lane held. */
  readonly #held = new Map<object, ReadonlySet<string>>();

  constructor(known: readonly Omit<KnownFound, 'standing'>[]) {
    for (const one of known) this.#set({ ...one, standing: 'told' }, undefined, false);
  }

  /** What a judgement of a lane changes. The main lane also speaks for what is nobody's. */
  revise(
    lane: object,
    judgement: WindowJudgement,
    isMain: boolean,
    unclaimed: UnclaimedRule = UNCLAIMED_IS_FINAL,
  ): FoundRevisions {
    const judged = judgement.found.filter((part) => !this.#isHeldElsewhere(lane, foundKey(part)));
    const known = this.#knownTo(lane, judged, isMain);
    const revisions = reviseFound({ known, judged, wholeFromMs: (host) => judgement.wholeFromMs(host) });
    const whole = new Set(revisions.withdrawn);
    const ends = Map.groupBy([...revisions.withdrawn, ...revisions.final], (one) => {
      const { owner, isSpoken = false } = this.#entries.get(foundKey(one)) ?? {};
      return endOf({ isUnclaimed: owner === undefined, isSpoken, isWhole: whole.has(one) }, unclaimed);
    });
    const withdrawn = ends.get('withdrawn') ?? [];
    const final = ends.get('final') ?? [];
    this.#note(lane, judged, { ...revisions, withdrawn, final });
    return { told: revisions.told, withdrawn, final };
  }

  /** Other rules: what they do not find any more was not refuted by evidence. */
  renew(lane: object): void {
    for (const [key, entry] of this.#entries) {
      if (entry.owner === lane) this.#entries.set(key, { ...entry, isSpoken: false });
    }
  }

  /** A lane ends: nobody can speak for what it still told. Gives those. */
  end(lane: object): readonly KnownFound[] {
    const left: KnownFound[] = [];
    for (const [key, { known, owner }] of this.#entries) {
      if (owner !== lane) continue;
      if (known.standing === 'told') left.push(known);
      this.#entries.set(key, { known, owner: undefined, isSpoken: false });
    }
    for (const one of left) this.#end(one, 'final');
    this.#held.delete(lane);
    return left;
  }

  #knownTo(lane: object, judged: readonly FoundPart[], isMain: boolean): ReadonlyMap<string, KnownFound> {
    const known = new Map<string, KnownFound>();
    for (const key of this.#told) {
      const entry = this.#entries.get(key);
      if (entry?.owner === lane || (entry !== undefined && entry.owner === undefined && isMain))
        known.set(key, entry.known);
    }
    for (const part of judged) {
      const key = foundKey(part);
      const entry = this.#entries.get(key);
      if (entry !== undefined) known.set(key, entry.known);
    }
    return known;
  }

  #note(lane: object, judged: readonly FoundPart[], { told, withdrawn, final }: FoundRevisions): void {
    for (const { part: _, isWhole: __, ...known } of told) this.#set({ ...known, standing: 'told' }, lane, true);
    for (const part of judged) {
      const entry = this.#entries.get(foundKey(part));
      if (entry !== undefined && !(entry.owner === lane && entry.isSpoken)) this.#set(entry.known, lane, true);
    }
    for (const one of withdrawn) this.#end(one, 'withdrawn');
    for (const one of final) this.#end(one, 'final');
    this.#held.set(lane, new Set(judged.map(foundKey)));
    if (this.#entries.size > MOST) this.#forget();
  }

  #set(known: KnownFound, owner: object | undefined, isSpoken: boolean): void {
    const key = foundKey(known);
    this.#entries.set(key, { known, owner, isSpoken });
    if (known.standing === 'told') this.#told.add(key);
  }

  #end(one: KnownFound, standing: KnownFound['standing']): void {
    const key = foundKey(one);
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, known: { ...entry.known, standing } });
    this.#told.delete(key);
  }

  #isHeldElsewhere(lane: object, key: string): boolean {
    const owner = this.#entries.get(key)?.owner;
    return owner !== undefined && owner !== lane && this.#held.get(owner)?.has(key) === true;
  }

  #forget(): void {
    const held = [...this.#held.values()];
    for (const key of this.#entries.keys()) {
      if (!this.#told.has(key) && !held.some((keys) => keys.has(key))) this.#entries.delete(key);
    }
  }
}
