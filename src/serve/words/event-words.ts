import type { ArchiveQuery, Word } from '../../archive/index.ts';
import { readWords, type Term, type WordProblem } from './read-words.ts';

/** What an event is searched by. Those behind `sender` are texts of the event: no field of it is known by name in the archive. */
export const EVENT_WORDS = [
  'host',
  'channel',
  'event',
  'record',
  'sender',
  'account',
  'ip',
  'payload',
  'filter',
  'consumer',
  'ns',
  'id',
] as const;

export type EventWords =
  | { readonly kind: 'query'; readonly query: ArchiveQuery }
  | { readonly kind: 'problem'; readonly problem: WordProblem };

/** Words of the search as the archive is asked (PRODUCT 9.2). What it cannot answer is a problem at its place: it has no way to leave out, and names are whole. */
export function eventWords(text: string): EventWords {
  const read = readWords(text, EVENT_WORDS);
  if (read.kind === 'problem') return read;
  const lists: Record<'host' | 'channel' | 'record' | 'sender' | 'event', string[]> = {
    host: [],
    channel: [],
    record: [],
    sender: [],
    event: [],
  };
  const words: Word[] = [];
  for (const term of read.terms) {
    const problem = problemOf(term);
    if (problem !== undefined)
      return { kind: 'problem', problem: { at: term.at, length: term.length, message: problem } };
    const { field, value } = term;
    if (field !== undefined && isListed(field)) lists[field].push(value);
    else words.push({ text: value, match: isPart(term) ? 'part' : 'whole' });
  }
  const { host, channel, record, sender, event } = lists;
  return {
    kind: 'query',
    query: {
      ...(host.length === 0 ? {} : { hosts: host }),
      ...(channel.length === 0 ? {} : { channels: channel }),
      ...(record.length === 0 ? {} : { recordIds: record }),
      ...(sender.length === 0 ? {} : { senders: sender }),
      ...(event.length === 0 ? {} : { eventIds: event.map(Number) }),
      ...(words.length === 0 ? {} : { words }),
    },
  };
}

function isListed(field: string): field is 'host' | 'channel' | 'record' | 'sender' | 'event' {
  return ['host', 'channel', 'record', 'sender', 'event'].includes(field);
}

function isPart({ isOpenBefore, isOpenBehind }: Term): boolean {
  return isOpenBefore || isOpenBehind;
}

function problemOf(term: Term): string | undefined {
  const { field, value, isNegated } = term;
  if (isNegated) return 'A search of events cannot leave out: narrow it by what is there.';
  if (field === undefined || !isListed(field)) return undefined;
  if (isPart(term)) return `"${field}:" is a whole name here, without a star.`;
  return field === 'event' && !/^\d{1,10}$/.test(value) ? '"event:" is an event id, such as 4688.' : undefined;
}
