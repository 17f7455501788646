import type { Decoded, HandedRules, TextAnswer } from '../../intake/index.ts';
import type { Apart, ClockOffset, IncidentTimes, KnownFound, KnownIncident, WindowCounts } from '../../live/index.ts';
import type { Pin } from '../../pins/index.ts';
import type { Carrier, ToldFound as FoundInState, HostWrite } from '../../state/index.ts';
import type { Level, Source } from '../../windows/index.ts';
import type { PackedImage } from './detection-image.ts';

/** What the thread of detection is begun with. Sizes in bytes, times in milliseconds. */
export interface DetectRequest {
  readonly latenessMs: number;
  readonly heldMs: number;
  readonly heldBytes: number;
  /** Event time before which the window is given nothing: absent where it is given all that ever came. */
  readonly wholeFromMs?: number;
  /** Position up to which batches only fill the window: they were judged before this start. 0 where nothing is filled. */
  readonly fillTo: number;
  /** Position of the last batch that was durable at this start: what was told before may rest on all of them. 0 where left out. */
  readonly knownTo?: number;
  /** What was told before was read and judged by all that reads and judges now; not where left out. */
  readonly isSameJudge?: boolean;
  readonly rules?: HandedRules;
  readonly pack?: HandedRules;
  /** The number by which readers know these rules. */
  readonly rulesNumber?: number;
  /** What is accepted; nothing where left out. */
  readonly pins?: readonly Pin[];
  /** A judgement that takes longer is not waited for: what came is glanced at. Default: a quarter of a second. */
  readonly slowMs?: number;
  /** Whether the archive can be asked for what lies beside a backlog; not where left out. */
  readonly hasArchive?: boolean;
  /** What the state knows of incidents. */
  readonly known: readonly KnownIncident[];
  /** The same of findings and subscriptions that are not final, and of names of hosts. */
  readonly knownFound?: readonly Omit<KnownFound, 'standing'>[];
  readonly hostNames?: readonly HostName[];
}

/** The versions that incidents have in the state, and those that it keeps no longer. */
export interface SettledIncidents {
  readonly versions: readonly { readonly id: string; readonly version: number }[];
  readonly dropped: readonly string[];
}

export type ToDetect =
  | {
      readonly kind: 'batch';
      readonly position: number;
      /** The way that the batch came: all of one sender are one source. */
      readonly source: Source;
      /** What of it came another way: of hosts that its sender is not bound to (L18). */
      readonly apart?: Apart;
      readonly decoded: Decoded<TextAnswer>;
      readonly arriveMs: number;
      /** True of what was judged before this start: it fills the window, and is no news. */
      readonly isOld: boolean;
    }
  /** A batch that ended a judgement before: nothing of it is judged, but its reader told layouts in it that rows behind it have. */
  | { readonly kind: 'passedOver'; readonly position: number; readonly decoded: Decoded<TextAnswer> }
  /** Batches are missing that came before a time, Unix milliseconds: of what is before it the window holds a part. */
  | { readonly kind: 'hole'; readonly untilMs: number }
  /** A batch of which nothing could be read: its position is judged with the next. */
  | { readonly kind: 'empty'; readonly position: number }
  /** Events of the archive beside a backlog, of a batch that was judged in its time: they move no position. */
  | {
      readonly kind: 'context';
      readonly position: number;
      readonly source: Source;
      readonly apart?: Apart;
      readonly decoded: Decoded<TextAnswer>;
      readonly arriveMs: number;
    }
  /** All that an ask brings was given: so many bytes of events. */
  | { readonly kind: 'answered'; readonly ask: number; readonly bytes: number }
  /** New rules; the window stays as it is, and is judged again. */
  | ({ readonly kind: 'rules' } & Pick<DetectRequest, 'rules' | 'pack' | 'rulesNumber'>)
  /** Other pins; what was taken stays, and is judged again. */
  | { readonly kind: 'pins'; readonly pins: readonly Pin[] }
  /** What the state made of the last step. */
  | ({ readonly kind: 'settled' } & SettledIncidents)
  /** Everything that can be said is said now, whatever the watermarks (SERVE 0.1: 1). */
  | { readonly kind: 'finish' }
  /** An image of the window is wanted, of more than that position. */
  | { readonly kind: 'image'; readonly keptTo: number };

/** An incident to be told: documents are JSON texts, so that they travel and are stored as they are. */
export interface ToldIncident {
  readonly id: string;
  readonly version: number;
  readonly digest: string;
  readonly members: readonly string[];
  readonly hosts: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly title: string;
  readonly level: Level;
  readonly isWmi: boolean;
  readonly times: IncidentTimes;
  readonly absorbs: readonly string[];
  /** Its next steps, by which a person says what was done. */
  readonly steps: readonly { readonly id: string; readonly phase: string }[];
  readonly isRestored: boolean;
  /** What its worst subscription runs: print, and text in one line. */
  readonly payload?: { readonly print: string; readonly text: string };
  /** What a mute of the queue may match. */
  readonly carriers: readonly Carrier[];
  /** `{incident, findings, subscriptions, gaps}` */
  readonly document: string;
  readonly records: readonly CitedLine[];
}

