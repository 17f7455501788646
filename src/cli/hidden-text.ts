import { escapeTerminal, wrap } from '../report/index.ts';
import { shortTime } from './server-rows.ts';

/** When the queue did not show an incident, as it stands beside its history. */
export interface HiddenTimes {
  readonly suppressed: readonly HiddenTime[];
  /** Of before nothing is told. */
  readonly suppressedSince?: string;
}

interface HiddenTime {
  readonly from: string;
  readonly to?: string;
  /** With its words where it is named first. */
  readonly by: readonly { readonly number: number; readonly reason?: string; readonly owner?: string }[];
  readonly more?: number;
}

const COLUMNS = 100;
const INDENT = 20;

/** The newest times, and whether there may be others. */
export function hiddenText({ suppressed, suppressedSince }: HiddenTimes, most: number): readonly string[] {
  const sinceTime = suppressed.length > most ? suppressed[most - 1]?.from : suppressedSince;
  const before = sinceTime === undefined ? [] : [`  when it was hidden before ${shortTime(sinceTime)} is not told`];
  return [...suppressed.slice(0, most).flatMap(linesOf), ...before];
}

function linesOf({ from, to, by, more = 0 }: HiddenTime): readonly string[] {
  const names = by.map(({ number, reason, owner }) => {
    return `suppression ${number}${reason === undefined ? '' : ` (${reason}; owner ${owner})`}`;
  });
  const who = `${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
  const until = to === undefined ? 'until now' : `until ${shortTime(to)}`;
  const [first = '', ...rest] = wrap(escapeTerminal(`hidden from the queue ${until} by ${who}`), COLUMNS - INDENT);
  return [`  ${shortTime(from)}  ${first}`, ...rest.map((line) => `${' '.repeat(INDENT)}${line}`)];
}
