/** A search of the stand-in: its events are made as they are asked for, newest first. */
export interface StubSearch {
  readonly events: number;
  /** Only each so many of them is a hit. */
  readonly everyNth?: number;
  /** Events that one page looks at, at most: a page of the server ends by its time too. */
  readonly pageRows?: number;
  /** Events with smaller numbers went from the archive. */
  readonly goneBelow?: number;
}

const NEWEST_MS = Date.UTC(2026, 2, 12, 9, 44);
/** Events are so far apart, ms. */
const APART_MS = 700;
const CHANNELS = ['Security', 'Microsoft-Windows-Sysmon/Operational', 'Windows PowerShell'] as const;
const IDS = [4624, 1, 4104, 4688, 3] as const;

function timeOf(event: number, events: number): string {
  return new Date(NEWEST_MS - (events - event) * APART_MS).toISOString();
}

/** Event number `event` of so many; some 1,400 bytes. */
function made(event: number, events: number): object {
  const host = `SRV-${event % 41}.corp.example`;
  const channel = CHANNELS[event % 3] ?? 'Security';
  const eventId = IDS[event % 5] ?? 1;
  const time = timeOf(event, events);
  const fields = Array.from(
    { length: 12 },
    (_, at) => `<Data Name="Field${at}">value ${at} of ${event} ${'x'.repeat(40)}</Data>`,
  );
  const text = `<Event><System><EventID>${eventId}</EventID><TimeCreated SystemTime="${time}"/><Computer>${host}</Computer></System><EventData>${fields.join('')}</EventData></Event>`;
  return {
    id: `${event}/0`,
    sender: 's1',
    trust: 'authenticated',
    retention: 0,
    time,
    host,
    channel,
    provider: 'p',
    eventId,
    recordId: String(event),
    identity: event.toString(16).padStart(32, '0'),
    bytes: text.length,
    text,
  };
}

const FIELD_NAMES = Array.from({ length: 12 }, (_, at) => `Field${at}`);

/** Of each seventh event the bytes cannot be read; each fifth has no `Field3`. `Image` is a path. */
function fieldsOf(event: number, asked: readonly string[]): object {
  if (asked.length === 0 || event % 7 === 0) return {};
  const names = asked.filter((name) => FIELD_NAMES.includes(name) && !(name === 'Field3' && event % 5 === 0));
  const image = `C:\\ProgramData\\Corporate Software\\Updates\\update-${event}.exe`;
  return {
    fields: {
      ...Object.fromEntries(names.map((name) => [name, `${name} of ${event}`])),
      ...(asked.includes('Image') ? { Image: image } : {}),
    },
  };
}

/** As `GET /v1/events` answers. The cursor is the number of the last event that was looked at. */
export function eventsPage(search: StubSearch, query: URLSearchParams): object {
  const { events, everyNth = 1, pageRows = 1000, goneBelow = 1 } = search;
  const limit = Number(query.get('limit') ?? 100);
  const begin = Number(query.get('after') ?? events + 1) - 1;
  const items: object[] = [];
  const asked = query.getAll('field').flatMap((names) => names.split(','));
  let at = begin;
  for (; at >= goneBelow && items.length < limit && begin - at < pageRows; at--) {
    if (at % everyNth === 0) items.push({ ...made(at, events), ...fieldsOf(at, asked) });
  }
  return {
    items,
    ...(asked.includes('*') ? { fieldNames: FIELD_NAMES } : {}),
    ...(at >= goneBelow ? { next: String(at + 1) } : {}),
    progress: { blocks: 1, events: begin - at, passed: 2, damaged: 0, gone: 0 },
    ...(events === 0 ? {} : { reach: { from: timeOf(1, events), to: timeOf(events, events) } }),
  };
}

/** As `GET /v1/events/survey` answers: all events by time, spread as blocks would be. */
export function eventsSurvey({ events }: StubSearch, query: URLSearchParams): object {
  const first = Date.parse(query.get('from') ?? timeOf(1, events));
  const last = Date.parse(query.get('to') ?? timeOf(events, events)) + 1;
  const bins = 60;
  const width = (last - first) / bins;
  return {
    isOfAllRecords: true,
    bins:
      events === 0
        ? []
        : Array.from({ length: bins }, (_, at) => ({
            from: new Date(first + at * width).toISOString(),
            count: Math.round((width / APART_MS) * (1 + Math.sin(at / 5) / 2)),
          })),
    ...(events === 0 ? {} : { to: new Date(last).toISOString() }),
    events: Math.min(events, Math.round((last - first) / APART_MS)),
    blocks: Math.ceil(events / 3000),
    timeless: 0,
    absent: events === 0 ? [{ kind: 'word', value: query.get('q') ?? '' }] : [],
    silent: events === 0 ? [{ host: 'srv-9', last: '2026-03-11T08:00:00Z' }] : [],
  };
}

/** As `GET /v1/events/{position}/{item}` answers; undefined of a path that is none of an event. */
export function wholeEvent({ events }: StubSearch, path: string): object | undefined {
  const number = /^\/v1\/events\/(\d+)\/0$/.exec(path)?.[1];
  if (number === undefined) return undefined;
  return { ...made(Number(number), events), records: [{ EventID: Number(number), Channel: CHANNELS[0] }] };
}
