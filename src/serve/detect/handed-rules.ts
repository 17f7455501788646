import { type HandedRules, matcherOf, takeRules } from '../../intake/index.ts';
import type { JudgeContext } from '../../live/index.ts';

export interface Rules extends Pick<JudgeContext, 'rules' | 'pack'> {
  /** Makes some of them ready that an event would have to wait for; false where all are. */
  makeReady(): boolean;
}

/** Rules as another thread handed them over. */
export function rulesOf(handed: { readonly rules?: HandedRules; readonly pack?: HandedRules }): Rules {
  const { rules, pack } = handed;
  const own = rules === undefined ? {} : { rules: matcherOf(takeRules(rules)).matcher };
  const ours = pack === undefined ? {} : { pack: matcherOf(takeRules(pack)).matcher };
  const waiting = [ours.pack, own.rules].flatMap((matcher) => matcher?.makingReady() ?? []);
  const makeReady = (): boolean => waiting.some((pieces) => pieces.next().done !== true);
  return { ...own, ...ours, makeReady };
}
