import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { winlogbeat } from '../serve/running-server.ts';

const FIRST_MS = Date.UTC(2026, 0, 1);

/** Files of lines of JSON in Winlogbeat's shape, each with record ids of its own, so that no event is a copy of another's. */
export class Evidence {
  readonly #folder: string;
  #next = 1;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** So many events. */
  events(count: number): string {
    return this.#write(Array.from({ length: count }, () => this.#event()));
  }

  /** Three events; the second one's line is as given. */
  around(line: string): string {
    return this.#write([this.#event(), line, this.#event()]);
  }

  /** One event whose line has more bytes than an event may have. */
  tooLarge(): string {
    return this.#event().replace('"alice"', `"${'a'.repeat(1 << 20)}"`);
  }

  /** A second after the one before. */
  #event(): string {
    const number = this.#next++;
    const time = new Date(FIRST_MS + number * 1000).toISOString();
    return winlogbeat(number, 'WS-CLIENTS').replace('2026-01-01T00:00:00.000Z', time);
  }

  #write(lines: readonly string[]): string {
    const path = join(this.#folder, `events-${this.#next}.jsonl`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }
}
