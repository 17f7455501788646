import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Anomaly, AttackVersion, Evidence, Gap, Level, RecordClass } from '../windows/index.ts';
import type { RecordLine } from './record-line.ts';

/** What every record of an input, or of the run, was counted as (EVTX 7). */
export type ClassCounts = Readonly<Record<RecordClass, number>>;

/** Units of texts by shape: the ids of SERVE 2.1, `zeek`, `map:NAME`, `incomplete`, `unknown`, `wrapper`. */
export type UnitCounts = Readonly<Record<string, number>>;

/** A detection of another tool (SETTLED B6): listed apart, without a score, never part of the exit code. */
export interface ThirdPartyDetection {
  readonly product: string;
  readonly rule?: string;
  readonly title?: string;
  readonly action?: string;
  /** In the words of its product. */
  readonly level?: string;
  /** As written. */
  readonly host?: string;
  /** As far as its source says it. */
  readonly time?: string;
  readonly evidence: readonly Evidence[];
}

export interface ToolVersion {
  readonly name: string;
  readonly version: string;
  readonly commit?: string;
}

/** The rule pack that was loaded; absent while no rules are read. */
export interface RulePack {
  readonly bundle: string;
  readonly count: number;
  readonly sha256: string;
}

/** The options that decide what is reported, resolved: relative times are absolute here (SETTLED A26). None depends on the run. */
export interface HuntOptions {
  readonly from?: string;
  readonly to?: string;
  /** As given on the command line. */
  readonly hosts: readonly string[];
  readonly minLevel: Level;
  readonly failLevel: Level | 'never';
  readonly carve: boolean;
  readonly strict: boolean;
  /** Name and SHA-256 of each mapping of `--map`. */
  readonly maps?: readonly string[];
  /** Name and SHA-256 of each set of rules, in the order given. */
  readonly rules?: readonly string[];
  /** Name and SHA-256 of each pipeline of the rules, in the order given; of their placeholders. */
  readonly pipelines?: readonly string[];
  readonly placeholders?: readonly string[];
  /** Name and SHA-256 of each file of pins, in the order of their names (L16). */
  readonly pins?: readonly string[];
  /** Zone of local times in texts, as given. */
  readonly assumeZone?: string;
  /** Version of ATT&CK whose ids are shown, where one was asked for; JSON holds the ids of both. */
  readonly attackVersion?: AttackVersion;
}

/** A file inside a container input. */
export interface EvidenceMember {
  /** Path inside the container, outermost first. */
  readonly path: readonly string[];
  readonly bytes?: number;
  readonly sha256?: string;
  readonly mtime?: string;
  readonly kind: string;
  readonly records?: ClassCounts;
  readonly rejected?: number;
  /** Of a text: its units by shape, `incomplete`, `unknown` and `wrapper` beside the shapes' ids (SETTLED B1). */
  readonly shapes?: UnitCounts;
}

/** One input of the hunt: a loose file or a container, as given or found (L3). */
export interface EvidenceInput {
  /** The path as given or found. */
  readonly name: string;
  readonly bytes: number;
  /** Of the bytes that were judged; only when hashes were asked for. */
  readonly sha256?: string;
  /** RFC 3339, UTC. */
  readonly mtime?: string;
  /** What it was recognised as: `evtx`, `zip`, `gzip`, or what was not read. */
  readonly kind: string;
  readonly records: ClassCounts;
  readonly rejected: number;
  /** Host keys whose records it holds, sorted. */
  readonly hosts: readonly string[];
  readonly firstRecord?: string;
  readonly lastRecord?: string;
  /** Of the texts in it: their units by shape. */
  readonly shapes?: UnitCounts;
  readonly members?: readonly EvidenceMember[];
}

export interface Header {
  readonly tool: ToolVersion;
  readonly rules?: RulePack;
  readonly options: HuntOptions;
  /** Sorted by name, whatever the order of paths (L7). */
  readonly evidence: readonly EvidenceInput[];
}

