/** One event of a stream: its id is the last that was told, with it or before it. */
export interface ServerEvent {
  readonly id: string | undefined;
  readonly type: string;
  /** JSON. */
  readonly data: string;
}

/** An event of ours has some kilobytes. */
const MOST_UNITS = 1 << 20;

/** Reads server-sent events of any cut, as far as our server writes them. */
export class EventReader {
  #rest = '';
  #id: string | undefined;

  /** The last id that was told, with an event or without one. */
  get lastId(): string | undefined {
    return this.#id;
  }

  /**
   * The events that are whole now.
   * @throws where one is longer than any of ours: it is no stream of ours.
   */
  take(text: string): readonly ServerEvent[] {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    if (this.#rest.length > MOST_UNITS) throw new Error('the stream holds no events');
    return blocks.flatMap((block) => this.#eventOf(block) ?? []);
  }

  #eventOf(block: string): ServerEvent | undefined {
    const fields = new Map(
      block.split('\n').flatMap((line) => {
        const colon = line.indexOf(': ');
        return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 2)] as const] : [];
      }),
    );
    this.#id = fields.get('id') ?? this.#id;
    const data = fields.get('data');
    return data === undefined ? undefined : { id: this.#id, type: fields.get('event') ?? 'message', data };
  }
}
