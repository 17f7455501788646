/** Entry of the thread that reads one event of the archive for people: its bytes are a sender's (SERVE 0.1, point 22). */
import { parentPort } from 'node:worker_threads';
import { recordLine } from '../../report/index.ts';
import { type SettledClock, type ShapedEvent, settleTime } from '../../shapes/index.ts';
import { formatTime, isPrintableMs } from '../../windows/index.ts';
import { EventReaders } from '../event-readers.ts';
import type { ViewAnswer, ViewReading, ViewRequest } from './event-viewer.ts';

const port = parentPort;
if (port === null) throw new Error('view-worker is the entry of a thread');

/** Records of one event that are told: a wrapper may hold thousands. */
const MOST_RECORDS = 100;

let readers = new EventReaders(undefined);

port.on('message', (message: ViewRequest | ViewReading) => {
  if ('ticket' in message) view(message);
  else readers = new EventReaders(message.reading);
});

function view({ ticket, source, sender, raw }: ViewRequest): void {
  const events: ShapedEvent[] = [];
  const sink = {
    onEvent: (event: ShapedEvent): void => {
      if (events.length < MOST_RECORDS) events.push(event);
    },
  };
  const reader = readers.of(source, sender);
  reader.push(raw, sink);
  const { clock } = reader.end(sink);
  const records = events.map((event) => shown(event, clock));
  port?.postMessage({ ticket, records } satisfies ViewAnswer);
}
/** A record with its times by the clock of its text, as far as one event alone tells it. */
function shown(event: ShapedEvent, clock: SettledClock): ViewAnswer['records'][number] {
  const { computer, stated, utcTime, place } = event;
  const { createdMs, createdTicks, timeMs, timeTicks, quality } = settleTime(clock, {
    computer,
    stated,
    utcTime,
    offset: place.offset,
  });
  const { id: _, host: __, time: ___, timeRaw: ____, ...line } = recordLine(event, '', '');
  return {
    ...(isPrintableMs(timeMs) ? { time: formatTime(timeMs, timeTicks) } : {}),
    ...(isPrintableMs(createdMs) ? { timeRaw: formatTime(createdMs, createdTicks) } : {}),
    ...line,
    ...(quality === 'exact' ? {} : { timeQuality: quality }),
  };
}

port.postMessage('ready');
