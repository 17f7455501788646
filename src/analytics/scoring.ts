import type { Term } from '../subscriptions/index.ts';
import { BASE_SCORE, type Evidence, type Level, levelOfScore } from '../windows/index.ts';
import type { PayloadFeature } from '../wmi/index.ts';

/** Payload weights count up to this (DOMAIN 3.3). */
export const PAYLOAD_CAP = 40;
/** The payload weight of an interpreter as program: not counted where RX1 is (R01). */
const INTERPRETER_FEATURE = 'P03';

export interface Score {
  readonly level: Level;
  readonly score: number;
  readonly terms: readonly Term[];
}

/** The sum that is printed: base first, then modifiers, then payload weights up to the cap (DOMAIN 3.3). */
export function scoreOf(
  base: Level,
  baseText: string,
  modifiers: readonly Term[],
  features: readonly PayloadFeature[],
  evidence: readonly Evidence[],
): Score {
  const hasInterpreter = modifiers.some((term) => term.code === 'RX1');
  const terms: Term[] = [{ code: 'BASE', points: BASE_SCORE[base], text: baseText, evidence }, ...modifiers];
  let left = PAYLOAD_CAP;
  for (const feature of features) {
    if (hasInterpreter && feature.code === INTERPRETER_FEATURE) continue;
    const points = Math.min(left, feature.points);
    left -= points;
    const cap = points < feature.points ? ` (${feature.points}, cut at the cap of ${PAYLOAD_CAP})` : '';
    terms.push({ code: feature.code, points, text: `${feature.title}: ${feature.match}${cap}`, evidence });
  }
  const sum = terms.reduce((total, term) => total + term.points, 0);
  const score = Math.max(0, Math.min(100, sum));
  return { level: levelOfScore(score), score, terms };
}
