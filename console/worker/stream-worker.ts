import { type Change, openStreamOf, type StreamState, type StreamWord } from '../kit/stream.ts';

/** The one stream of a browser: every tab hears of it through a port (SETTLED G16). */

const ports = new Set<MessagePort>();
let state: StreamState = 'closed';
let hello: Change | undefined;
let stop: (() => void) | undefined;

function tell(word: StreamWord): void {
  if (word.kind === 'state') state = word.state;
  else hello = word.changes.findLast(({ type }) => type === 'hello') ?? hello;
  for (const port of ports) port.postMessage(word);
}

/** A tab that comes later hears what the others heard of the state, and which build the server has. */
function join(port: MessagePort): void {
  ports.add(port);
  if (stop === undefined) {
    stop = openStreamOf(tell);
    return;
  }
  const words: StreamWord[] = [{ kind: 'state', state }];
  if (hello !== undefined) words.push({ kind: 'changes', changes: [hello] });
  for (const word of words) port.postMessage(word);
}

function leave(port: MessagePort): void {
  ports.delete(port);
  if (ports.size > 0) return;
  stop?.();
  stop = undefined;
  hello = undefined;
  state = 'closed';
}

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  port.onmessage = ({ data }: MessageEvent<unknown>) => (data === 'close' ? leave(port) : join(port));
  port.start();
});
