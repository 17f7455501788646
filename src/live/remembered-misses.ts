import type { EventHit, HitFinder } from '../taxonomy/index.ts';
import { type Event, PackedEvent } from '../windows/index.ts';

const NONE: readonly EventHit[] = [];
/** What a 5861 is asked depends on what else is known of it (SETTLED E3). */
const BINDING = 5861;

/**
 * Rules that remember of a held row that none of them matches it: a mark on the row. A window is judged again and again, and nearly all of its rows are hit by no rule; to ask
 * them anew was half of a judgement with our pack, and three quarters with all public rules. The answer is one of the row's content, without its time, and of the rules alone; the
 * window takes its marks off where the rules become others.
 */
export class RememberedMisses implements HitFinder {
  readonly #matcher: HitFinder;
  readonly #mark: number;
  readonly rules: HitFinder['rules'];

  /** `mark` is a bit that no other rules use on these rows. */
  constructor(matcher: HitFinder, mark: number) {
    this.#matcher = matcher;
    this.#mark = mark;
    this.rules = matcher.rules;
  }

  match(event: Event, operation?: Parameters<HitFinder['match']>[1]): readonly EventHit[] {
    if (!(event instanceof PackedEvent) || event.eventId === BINDING) return this.#matcher.match(event, operation);
    if (event.hasMark(this.#mark)) return NONE;
    const hits = this.#matcher.match(event, operation);
    if (hits.length === 0) event.putMark(this.#mark);
    return hits;
  }
}

/** The mark of each kind of rules: also who reads rows may put it on them (`Window.marksOf`). */
export const MISS_MARKS = { rules: 1, pack: 2 } as const;
/** All that is remembered of a row. */
export const MISSES: number = MISS_MARKS.rules | MISS_MARKS.pack;

/** The rules of a window, each with what is remembered of its rows. */
export class RememberingRules {
  readonly #known = new Map<
    keyof typeof MISS_MARKS,
    { readonly matcher: HitFinder; readonly remembering: HitFinder }
  >();

  /** The same rules, remembering; `onChange` is told when they are other ones than the last time, of which marks say nothing. */
  of(
    asked: { readonly rules?: HitFinder; readonly pack?: HitFinder },
    onChange: () => void,
  ): { readonly rules?: HitFinder; readonly pack?: HitFinder } {
    const kinds = (['rules', 'pack'] as const).filter((kind) => asked[kind] !== undefined);
    const isChanged = kinds.some((kind) => (this.#known.get(kind)?.matcher ?? asked[kind]) !== asked[kind]);
    if (isChanged) {
      this.#known.clear();
      onChange();
    }
    return Object.fromEntries(
      kinds.flatMap((kind) => {
        const matcher = asked[kind];
        if (matcher === undefined) return [];
        const known = this.#known.get(kind) ?? {
          matcher,
          remembering: new RememberedMisses(matcher, MISS_MARKS[kind]),
        };
        this.#known.set(kind, known);
        return [[kind, known.remembering]];
      }),
    );
  }
}
