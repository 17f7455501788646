import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text of a label: as it is, or the digest of a long one (compare by the digest over UTF-8). */
export type LabelText = string | { readonly sha256_utf8: string; readonly chars: number; readonly head: string };

/** A record that a label rests on: by line in JSON, by time and call in a network log, by record id in EVTX. */
export interface LabelEvidence {
  readonly channel: string;
  readonly event_id?: number;
  readonly record_id?: number | null;
  readonly line?: number;
  readonly time?: string | null;
  readonly endpoint?: string;
  readonly operation?: string;
}

export interface LabelSubscription {
  readonly host: string | null;
  readonly host_aliases?: readonly string[];
  readonly namespace: string | null;
  readonly filter: {
    readonly name: string | null;
    readonly query: LabelText | null;
    readonly event_namespace: string | null;
  };
  readonly consumer: {
    readonly class: string | null;
    readonly name: string | null;
    readonly payload: LabelText | null;
  };
  readonly creator: { readonly sid: string | null; readonly account: string | null };
  readonly evidence: readonly LabelEvidence[];
  readonly benign: boolean;
}

export interface LabelExecution {
  readonly target_host: string | null;
  readonly target_ip: string | null;
  /** The caller or creator. */
  readonly account: string | null;
  readonly source: {
    readonly host: string | null;
    readonly ip: string | null;
    readonly process: string | null;
    readonly pid: number | null;
    /** WMI was used, but by the machine itself: no lateral movement. */
    readonly same_host: boolean;
  };
  readonly time: string;
  /** Where it is not the caller. */
  readonly child_user: string | null;
  readonly child_pid: number | null;
  readonly child_image: string | null;
  readonly command_line: LabelText | null;
  readonly evidence: readonly LabelEvidence[];
}

/** Records that belong together, in the order of what happened. */
export interface LabelChain {
  readonly name: string;
  readonly order: readonly {
    readonly step: string;
    readonly record_id?: number;
    readonly line?: number;
    readonly channel?: string;
  }[];
}

/** The public file that a labelled one was taken from. */
export interface LabelSource {
  readonly path: string | null;
  readonly member?: string;
}

export interface LabelRow {
  readonly path: string;
  readonly class: 'malicious' | 'negative' | 'benign' | 'shape';
  readonly min_severity: string | null;
  readonly format: string;
  /** Of SERVE 2.1, as the reader must call it; `S13 (35 lines), S14 (2), incomplete (1)` where a file holds several. */
  readonly shape: string;
  readonly events: number | null;
  /** Of a slice: the line in the whole capture, by its own lines. */
  readonly slice_lines?: readonly number[];
  readonly subscriptions: readonly LabelSubscription[];
  readonly remote_executions: readonly LabelExecution[];
  readonly chains?: readonly LabelChain[];
  readonly source: LabelSource;
}

/** Every labelled file of event logs and of texts, loose or packed; undefined where the corpus is absent. Repositories have an issue of their own. */
export function readLabels(corpus: string): readonly LabelRow[] | undefined {
  return readAllLabels(corpus)?.filter((row) => row.shape !== 'repository' && (row.class !== 'shape' || isText(row)));
}

/** Every labelled file, repositories too; undefined where the corpus is absent. */
export function readAllLabels(corpus: string): readonly LabelRow[] | undefined {
  const file = join(corpus, 'dev', 'labels.jsonl');
  if (!existsSync(file)) return undefined;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LabelRow);
}

/** True of labelled files that are not EVTX: their lines are read by `src/shapes`. */
export function isText(row: LabelRow): boolean {
  return row.shape !== 'evtx' && row.shape !== 'repository';
}
