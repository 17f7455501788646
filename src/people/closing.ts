/** A next step, as far as closing asks for it. */
export interface ClosingStep {
  readonly id: string;
  readonly phase: string;
}

/** What people did about an incident, as far as closing asks for it. */
export interface ClosingWork {
  readonly verdict: string | null;
  readonly learn: string | null;
  /** Of this episode. `triage`: when it was first judged, by a verdict other than `inconclusive`. */
  readonly times: { readonly triage?: unknown };
  /** Steps that are done, or do not apply for a reason, by their id. */
  readonly taken: Readonly<Record<string, unknown>>;
}

/** What stands between an incident and its end. */
export interface ClosingNeeds<Step> {
  /** No verdict, `inconclusive`, or one of an episode before. What else is asked for depends on the verdict, and is not asked for before there is one. */
  readonly verdict: boolean;
  /** Contain and verify steps that nobody dealt with, where the verdict is `malicious`. */
  readonly steps: readonly Step[];
  /** The verdict is `malicious` and nobody wrote what is learned from it. */
  readonly learn: boolean;
  /** The other steps that nobody dealt with: advised, and no condition. */
  readonly advised: readonly Step[];
}

/** Phases whose steps closing as `malicious` waits for. */
const NEEDED: ReadonlySet<string> = new Set(['contain', 'verify']);

/**
 * What closing asks for (SETTLED G2): a verdict of this episode other than `inconclusive`, and for `malicious` every contain and verify step done or not applicable,
 * and a learn text. The server refuses by it, and the page says it before. Steps come in the order in which they were given.
 */
export function closingNeeds<Step extends ClosingStep>(
  { verdict, learn, times, taken }: ClosingWork,
  next: readonly Step[],
): ClosingNeeds<Step> {
  const open = next.filter(({ id }) => taken[id] === undefined);
  const isMalicious = verdict === 'malicious';
  const isNeeded = ({ phase }: Step): boolean => isMalicious && NEEDED.has(phase);
  return {
    verdict: verdict === null || verdict === 'inconclusive' || times.triage === undefined,
    steps: open.filter(isNeeded),
    learn: isMalicious && (learn ?? '').trim() === '',
    advised: open.filter((step) => !isNeeded(step)),
  };
}

/** What a verdict is known by: when it was given, where that is kept. */
export interface GivenVerdict {
  readonly verdict: string | null;
  /** From 1; one more each time it is opened again. */
  readonly episode: number;
  readonly judged: { readonly episode: number } | null;
  /** Of this episode. */
  readonly times: { readonly triage?: unknown };
}

/** True of a verdict of an episode before: it is shown, and says nothing of this one. `inconclusive` has no time of its own, but an episode where it has a reason. */
export function isVerdictBefore({ verdict, episode, judged, times }: GivenVerdict): boolean {
  return verdict !== null && episode > 1 && times.triage === undefined && judged?.episode !== episode;
}
