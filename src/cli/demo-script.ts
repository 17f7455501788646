/** One event of the demo and when it is sent, milliseconds after the demo began; below zero: it is history by then. */
export interface DemoEvent {
  readonly atMs: number;
  /** `<Event>…</Event>` on one line. */
  readonly xml: string;
}

export interface DemoScript {
  /** Unix milliseconds at which the demo begins in the times of its events. */
  readonly zeroMs: number;
  /** In the order of their times. */
  readonly events: readonly DemoEvent[];
}

const FORMAT = 'triad-demo/1';
const DAY_MS = 86_400_000;

/**
 * Reads the script that comes with the program: a head and a line for each event (`tools/demo-script.ts` writes it).
 * @throws where it is none: the program is not whole then.
 */
export function readDemoScript(text: string): DemoScript {
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const head = JSON.parse(first) as { readonly format?: string; readonly zero?: string; readonly events?: number };
  const zeroMs = Date.parse(head.zero ?? '');
  if (head.format !== FORMAT || Number.isNaN(zeroMs) || head.events !== lines.length) {
    throw new Error('the script of the demo is not whole');
  }
  const events = lines.map((line) => {
    const { at, event } = JSON.parse(line) as { readonly at: number; readonly event: string };
    return { atMs: at, xml: event };
  });
  return { zeroMs, events };
}

/** `2026-03-12T08:40:00.1234567` and `2026-03-12 08:40:00.123`: up to the millisecond. What is finer stays as it is (L4). */
const TIMES = /\b(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d\.\d{3})/g;
/** Unix seconds, as tools put them into the names of their files. */
const SECONDS = /(?<!\d)\d{10}(?!\d)/g;

/** The event as if the demo had begun at `nowMs`: every time that it tells within a day of the script's beginning is moved. */
export function movedEvent(xml: string, zeroMs: number, nowMs: number): string {
  const by = nowMs - zeroMs;
  const isNear = (ms: number): boolean => Math.abs(ms - zeroMs) < DAY_MS;
  return xml
    .replace(TIMES, (whole, day: string, between: string, clock: string) => {
      const ms = Date.parse(`${day}T${clock}Z`);
      return isNear(ms) ? new Date(ms + by).toISOString().slice(0, -1).replace('T', between) : whole;
    })
    .replace(SECONDS, (digits) => {
      const ms = Number(digits) * 1000;
      return isNear(ms) ? String(Math.floor((ms + by) / 1000)) : digits;
    });
}
