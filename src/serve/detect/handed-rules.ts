import { type HandedRules, matcherOf, takeRules } from '../../intake/index.ts';
import type { JudgeContext } from '../../live/index.ts';

export type Rules = Pick<JudgeContext, 'rules' | 'pack'>;

/** Rules as another thread handed them over, ready to match. */
export function rulesOf({ rules, pack }: { readonly rules?: HandedRules; readonly pack?: HandedRules }): Rules {
  return {
    ...(rules === undefined ? {} : { rules: matcherOf(takeRules(rules)).matcher }),
    ...(pack === undefined ? {} : { pack: matcherOf(takeRules(pack)).matcher }),
  };
}
