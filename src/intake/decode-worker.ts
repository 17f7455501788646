/** Entry of a decoder thread. Reaches floors 0 to 4 only (SETTLED A22); answers each unit or block with one message. */
import { parentPort, workerData } from 'node:worker_threads';
import { type DecoderRequest, Decoders, type ThreadOptions } from './decoders.ts';

const port = parentPort;
if (port === null) throw new Error('decode-worker is the entry of a thread');
const decoders = new Decoders(workerData as ThreadOptions);

port.on('message', (request: DecoderRequest) => {
  const answer = decoders.answer(request);
  const archived = 'archive' in answer ? (answer.archive ?? []).map(({ bytes }) => bytes.buffer) : [];
  port.postMessage({ ticket: request.ticket, answer }, [answer.rows.bytes.buffer, ...archived]);
  // The bytes go back in a message of their own: the answer may still refer to parts of them, which are copied into it.
  const { buffer } = request.kind === 'unit' ? request.unit.bytes : request.block.bytes;
  if (buffer instanceof ArrayBuffer) port.postMessage({ freed: buffer }, [buffer]);
});
