import type { IncomingMessage } from 'node:http';
import { EventReader, type ServerEvent } from './event-reader.ts';
import { beginRequest, wholeText } from './send-request.ts';
import { answerOf, notThere, type ServerAddress, type ServerAnswer, silent } from './server-client.ts';

type Problem = Extract<ServerAnswer, { kind: 'problem' }>;

export interface FollowRequest {
  /** With commas; undefined all. */
  readonly types: string | undefined;
  /** The id of the event behind which it begins. */
  readonly after: string | undefined;
  readonly signal: AbortSignal;
  /** Where the server is now: it may come back at another address. */
  server(): Promise<ServerAddress | Problem>;
  onEvent(event: ServerEvent): Promise<void>;
  /** Told once for each time that the connection is lost. */
  onLost(why: string): void;
}

/** Between tries, doubled each time: a server that starts again takes some seconds. */
const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 10_000;
/** Our server says something every 15 seconds. */
const SILENCE_MS = 60_000;

/** Follows the stream of changes until it is told to end. What is wrong with the question, or that there never was a server, ends it. */
export async function followChanges(request: FollowRequest): Promise<Problem | undefined> {
  const { signal } = request;
  let { after } = request;
  let pauseMs = FIRST_PAUSE_MS;
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const reader = new EventReader();
    const ended = await followOnce(request, after, reader);
    if (signal.aborted) break;
    const isRefused = ended.kind === 'problem' && ended.exit === 2 && !ended.problem.code.endsWith('TOO_MANY_REQUESTS');
    if (ended.kind === 'problem' && (isFirst || isRefused)) return ended;
    if (reader.lastId !== undefined) pauseMs = FIRST_PAUSE_MS;
    after = reader.lastId ?? after;
    request.onLost(ended.kind === 'problem' ? ended.problem.message : 'The stream ended.');
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS);
  }
  return undefined;
}

async function followOnce(
  { types, signal, server, onEvent }: FollowRequest,
  after: string | undefined,
  reader: EventReader,
): Promise<Problem | { readonly kind: 'ended' }> {
  const found = await server();
  if (found.kind === 'problem') return found;
  const url = new URL(`/v1/stream${types === undefined ? '' : `?${new URLSearchParams({ types })}`}`, found.url);
  try {
    const response = await opened(found, url, after, signal);
    const { statusCode: status = 0 } = response;
    if (status !== 200) {
      const answer = answerOf(status, await wholeText(response), url);
      return answer.kind === 'problem'
        ? answer
        : notThere(found.folder, 'What answers there is no server of this kind.');
    }
    for await (const text of response.setEncoding('utf8')) {
      for (const event of reader.take(String(text))) await onEvent(event);
    }
    return { kind: 'ended' };
  } catch (cause) {
    return notThere(found.folder, silent(url, cause));
  }
}

function opened(
  { authorization, certificate }: ServerAddress,
  url: URL,
  after: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const headers = { authorization, ...(after === undefined ? {} : { 'last-event-id': after }) };
  const trust = certificate === undefined ? {} : { certificate };
  return new Promise((resolve, reject) => {
    const request = beginRequest(url, { method: 'GET', headers, ...trust, timeoutMs: SILENCE_MS }, resolve);
    const end = (): void => void request.destroy();
    signal.addEventListener('abort', end, { once: true });
    request.on('close', () => signal.removeEventListener('abort', end));
    request.on('timeout', () => request.destroy(new Error('it fell silent')));
    request.on('error', reject);
    request.end();
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
