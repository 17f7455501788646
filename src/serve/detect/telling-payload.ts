import type { IncidentParts } from '../../live/index.ts';
import { payloadPrint } from '../../pins/index.ts';
import { levelRank } from '../../windows/index.ts';
import type { ToldIncident } from './messages.ts';

/** Longest text of a payload beside an incident, in UTF-16 units: a row of the queue has one line for it. */
const MOST_TEXT = 120;
/** Of a payload so much is looked at for it, blanks included. */
const LOOKED_AT = 8 * MOST_TEXT;

/** What the worst subscription of an incident runs; of several the one whose print comes first, so that its order in the evidence does not matter (L8). */
export function tellingPayload(subscriptions: IncidentParts['subscriptions']): ToldIncident['payload'] {
  const [worst] = subscriptions
    .flatMap(({ consumer, verdict }) => {
      const print = payloadPrint({ consumer });
      const text = lineOf(consumer.decoded.at(-1)?.text ?? consumer.payload ?? '');
      return print === undefined ? [] : [{ rank: levelRank(verdict.level), print, text }];
    })
    .sort((a, b) => b.rank - a.rank || (a.print < b.print ? -1 : 1));
  return worst === undefined ? undefined : { print: worst.print, text: worst.text };
}

/** The beginning of a text in one line. */
function lineOf(text: string): string {
  const whole = text.trim();
  const line = whole.slice(0, LOOKED_AT).trimEnd().replaceAll(/\s+/g, ' ');
  const isWhole = whole.length <= LOOKED_AT && line.length <= MOST_TEXT;
  return isWhole ? line : `${line.slice(0, MOST_TEXT - 1).toWellFormed()}…`;
}
