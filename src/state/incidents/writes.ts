import { type Level, levelRank } from '../../windows/index.ts';
import { MOST_ID } from '../limits.ts';
import type { Carrier } from '../suppressions/scope.ts';
import type { StepName } from './stored-incident.ts';

/** A cited record, whole: it outlives the retention of the archive (SERVE 0.1, 20). */
export interface IncidentRecord {
  readonly id: string;
  readonly host: string;
  readonly time: string;
  /** JSON. */
  readonly body: string;
}

/** A version of an incident, for the first time or anew. */
export interface ToldIncident {
  readonly id: string;
  readonly version: number;
  /** Of its content: a version has one. */
  readonly digest: string;
  readonly level: Level;
  /** It counts as `wmi` (L12). */
  readonly isWmi: boolean;
  readonly title: string;
  /** RFC 3339, UTC, seven digits, as `eventTime` (`t_event`); one that is no such time stands at the end of its level. */
  readonly first: string;
  readonly last: string;
  readonly eventTime: string;
  readonly isRetrospective: boolean;
  readonly hosts: readonly string[];
  readonly members: readonly string[];
  /** JSON of the times of machines and detector. */
  readonly times: string;
  /** Its next steps. */
  readonly steps: readonly StepName[];
  /** JSON of the incident with its findings, subscriptions and gaps. */
  readonly document: string;
  readonly records: readonly IncidentRecord[];
  /** What its worst subscription runs: print, and text in one line; left out where no record tells it. */
  readonly payload?: { readonly print: string; readonly text: string };
  /** What a mute of the queue may match; without any it is never muted. */
  readonly carriers?: readonly Carrier[];
  /** Ids that it takes in now; an `incidentMerged` in the same step says the same. */
  readonly absorbs: readonly string[];
  /** Why a closed one opens again, beside a higher level and a new host, which are seen here: a removed thing came back (SETTLED G2). */
  readonly reopens?: string;
  readonly atMs: number;
}

/** What a judgement changes of incidents, as the reader behind the answer hands it over. */
export type IncidentWrite =
  | ({ readonly kind: 'incident' } & ToldIncident)
  | { readonly kind: 'incidentMerged'; readonly id: string; readonly mergedInto: string; readonly atMs: number }
  | {
      readonly kind: 'incidentWithdrawn';
      readonly id: string;
      readonly version: number;
      readonly atMs: number;
      /** What speaks against it, for people. */
      readonly why?: string;
    }
  | { readonly kind: 'incidentFinal'; readonly id: string; readonly atMs: number };

/** What became of one incident in a step. */
export interface IncidentVerdict {
  readonly id: string;
  /**
   * `known`: the same write again, nothing changed; `unknown`: not kept any more, nothing to change. Beside `changed` there may be one of `reopened`,
   * `raised` (its level rose) and `shown` (no suppression hides it any more): each calls somebody as `new` does.
   */
  readonly verdict:
    | 'new'
    | 'changed'
    | 'reopened'
    | 'raised'
    | 'shown'
    | 'merged'
    | 'withdrawn'
    | 'final'
    | 'known'
    | 'unknown';
  /** Of `new` and `changed`: INC number, and the version that it has; it wins over the one that was asked for. */
  readonly number?: number;
  readonly version?: number;
}

/** What is wrong with a write in itself. */
export function incidentProblem(write: IncidentWrite): string | undefined {
  const named = (text: string): boolean => text.length > 0 && text.length <= MOST_ID;
  if (!named(write.id)) return 'an incident has an id of 1 to 64 characters';
  if (write.kind === 'incidentMerged' && (!named(write.mergedInto) || write.mergedInto === write.id))
    return `incident ${write.id} cannot be merged into "${write.mergedInto}"`;
  if ('version' in write && (!Number.isSafeInteger(write.version) || write.version < 1))
    return `incident ${write.id} has no version ${write.version}`;
  return write.kind === 'incident' ? toldProblem(write) : undefined;
}

/** Times are of evidence, which may say anything: a year beyond 9999 must not stop the reader behind the answer. */
function toldProblem({ id, level, absorbs }: ToldIncident): string | undefined {
  if (levelRank(level) < 0) return `incident ${id} has no level "${level}"`;
  return absorbs.includes(id) ? `incident ${id} cannot take in itself` : undefined;
}
