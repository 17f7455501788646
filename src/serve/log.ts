import type { LogLevel } from '../config/index.ts';
import { formatTime } from '../windows/index.ts';

/** What a line of the log may hold besides its words. */
export type LogValue = string | number | boolean | undefined;

/** What stands in every line by itself is no value: it would take the place of the line's own. */
type LogValues = Readonly<Record<string, LogValue>> & { readonly [Own in 'time' | 'level' | 'event']?: never };

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const KEY = /triad_[0-9A-Za-z]{12}_[0-9A-Za-z_-]{1,100}/g;
const MAX_TEXT = 2048;

/** The server's log: one JSON object a line, in a fixed order of keys. Keys never get into it, whoever puts them there (L22). */
export class Log {
  readonly #write: (line: string) => void;
  readonly #least: number;
  readonly #nowMs: () => number;

  constructor(write: (line: string) => void, level: LogLevel, nowMs: () => number) {
    this.#write = write;
    this.#least = LEVELS.indexOf(level);
    this.#nowMs = nowMs;
  }

  debug(event: string, values: LogValues = {}): void {
    this.#line('debug', event, values);
  }

  info(event: string, values: LogValues = {}): void {
    this.#line('info', event, values);
  }

  warn(event: string, values: LogValues = {}): void {
    this.#line('warn', event, values);
  }

  error(event: string, values: LogValues = {}): void {
    this.#line('error', event, values);
  }

  #line(level: LogLevel, event: string, values: LogValues): void {
    if (LEVELS.indexOf(level) < this.#least) return;
    const entries = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? clean(value) : value,
    ]);
    const line = { time: formatTime(this.#nowMs(), 0), level, event, ...Object.fromEntries(entries) };
    this.#write(`${JSON.stringify(line)}\n`);
  }
}

function clean(text: string): string {
  const hidden = text.replaceAll(KEY, 'triad_***');
  return hidden.length > MAX_TEXT ? `${hidden.slice(0, MAX_TEXT)}…` : hidden;
}