/** What one host's channel holds, over all inputs and copies folded (PRODUCT 7.1). */
export interface Coverage {
  readonly host: string;
  readonly channel: string;
  /** Records by event id. */
  readonly ids: Readonly<Record<string, number>>;
  readonly from?: string;
  readonly to?: string;
}

/** Inputs of one kind that this version does not read, and what to do about it (SETTLED A33). */
export interface NotRead {
  readonly kind: string;
  readonly count: number;
  /** At most five names, sorted. */
  readonly examples: readonly string[];
  /** "unpack it and hunt the folder". */
  readonly close: string;
}

/** An analytic that could not speak, and the kinds of evidence it lacked (DOMAIN 3.1). */
export interface NotEvaluated {
  readonly analytic: string;
  readonly missing: readonly string[];
}

/** What became of the user's own rules (SETTLED E10). Rules and correlations are counted together. */
export interface RuleSummary {
  readonly loaded: number;
  /** Documents that were not loaded, by the name of what is wrong with them. */
  readonly refused: Readonly<Record<string, number>>;
  /** Rules that cannot match on a route for lack of fields there, by route. */
  readonly blind: Readonly<Record<string, number>>;
  /** Rules that matched at all. */
  readonly matched: number;
  /** Most hits first, at most twenty. */
  readonly top: readonly { readonly id?: string; readonly title: string; readonly hits: number }[];
}

/** A pin in a run: what it is of, who answers for it, and what it lowered (L16). */
export interface ToldPin {
  readonly id: string;
  readonly kind: 'subscription' | 'payload' | 'command';
  /** SHA-256 of its content. */
  readonly print: string;
  readonly what?: string;
  readonly hosts: readonly string[];
  readonly accounts?: readonly string[];
  readonly sources?: readonly string[];
  readonly owner: string;
  readonly reason: string;
  readonly created: string;
  readonly review: string;
  /** `pins.yaml:3:5` */
  readonly place: string;
  /** How many it lowered, whether the report leaves them out or not. */
  readonly count: number;
  /** Ids of those, at most a hundred of each. */
  readonly subscriptions: readonly string[];
  readonly findings: readonly string[];
}

/** What became of the pins in a run (L16). */
export interface PinSummary {
  /** Subscriptions and findings that are pinned, also those that the options left out of the report. */
  readonly subscriptions: number;
  readonly findings: number;
  /** Pins that matched nothing. */
  readonly unmatched: number;
  /** By id. */
  readonly pins: readonly ToldPin[];
}

/** A WMI repository that was read (SETTLED D1, D2). */
export interface RepositorySummary {
  /** Of its OBJECTS.DATA, or of what there is instead. */
  readonly file: string;
  readonly container?: readonly string[];
  /** Host key. */
  readonly host: string;
  /** What told whose it is; `nothing`: its host key is made of a digest of its objects. */
  readonly hostBy: 'logs' | 'policy session' | 'nothing';
  readonly layout: string;
  /** Version of Windows that ran it last. */
  readonly windows?: string;
  /** `map`, or what was read without one. */
  readonly readBy: 'map' | 'index' | 'objects';
  /** Oldest first. */
  readonly generations: readonly {
    readonly generation: number;
    readonly version: number;
    readonly map?: string;
    /** When its map was written; absent where the copy did not keep that. */
    readonly time?: string;
    readonly classes: number;
    readonly instances: number;
    readonly current: boolean;
  }[];
}

/** An audit of live hosts that was read (SETTLED D11). */
export interface AuditSummary {
  readonly file: string;
  readonly container?: readonly string[];
  readonly format: string;
  /** Host keys, sorted. */
  readonly hosts: readonly string[];
  /** When the host was looked at, by the audit itself. */
  readonly time?: string;
  readonly objects: number;
  /** Rows that could not be read. */
  readonly rejected: number;
  /** What its format cannot tell, a sentence each. */
  readonly loses: readonly string[];
  /** Namespaces that it did not reach. */
  readonly unreached: readonly string[];
}

