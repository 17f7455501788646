import type { JournalPlace } from './find-entry.ts';
import type { EntryPlace } from './found-entry.ts';
import type { HeldMore, Hold } from './holds.ts';
import type { SegmentRow } from './index-file.ts';
import type { ArchiveProblem } from './recover.ts';
import type { RecoveryNotes } from './recovery-notes.ts';
import type { StepRequest } from './searcher.ts';
import type { StoreRequest } from './store.ts';
import type { SurveyRequest } from './survey.ts';
import type { Outcome } from './trouble.ts';

/** What the thread that writes is asked. `nowMs` is the wall clock of who asks. */
export type WriterRequest = { readonly nowMs: number } & (
  | {
      readonly kind: 'append';
      readonly rows: Uint8Array<ArrayBuffer>;
      readonly count: number;
      readonly through: number;
      /** Grows with each refusal that was heard of: what was sent before that is refused too. */
      readonly round: number;
    }
  | { readonly kind: 'flush' }
  | { readonly kind: 'retain'; readonly keepMs: readonly (number | undefined)[] }
  | { readonly kind: 'hold'; readonly hold: Hold }
  | { readonly kind: 'extendHold'; readonly id: string; readonly more: HeldMore }
  | { readonly kind: 'release'; readonly id: string }
  | { readonly kind: 'holds' }
  | { readonly kind: 'unsealed' }
  | { readonly kind: 'sealed'; readonly segment: number }
  | { readonly kind: 'health' }
  | { readonly kind: 'close' }
);

/** What the thread that searches is asked. */
export type SearchRequest =
  | ({ readonly kind: 'step' } & StepRequest)
  | { readonly kind: 'read'; readonly place: EntryPlace }
  | { readonly kind: 'find'; readonly place: JournalPlace }
  | ({ readonly kind: 'survey' } & SurveyRequest)
  | { readonly kind: 'reopen' }
  | { readonly kind: 'forget'; readonly search: number }
  | { readonly kind: 'close' };

export type Ticketed<Request> = { readonly ticket: number; readonly request: Request };

/** What a thread says: how opening went, then an answer a ticket. A `bug` is a mistake of the program. */
export type ThreadMessage =
  | { readonly kind: 'opened'; readonly problem: ArchiveProblem | null; readonly archived: number }
  | { readonly kind: 'answer'; readonly ticket: number; readonly outcome: Outcome<unknown> }
  | { readonly kind: 'bug'; readonly ticket: number; readonly message: string };

export interface Appended {
  /** All of the journal up to here is on stable storage. */
  readonly archived: number;
  /** How often the files were opened: another number than before means that the index may be another. */
  readonly openings: number;
  /** Segments that were finished since the start: another number than before means that there is one to seal. */
  readonly finished: number;
}

/** Of the thread that writes. */
export interface WriterHealth {
  readonly archived: number;
  readonly waitingEntries: number;
  readonly waitingBytes: number;
  readonly segments: readonly SegmentRow[];
  readonly notes: RecoveryNotes;
  readonly openings: number;
  readonly written: {
    readonly entries: number;
    readonly blocks: number;
    readonly rawBytes: number;
    readonly storedBytes: number;
    readonly repeated: number;
  };
  readonly refused: number;
  readonly lastTrouble: string | undefined;
  readonly retained: { readonly expired: number; readonly early: number; readonly bytes: number };
  readonly free: { readonly freeBytes: number; readonly totalBytes: number };
}

export type { StoreRequest };
