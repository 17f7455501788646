/** Entry of the thread that reads one event of the archive for people: its bytes are a sender's (SERVE 0.1, point 22). */
import { parentPort } from 'node:worker_threads';
import { recordLine } from '../../report/index.ts';
import { type ShapedEvent, TextReader } from '../../shapes/index.ts';
import type { ViewAnswer, ViewRequest } from './event-viewer.ts';

const port = parentPort;
if (port === null) throw new Error('view-worker is the entry of a thread');

/** Records of one event that are told: a wrapper may hold thousands. */
const MOST_RECORDS = 100;

port.on('message', ({ ticket, source, raw }: ViewRequest) => {
  const events: ShapedEvent[] = [];
  const sink = {
    onEvent: (event: ShapedEvent): void => {
      if (events.length < MOST_RECORDS) events.push(event);
    },
  };
  const reader = new TextReader({ source });
  reader.push(raw, sink);
  reader.end(sink);
  const records = events.map((event) => {
    const { id: _, host: __, ...line } = recordLine(event, '', '');
    return line;
  });
  port.postMessage({ ticket, records } satisfies ViewAnswer);
});
port.postMessage('ready');