/** Counts that hold: records read before folding + rejected + skippedByFilter = what is there (L21, SETTLED A18). */
export interface Summary {
  readonly files: number;
  readonly records: ClassCounts;
  readonly rejected: number;
  readonly skippedByFilter: number;
  /** Copies that were folded into another record (L6); they are counted in `records` too. */
  readonly folded: number;
  /** Bytes of the units of texts that were rejected. */
  readonly rejectedBytes: number;
  /** Units of texts by shape. */
  readonly shapes: UnitCounts;
  /** Records whose fields and message a shipper lost: read and counted, never judged (SETTLED B15). */
  readonly contentLost: number;
  /** Copies of one record that say different things (T14). */
  readonly conflicts: number;
  /** Records that may be copies of several others, and were therefore kept apart (SETTLED B12 b). */
  readonly unfolded: number;
  /** Detections of other tools that were read, also those past the bound of the list. */
  readonly thirdParty: number;
  /** By anomaly code. */
  readonly anomalies: Readonly<Record<string, number>>;
  readonly coverage: readonly Coverage[];
  /** By bounded table (L15). */
  readonly evicted: Readonly<Record<string, number>>;
  readonly repositories: readonly RepositorySummary[];
  readonly audits: readonly AuditSummary[];
  /** Only where rules were given. */
  readonly rules?: RuleSummary;
  /** Only where pins were given. */
  readonly pins?: PinSummary;
  readonly notEvaluated: readonly NotEvaluated[];
  readonly notRead: readonly NotRead[];
  /** Dossiers, findings and incidents that the options left out of the report (L5): they exist, and this says how many. */
  readonly leftOut: { readonly subscriptions: number; readonly findings: number; readonly incidents: number };
}

/** The only object with run-dependent values (L7). The writers add `findingsDigest`. */
export interface Run {
  readonly status: 'ok' | 'partial' | 'failed';
  readonly exit: number;
  /** RFC 3339, UTC. */
  readonly start: string;
  readonly end: string;
  /** Offset of the machine's zone from UTC at the start, minutes east. */
  readonly utcOffsetMinutes: number;
  readonly files: number;
  readonly records: number;
  readonly lostRecords: number;
  /** Ids of pins whose review is past, the longest so first; absent where there are none. */
  readonly pinsPastReview?: readonly string[];
  /** Bytes of evidence read, after inflation. */
  readonly bytes: number;
  /** Bytes. */
  readonly peakRss?: number;
  /** The command line as given, for the manifest. */
  readonly argv?: readonly string[];
  readonly runtime?: string;
  readonly os?: string;
  readonly arch?: string;
}

/** What is told of incidents and their parts, wherever they come from: a hunt, or the state of a server. */
export type ToldParts = Pick<HuntResult, 'incidents' | 'subscriptions' | 'findings' | 'gaps' | 'records'> & {
  readonly header: { readonly options: Pick<HuntOptions, 'attackVersion'> };
};

/** Everything that a hunt found, read or missed: what every writer of this room renders. */
export interface HuntResult {
  readonly schemaVersion: 1;
  readonly header: Header;
  readonly run: Run;
  readonly summary: Summary;
  /** Sorted by first-seen time, host, id (L7). Benign ones stand here too, informational (SETTLED A14). */
  readonly subscriptions: readonly Dossier[];
  /** Sorted by time, host, id. */
  readonly findings: readonly Finding[];
  /** Sorted by first time, id. */
  readonly incidents: readonly Incident[];
  readonly gaps: readonly Gap[];
  readonly anomalies: readonly Anomaly[];
  /** Detections of other tools, by time, host, product and place; at most ten thousand. */
  readonly thirdParty: readonly ThirdPartyDetection[];
  /** The cited records, whole, sorted by time, host, id. */
  readonly records: readonly RecordLine[];
}
