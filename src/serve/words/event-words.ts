import { readEventWords, type WordProblem } from '../../api/index.ts';
import type { ArchiveQuery, Word } from '../../archive/index.ts';
import { type Instant, parseTime } from '../../windows/index.ts';

export type EventWords =
  | { readonly kind: 'query'; readonly query: ArchiveQuery }
  | { readonly kind: 'problem'; readonly problem: WordProblem };

/** Words of the search as the archive is asked (PRODUCT 9.2). */
export function eventWords(text: string): EventWords {
  const read = readEventWords(text);
  if (read.kind === 'problem') return read;
  const lists: Record<Listed, string[]> = { host: [], channel: [], record: [], sender: [], event: [] };
  const times: Partial<Record<'from' | 'to', Instant>> = {};
  const words: Word[] = [];
  for (const { field, value, isPart } of read.terms) {
    const time = field === 'from' || field === 'to' ? parseTime(value) : undefined;
    if ((field === 'from' || field === 'to') && time !== undefined) times[field] = time;
    else if (field !== undefined && isListed(field)) lists[field].push(value);
    else words.push({ text: value, match: isPart ? 'part' : 'whole' });
  }
  const { host, channel, record, sender, event } = lists;
  return {
    kind: 'query',
    query: {
      ...times,
      ...(host.length === 0 ? {} : { hosts: host }),
      ...(channel.length === 0 ? {} : { channels: channel }),
      ...(record.length === 0 ? {} : { recordIds: record }),
      ...(sender.length === 0 ? {} : { senders: sender }),
      ...(event.length === 0 ? {} : { eventIds: event.map(Number) }),
      ...(words.length === 0 ? {} : { words }),
    },
  };
}

type Listed = 'host' | 'channel' | 'record' | 'sender' | 'event';

function isListed(field: string): field is Listed {
  return ['host', 'channel', 'record', 'sender', 'event'].includes(field);
}
