import type { Term } from '../subscriptions/index.ts';
import { BASE_SCORE, type Event, type Evidence, type Level, levelOfScore } from '../windows/index.ts';
import type { PayloadFeature } from '../wmi/index.ts';

/** Payload weights count up to this (DOMAIN 3.3). */
const PAYLOAD_CAP = 40;
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
  let payload = 0;
  for (const { code, points, title, match } of features) {
    if (hasInterpreter && code === INTERPRETER_FEATURE) continue;
    terms.push({ code, points, text: match === '' ? title : `${title}: ${match}`, evidence });
    payload += points;
  }
  if (payload > PAYLOAD_CAP) {
    terms.push({
      code: 'PCAP',
      points: PAYLOAD_CAP - payload,
      text: `payload weights stop at ${PAYLOAD_CAP}`,
      evidence: [],
    });
  }
  const sum = terms.reduce((total, term) => total + term.points, 0);
  const score = Math.max(0, Math.min(100, sum));
  return { level: levelOfScore(score), score, terms };
}

/** Says in the base term that no record of a start was decoded by its own template (SETTLED A16). */
export function markInferred(events: readonly Event[], terms: readonly Term[]): readonly Term[] {
  const [base, ...others] = terms;
  const isForeign = events.length > 0 && events.every((event) => event.isForeignTemplate);
  if (base === undefined || !isForeign) return terms;
  return [{ ...base, text: `${base.text}; inferred: decoded by a template of another chunk` }, ...others];
}
