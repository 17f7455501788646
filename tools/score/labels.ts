import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text of a label: as it is, or the digest of a long one (compare by the digest over UTF-8). */
export type LabelText = string | { readonly sha256_utf8: string; readonly chars: number; readonly head: string };

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
  readonly benign: boolean;
}

export interface LabelExecution {
  readonly target_host: string | null;
  readonly child_pid: number | null;
  readonly child_image: string | null;
  readonly command_line: LabelText | null;
  readonly evidence: readonly { readonly channel: string; readonly event_id?: number }[];
}

export interface LabelRow {
  readonly path: string;
  readonly class: 'malicious' | 'negative' | 'benign' | 'shape';
  readonly min_severity: string | null;
  readonly format: string;
  readonly events: number | null;
  readonly subscriptions: readonly LabelSubscription[];
  readonly remote_executions: readonly LabelExecution[];
}

/** The labelled files that are EVTX, loose or zipped; undefined where the corpus is absent. */
export function readLabels(corpus: string): readonly LabelRow[] | undefined {
  const file = join(corpus, 'dev', 'labels.jsonl');
  if (!existsSync(file)) return undefined;
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LabelRow);
  return rows.filter((row) => row.class !== 'shape' && (row.format === 'evtx' || row.format.startsWith('zip of evtx')));
}
