/** Entry of a decoder thread. Reaches floors 0 to 4 only (SETTLED A22); answers each unit or block with one message. */
import { parentPort, workerData } from 'node:worker_threads';
import { type DecoderRequest, Decoders, type ThreadOptions } from './decoders.ts';

const port = parentPort;
if (port === null) throw new Error('decode-worker is the entry of a thread');
const decoders = new Decoders(workerData as ThreadOptions);

port.on('message', (request: DecoderRequest) => {
  const answer = decoders.answer(request);
  port.postMessage({ ticket: request.ticket, answer }, [answer.rows.bytes.buffer]);
});
