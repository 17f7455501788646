import { plural } from '../kit/words.ts';

/** One of many of which something was not done, and why. */
export interface LeftOne {
  readonly number: number;
  /** Code and words of the server's problem. */
  readonly code: string | undefined;
  readonly detail?: string | undefined;
}

/** So many of a reason are named. */
const MOST_NAMED = 3;

/** `INC-5, INC-7: changed meanwhile; INC-9: it was acknowledged more than 30 seconds ago`. */
export function reasonWords(left: readonly LeftOne[]): string {
  const byReason = Map.groupBy(left, ({ code, detail = '' }) =>
    code === 'precondition_failed' ? 'changed meanwhile' : lowerFirst(detail.replace(/\.$/, '')),
  );
  return [...byReason].map(([reason, of]) => `${namesOf(of)}: ${reason}`).join('; ');
}

function namesOf(of: readonly LeftOne[]): string {
  const names = of.slice(0, MOST_NAMED).map(({ number }) => `INC-${number}`);
  return `${names.join(', ')}${of.length > MOST_NAMED ? ` and ${of.length - MOST_NAMED} more` : ''}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What came of an acknowledgement of many. */
export interface BulkOutcome {
  readonly done: number;
  readonly left: readonly LeftOne[];
  /** Acknowledged ones whose note was refused. */
  readonly withoutNote: readonly LeftOne[];
}

/** `2 incidents acknowledged. 1 was left: INC-7: changed meanwhile.` */
export function acknowledgedWords({ done, left, withoutNote }: BulkOutcome): string {
  const refused =
    withoutNote.length === 0 ? '' : ` ${plural(withoutNote.length, 'note')} not taken: ${reasonWords(withoutNote)}.`;
  return `${plural(done, 'incident')} acknowledged.${leftWords(left, 'left')}${refused}`;
}

/** `2 incidents open again. 1 was not: INC-7: changed meanwhile.` */
export function undoneWords(done: number, left: readonly LeftOne[]): string {
  return `${plural(done, 'incident')} open again.${leftWords(left, 'not')}`;
}

function leftWords(left: readonly LeftOne[], word: 'left' | 'not'): string {
  return left.length === 0
    ? ''
    : ` ${left.length} ${left.length === 1 ? 'was' : 'were'} ${word}: ${reasonWords(left)}.`;
}
