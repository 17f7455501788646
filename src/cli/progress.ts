import { escapeTerminal } from '../report/index.ts';

/** How far the reading of evidence is; findings come when it is joined, records of subscriptions tell what to expect. */
export interface ProgressState {
  readonly doneBytes: number;
  /** 0 when unknown. */
  readonly totalBytes: number;
  readonly records: number;
  readonly subscriptionRecords: number;
  /** The input being read, as given, and the member inside it. */
  readonly input: string;
  readonly member: string | undefined;
}

export interface ProgressOptions {
  readonly kind: 'none' | 'terminal' | 'lines' | 'json';
  /** Columns of the terminal. */
  columns(): number;
  write(text: string): void;
  /** Milliseconds of a clock that never runs back. */
  nowMs(): number;
  /** Wall clock, RFC 3339. */
  time(): string;
}

const REDRAW_MS = 100;
const LINE_MS = 30_000;

/** One progress line on stderr (PRODUCT 6.2): redrawn at most ten times a second, or one line every 30 s when piped. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #start: number;
  #shownAt: number;
  #isDrawn = false;
  #last: ProgressState | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#start = options.nowMs();
    this.#shownAt = options.kind === 'terminal' ? Number.NEGATIVE_INFINITY : this.#start;
  }

  update(state: ProgressState): void {
    const { kind } = this.#options;
    if (kind === 'none') return;
    this.#last = state;
    const now = this.#options.nowMs();
    if (now - this.#shownAt < (kind === 'terminal' ? REDRAW_MS : LINE_MS)) return;
    this.#shownAt = now;
    this.#show(state, now);
  }

  /** Reading ended: the last state stays on the screen and ends a JSON log; among plain lines the line `done` tells it. */
  finish(records: number): void {
    const { kind, nowMs, write } = this.#options;
    if (this.#last === undefined || kind === 'lines') return;
    this.#show({ ...this.#last, records }, nowMs());
    if (this.#isDrawn) write('\n');
    this.#isDrawn = false;
  }

  /** Makes room for a message: the line is wiped and drawn again later. */
  clear(): void {
    if (this.#isDrawn) this.#options.write('\r\u001b[K');
    this.#isDrawn = false;
  }

  #show(state: ProgressState, now: number): void {
    const { kind, write } = this.#options;
    if (kind === 'json') {
      write(
        `${JSON.stringify({
          t: this.#options.time(),
          ev: 'progress',
          done_bytes: state.doneBytes,
          total_bytes: state.totalBytes,
          records: state.records,
          subscription_records: state.subscriptionRecords,
        })}\n`,
      );
      return;
    }
    const line = progressLine(state, now - this.#start);
    if (kind === 'lines') {
      write(`${line}\n`);
      return;
    }
    const width = Math.max(10, Math.min(100, this.#options.columns() - 1));
    write(`\r\u001b[K${shorten(line, width)}`);
    this.#isDrawn = true;
  }
}

/** `reading  SRV-02.zip  Security.evtx   62 %   2.1 M records   141 k/s   38 s left   3 of subscriptions` */
export function progressLine(state: ProgressState, elapsedMs: number): string {
  const share = state.totalBytes > 0 ? Math.min(1, state.doneBytes / state.totalBytes) : undefined;
  const seconds = elapsedMs / 1000;
  const rate = seconds > 0.2 ? state.records / seconds : 0;
  const parts = [`reading  ${escapeTerminal(lastPart(state.input))}`];
  if (state.member !== undefined) parts[0] += `  ${escapeTerminal(lastPart(state.member))}`;
  if (share !== undefined) parts.push(`${Math.floor(share * 100)} %`);
  parts.push(`${short(state.records)} records`);
  if (rate > 0) parts.push(`${short(rate)}/s`);
  if (share !== undefined && share > 0.02 && share < 1)
    parts.push(`${Math.ceil((seconds * (1 - share)) / share)} s left`);
  parts.push(`${short(state.subscriptionRecords)} of subscriptions`);
  return parts.join('   ');
}

function lastPart(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '');
  return parts.at(-1) ?? path;
}

/** 999, 1.2 k, 141 k, 2.1 M. */
function short(n: number): string {
  if (n < 1000) return String(Math.round(n));
  if (n < 10_000) return `${(n / 1000).toFixed(1)} k`;
  if (n < 1_000_000) return `${Math.round(n / 1000)} k`;
  return `${(n / 1_000_000).toFixed(1)} M`;
}

/** Cuts from the right at whole parts, so that what matters most stays. */
function shorten(line: string, width: number): string {
  if (line.length <= width) return line;
  const parts = line.split('   ');
  while (parts.length > 1 && parts.join('   ').length > width) parts.splice(parts.length - 1, 1);
  return parts.join('   ').slice(0, width);
}
