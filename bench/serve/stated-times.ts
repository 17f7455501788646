/** A time as Winlogbeat and Sysmon write it: after the date `T` or a space, and milliseconds. */
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3}/g;
const LENGTH = '2026-03-12T12:30:00.243'.length;
/** What stands further from the time of its record is another time: of a file, of a start. */
const NEAR_MS = 60_000;
const SEPARATOR_AT = 10;

/** The times in lines that are told anew, so that they are those of now. */
export class StatedTimes {
  readonly #places: readonly { readonly at: number; readonly line: number; readonly laterMs: number }[];
  readonly #backMs: readonly number[];

  /** Lines with the byte at which each begins, of ASCII alone; `backMs` says how long before the last of them each is to be. */
  constructor(lines: readonly { readonly text: string; readonly at: number; readonly backMs: number }[]) {
    this.#backMs = lines.map(({ backMs }) => backMs);
    this.#places = lines.flatMap(({ text, at }, line) => {
      const own = timeOfLine(text);
      return [...text.matchAll(TIME)].flatMap(({ 0: time, index }) => {
        const laterMs = Date.parse(`${time.replace(' ', 'T')}Z`) - own;
        return Math.abs(laterMs) > NEAR_MS ? [] : [{ at: at + index, line, laterMs }];
      });
    });
  }

  /** Writes the times of a batch of which the last line is of this time, Unix milliseconds. */
  write(bytes: Buffer, lastMs: number): void {
    let known = Number.NaN;
    let text = '';
    for (const { at, line, laterMs } of this.#places) {
      const ms = Math.floor(lastMs - (this.#backMs[line] ?? 0)) + laterMs;
      if (ms !== known) text = new Date(ms).toISOString();
      known = ms;
      // What stands between date and time stays.
      for (let i = 0; i < LENGTH; i++) if (i !== SEPARATOR_AT) bytes[at + i] = text.charCodeAt(i);
    }
  }
}

/** When a line was written, Unix milliseconds. */
export function timeOfLine(text: string): number {
  return Date.parse((JSON.parse(text) as { readonly '@timestamp': string })['@timestamp']);
}
