import type { LossReason } from './row-quota.ts';
import type { WindowImage } from './window-image.ts';

export interface WindowOptions {
  /** Of packed rows; default 256 MiB. */
  readonly bytes?: number;
  /** The number of the rules by which readers mark rows (`Window.marksOf`); none where left out. */
  readonly rulesNumber?: number;
  /** Of those rows, what open incidents may pin; default a quarter. */
  readonly pinnedBytes?: number;
  /** Rows that no judgement has seen may fill the window over by so many bytes; default once again. */
  readonly unjudgedBytes?: number;
  /** Event time that is held behind the watermark; default 24 h. */
  readonly spanMs?: number;
  /** Default 2 min. */
  readonly latenessMs?: number;
  /** Default 5 min. */
  readonly silentAfterMs?: number;
  /** Event time before which the window was given nothing: where a replay began. Default: it was given all. */
  readonly wholeFromMs?: number;
  /** What it begins with; its rows are the window's from now on. Default: nothing. */
  readonly image?: WindowImage;
}

/** What came with a batch. */
export interface Accepted {
  readonly rows: number;
  /** Rows before the watermark: they count as late, and are judged all the same. */
  readonly late: number;
}

export interface WindowCounts {
  readonly rows: number;
  readonly bytes: number;
  readonly late: number;
  /** Rows let go of, by reason (L15). */
  readonly lost: Readonly<Partial<Record<LossReason, number>>>;
  /** Rows of open incidents beyond the bound of pins, at the last time that rows were let go of. */
  readonly unpinned: number;
  /** Records that coverage counts no longer, and sources that the watermark forgot, because a table was full. */
  readonly evicted: Readonly<Record<string, number>>;
}
