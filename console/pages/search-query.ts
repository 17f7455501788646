/** What was typed into the search of received events, as `/v1/events` takes it (PRODUCT 9.2, SETTLED G11). */
export interface SearchQuery {
  /** With its query, ready for `&limit=`. */
  readonly path: string;
  readonly words: readonly string[];
  readonly known: readonly string[];
  readonly problems: readonly { readonly at: number; readonly text: string }[];
}

/** Words of events, by the parameter that each is. */
const FIELDS: Readonly<Record<string, string>> = {
  host: 'host',
  channel: 'channel',
  event: 'event',
  record: 'record',
  sender: 'sender',
  from: 'from',
  to: 'to',
  part: 'part',
  account: 'word',
  ip: 'word',
  payload: 'part',
};

export function parseSearch(place: URLSearchParams): SearchQuery {
  const asked = new URLSearchParams();
  const problems: { at: number; text: string }[] = [];
  const words: string[] = [];
  for (const name of ['from', 'to', 'host', 'channel', 'event', 'record', 'sender']) {
    const value = place.get(name);
    if (value !== null) asked.set(name, value);
  }
  for (const match of (place.get('q') ?? '').matchAll(/(-?)(?:([A-Za-z]+):)?("(?:[^"]*)"?|[^\s"]+)/g)) {
    const [, minus, name, raw = ''] = match;
    const value = raw.replace(/^"|"$/g, '');
    const field = name === undefined ? 'word' : FIELDS[name.toLowerCase()];
    if (minus === '-') problems.push({ at: match.index, text: 'Events are not looked for by what they lack.' });
    else if (field === undefined) {
      problems.push({
        at: match.index,
        text: `Events have no word ${name}: they know ${Object.keys(FIELDS).join(', ')}. Incidents are filtered in the queue.`,
      });
    } else if (value !== '') {
      if (field === 'word') words.push(value);
      if (field === 'word' || field === 'part') asked.append(field, value);
      else asked.set(field, field === 'from' || field === 'to' ? wholeTime(value) : value);
    }
  }
  return { path: `/v1/events?${asked.toString()}`, words, known: Object.keys(FIELDS), problems };
}

/** A day or a minute is its beginning. */
function wholeTime(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T00:00:00Z`;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\dZ?$/.test(text)) return `${text.replace(/Z$/, '')}:00Z`;
  return text;
}