/** A cited record, as it outlives the journal. */
export interface CitedLine {
  readonly id: string;
  readonly host: string;
  readonly time: string;
  readonly json: string;
}

/** How much a pin lowered in a judgement. */
export interface PinHits {
  readonly id: string;
  readonly subscriptions: number;
  readonly findings: number;
}

/** A finding or a subscription to be told: as the state keeps it, which is told the time with the step. */
export type ToldFound = Omit<FoundInState, 'atMs'>;

export type FoundName = Pick<FoundInState, 'of' | 'id'>;

export interface FoundChanges {
  readonly told: readonly ToldFound[];
  readonly withdrawn: readonly FoundName[];
  readonly final: readonly FoundName[];
}

/** A name, in lower case, and the host that it is one of. */
export type HostName = Omit<Extract<HostWrite, { kind: 'hostName' }>, 'kind'>;

export type HostGaps = Omit<Extract<HostWrite, { kind: 'hostGaps' }>, 'kind'>;

/** A batch that detection cannot judge, since a bug of ours ends a judgement with it. */
export interface PutAside {
  readonly position: number;
  readonly reason: string;
}

/** What one judgement changed. */
export interface JudgedStep {
  readonly kind: 'judged';
  /** It was a glance at what came, which judges nothing to its end; a judgement of all that is held where left out. */
  readonly isGlance?: true;
  /** Every batch up to this one is in it. */
  readonly position: number;
  /** Every batch up to this one was taken when it was told; so much of them is not judged: `unjudgedBytes`. */
  readonly takenTo: number;
  /** When it ended, Unix milliseconds. */
  readonly atMs: number;
  readonly told: readonly ToldIncident[];
  readonly superseded: readonly { readonly id: string; readonly mergedInto: string }[];
  /** `why`: for people, where it is no later evidence. */
  readonly withdrawn: readonly { readonly id: string; readonly version: number; readonly why?: string }[];
  readonly final: readonly string[];
  readonly found: FoundChanges;
  readonly hostNames: readonly HostName[];
  readonly hostGaps: readonly HostGaps[];
  /** What the clocks of hosts differ by, in all that the window holds; absent where nobody looked. */
  readonly clocks?: readonly ClockOffset[];
  /** Of the window, whichever lane was judged; so are the watermark and the sources. */
  readonly counts: WindowCounts;
  /** Of the backlog; absent where there is none. */
  readonly backlog?: WindowCounts;
  readonly evicted: Readonly<Record<string, number>>;
  /** What each pin lowered in the last judgement of each lane. */
  readonly pins: readonly PinHits[];
  readonly judgeMs: number;
  readonly watermarkMs: number;
  readonly activeSources: number;
  readonly silentSources: number;
  /** Bytes of events that no judgement has seen: what the reader waits by. */
  readonly unjudgedBytes: number;
  readonly isFinished: boolean;
  /** It is the first that says what is gone of all that was told before the start. */
  readonly hasCaughtUp?: true;
  /** Batches that are judged no more; nearly always none. */
  readonly aside: readonly PutAside[];
  /** Why rows of no batch that came since the start are judged no more: of an image, or of the archive beside a backlog. */
  readonly rowsFault?: string;
}

/** Batches that change nothing: their positions need no judgement. */
export interface PassedStep {
  readonly kind: 'passed';
  readonly position: number;
  readonly takenTo: number;
  readonly unjudgedBytes: number;
}

/** What the archive is asked for beside a backlog: all of these hosts in a stretch of event time, Unix milliseconds, its end not in it. */
export interface ContextAsk {
  readonly kind: 'ask';
  readonly ask: number;
  /** In small letters. */
  readonly hosts: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Positions beyond this one come by themselves. */
  readonly upTo: number;
  /** Bytes of events for which there is room. */
  readonly roomBytes: number;
}

/** The image that was asked for (`Detection.image`), or why it could not be made. */
export interface ImageAnswer {
  readonly kind: 'image';
  readonly image?: PackedImage | 'kept';
  readonly trouble?: string;
}

/** What the thread begins with: an image is handed over, and nobody else holds it. */
export interface DetectBegin {
  readonly request: DetectRequest;
  /** What the window held when a position was taken; batches behind it follow. Without it the window begins empty. */
  image?: PackedImage;
}

export type FromDetect = JudgedStep | PassedStep;
