import { tmpdir } from 'node:os';
import { dump, nodeFilePort } from '../hunt/index.ts';
import type { RunningServer } from '../serve/index.ts';
import { type Invocation, isGiven } from './arguments.ts';
import { pathProblems, type Talk } from './common.ts';
import type { Environment } from './environment.ts';
import type { Interrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { feedSpan } from './replay-span.ts';
import { sendRequest } from './send-request.ts';
import type { TextFlags } from './text-flags.ts';

/** Characters of a batch: far below what a server takes at once. */
const BATCH_CHARACTERS = 2 * 1024 * 1024;
/** A server that says "later" is asked so often, a second apart. */
const TRIES = 60;

export interface Fed {
  readonly events: number;
  readonly batches: number;
}

/** What is fed to the server of a replay. */
export interface ReplayFeed {
  /** Gives it everything, in order; the exit code where that could not be. */
  into(server: RunningServer, key: string): Promise<Fed | { readonly code: number }>;
}

/**
 * Evidence as a sender brings it: every record as Event XML, in the order of the inputs and of the records in each, with its own times. Objects at rest (a
 * repository, an audit) are no events, and stay out.
 */
export class Feed implements ReplayFeed {
  readonly #invocation: Invocation;
  readonly #environment: Environment;
  readonly #parts: { readonly texts: TextFlags; readonly talk: Talk; readonly interrupt: Interrupt };
  #held: string[] = [];
  #heldCharacters = 0;
  #batches = 0;

  constructor(
    invocation: Invocation,
    environment: Environment,
    parts: { readonly texts: TextFlags; readonly talk: Talk; readonly interrupt: Interrupt },
  ) {
    this.#invocation = invocation;
    this.#environment = environment;
    this.#parts = parts;
  }

  into(server: RunningServer, key: string): Promise<Fed | { readonly code: number }> {
    return this.to(new URL('/v1/ingest', server.url), key);
  }

  /** Sends everything to an address; the exit code where it could not be. */
  async to(target: URL, key: string): Promise<Fed | { readonly code: number }> {
    const { texts, interrupt, talk } = this.#parts;
    const span = feedSpan(this.#invocation, this.#environment);
    if ('code' in span) return span;
    const flush = async (): Promise<void> => {
      if (this.#held.length === 0) return;
      const text = `<Events>${this.#held.join('')}</Events>`;
      this.#held = [];
      this.#heldCharacters = 0;
      this.#batches++;
      await sendBatch(target, key, text);
    };
    try {
      const outcome = await dump({
        paths: this.#invocation.operands,
        port: nodeFilePort(process.cwd()),
        filter: { channels: new Set(), eventIds: new Set(), ...span },
        format: 'xml',
        carve: !isGiven(this.#invocation, 'no-carve'),
        ...(texts.maps.length === 0 ? {} : { maps: texts.maps }),
        ...(texts.assumedZone === undefined ? {} : { assumedZone: texts.assumedZone }),
        ...(texts.passwords.length === 0 ? {} : { passwords: texts.passwords }),
        temporaryFolder: tmpdir(),
        signal: interrupt.signal,
        onTemporaryFolder: (folder) => interrupt.addFolder(folder),
        isWanted: () => true,
        write: async (text) => {
          for (const event of eventsIn(text)) {
            this.#held.push(event);
            this.#heldCharacters += event.length;
            if (this.#heldCharacters >= BATCH_CHARACTERS) await flush();
          }
        },
      });
      if (outcome.kind === 'problems') return { code: refuse(this.#environment, pathProblems(outcome.problems)) };
      if (outcome.kind === 'nothing' || outcome.printed === 0) {
        talk.say('error', {
          code: 'TRIAD-E-IO-NOTHING-READ',
          place: this.#invocation.operands.join(', '),
          message: 'No event was found, so nothing was replayed.',
          action: 'Name logs, or widen --feed-from and --feed-to.',
        });
        return { code: 3 };
      }
      await flush();
      return { events: outcome.printed, batches: this.#batches };
    } catch (cause) {
      if (!(cause instanceof SendError)) throw cause;
      talk.say('error', { code: 'TRIAD-E-SERVER', place: target.origin, message: cause.message, action: '' });
      return { code: 3 };
    }
  }
}

class SendError extends Error {}

/** Each `Event` of a printed piece. */
function eventsIn(text: string): readonly string[] {
  return text.match(/<Event[\s>][\s\S]*?<\/Event>/g) ?? [];
}

/** Sends until it is acknowledged; what is refused is told. */
async function sendBatch(target: URL, key: string, text: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/xml', connection: 'close' };
  for (let tried = 1; ; tried++) {
    let answer: { readonly status: number; readonly text: string };
    try {
      answer = await sendRequest(target, { method: 'POST', headers, text });
    } catch (cause) {
      const message = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      throw new SendError(`The server does not answer (${message}).`);
    }
    if (answer.status === 200) return;
    const isLater = answer.status === 429 || answer.status === 503;
    if (!isLater || tried === TRIES)
      throw new SendError(`The server answered ${answer.status}: ${answer.text.slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
