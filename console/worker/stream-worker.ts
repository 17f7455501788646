import { KeptChanges } from '../kit/kept-changes.ts';
import { type Change, openStreamOf, type StreamAsk, type StreamState, type StreamWord } from '../kit/stream.ts';

/** The one stream of a browser: every tab hears of it through a port (SETTLED G16). */

const ports = new Set<MessagePort>();
let state: StreamState = 'closed';
let hello: Change | undefined;
let kept = new KeptChanges('');
let stop: (() => void) | undefined;

function tell(word: StreamWord): void {
  if (word.kind === 'state') state = word.state;
  else {
    hello = word.changes.findLast(({ type }) => type === 'hello') ?? hello;
    kept.add(word.changes);
  }
  for (const port of ports) port.postMessage(word);
}

/** A tab that comes later hears what the others heard of the state, which build the server has, and what came behind its place. */
function join(port: MessagePort, place: string): void {
  ports.add(port);
  if (stop === undefined) {
    kept = new KeptChanges(place);
    stop = openStreamOf(tell, place);
    return;
  }
  const changes = [...(hello === undefined ? [] : [hello]), ...kept.after(place)];
  const words: readonly StreamWord[] = [
    { kind: 'state', state },
    { kind: 'changes', changes },
  ];
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
  port.onmessage = ({ data }: MessageEvent<StreamAsk>) => (data === 'close' ? leave(port) : join(port, data.place));
  port.start();
});
