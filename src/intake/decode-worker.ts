/** Entry of a decoder thread. Reaches floors 0 to 4 only (SETTLED A22); answers each unit with one message. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LogUnit } from '../evtx/index.ts';
import { UnitReader, type UnitReaderOptions } from './unit-reader.ts';

export interface UnitRequest {
  readonly ticket: number;
  readonly unit: LogUnit;
  readonly source: number;
}

const port = parentPort;
if (port === null) throw new Error('decode-worker is the entry of a thread');
const reader = new UnitReader(workerData as UnitReaderOptions);

port.on('message', ({ ticket, unit, source }: UnitRequest) => {
  const answer = reader.read(unit, source);
  port.postMessage({ ticket, answer }, [answer.rows.bytes.buffer]);
});
