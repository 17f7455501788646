import type { Settings } from '../config/index.ts';
import type { Door, RawRequest, Reply } from './dispatch.ts';
import { type Listener, type ListenerParts, listen } from './listener.ts';

/** What all listeners of a server have in common. */
export type DoorParts = Omit<ListenerParts, 'address' | 'answer'>;

export type DoorsOpening =
  | { readonly kind: 'open'; readonly doors: Doors }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string };

type OwnDoors = ReadonlyMap<Door['only'], Listener>;

/**
 * The listeners of a server: the one for everything, and those of protocols that were given an address of their own (SERVE 0.1: 9), where nothing else is
 * answered. All of them or none.
 */
export class Doors {
  readonly #main: Listener;
  readonly #own: OwnDoors;

  private constructor(main: Listener, own: OwnDoors) {
    this.#main = main;
    this.#own = own;
  }

  static async open(
    settings: Settings,
    parts: DoorParts,
    answer: (raw: RawRequest, door?: Door) => Promise<Reply>,
  ): Promise<DoorsOpening> {
    const main = await listen({ ...parts, address: settings.listen, answer: (raw) => answer(raw) });
    if (main.kind === 'problem') return main;
    const own = new Map<Door['only'], Listener>();
    for (const only of ['elastic', 'hec', 'otlp'] as const) {
      const address = settings[only].listen;
      if (address === undefined) continue;
      const door = { only, publicUrl: withPort(settings.publicUrl, address.port) };
      const opened = await listen({ ...parts, address, answer: (raw) => answer(raw, door) });
      if (opened.kind === 'problem') {
        await new Doors(main.listener, own).close(0);
        return { ...opened, message: `${only}.listen: ${opened.message}` };
      }
      own.set(only, opened.listener);
    }
    return { kind: 'open', doors: new Doors(main.listener, own) };
  }

  /** Where everything is answered. */
  get url(): string {
    return this.#main.url;
  }

  /** Where a protocol is answered that has an address of its own; empty for none. */
  get ownUrls(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#own].map(([only, { url }]) => [only, url]));
  }

  get connections(): number {
    return this.#all.reduce((sum, { connections }) => sum + connections, 0);
  }

  useCertificate(tls: { readonly certificate: string; readonly key: string }): void {
    for (const listener of this.#all) listener.useCertificate(tls);
  }

  async close(withinMs: number): Promise<void> {
    await Promise.all(this.#all.map((listener) => listener.close(withinMs)));
  }

  get #all(): readonly Listener[] {
    return [this.#main, ...this.#own.values()];
  }
}

/** The public address with another port: requests at a door of its own name that one. */
function withPort(publicUrl: string | undefined, port: number): string | undefined {
  if (publicUrl === undefined) return undefined;
  const url = new URL(publicUrl);
  url.port = String(port);
  return url.origin;
}
