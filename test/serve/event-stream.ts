import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { until } from './running-server.ts';

export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A reader of the stream of changes of a running server. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  readonly response: IncomingMessage;
  isEnded = false;
  readonly #request: ClientRequest;
  #text = '';

  private constructor(asked: ClientRequest, response: IncomingMessage) {
    this.#request = asked;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('close', () => {
      this.isEnded = true;
    });
  }

  static open(
    { url, token }: { readonly url: string; readonly token: string },
    {
      path = '/v1/stream',
      headers = {},
    }: { readonly path?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const asked = request(`${url}${path}`, {
        headers: { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...headers },
        agent: false,
      });
      asked.on('error', reject);
      asked.on('response', (response) => resolve(new EventStream(asked, response)));
      asked.end();
    });
  }

  /** Of one type; `hello` and `resync` are of none of the changes. */
  of(event: string): readonly StreamEvent[] {
    return this.events.filter((one) => one.event === event);
  }

  async has(holds: (events: readonly StreamEvent[]) => boolean, what: string): Promise<void> {
    await until(() => holds(this.events), what);
  }

  close(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#text + text).split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string | undefined =>
        block.split('\n').flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))[0];
      const event = field('event');
      if (event === undefined) continue;
      this.events.push({ id: field('id'), event, data: JSON.parse(field('data') ?? '') as StreamEvent['data'] });
    }
  }
}
