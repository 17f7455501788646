import { type Level, levelRank } from '../../windows/index.ts';
import { MOST_ID } from '../limits.ts';

/** What judging finds beside incidents and keeps. */
export type FoundKind = 'finding' | 'subscription';

/** `final`: the window of the engine holds its evidence no longer. `withdrawn`: later evidence speaks against it. */
export type FoundStanding = 'told' | 'final' | 'withdrawn';

/** A finding or a subscription as it is now. Which version that is the state decides: another digest is another one. */
export interface ToldFound {
  readonly of: FoundKind;
  readonly id: string;
  /** Of its content. */
  readonly digest: string;
  /** How much it says: of two looks at one whose evidence partly left the window the larger one counts. A whole number. */
  readonly extent: number;
  /** The window holds all that it rests on: it counts whatever it says. */
  readonly isWhole: boolean;
  readonly level: Level;
  /** Host key, and those of all hosts that it concerns. */
  readonly host: string;
  readonly hosts: readonly string[];
  /** Analytic or rule of a finding; state of a subscription. */
  readonly label: string;
  /** Scope of a finding; empty of a subscription. */
  readonly word: string;
  /** Fingerprint of a subscription that has one. */
  readonly print: string | null;
  /** Id of the incident that it is part of. */
  readonly incident: string | null;
  /** Unix milliseconds; 0 where the time of evidence is none. */
  readonly firstMs: number;
  /** RFC 3339, UTC, seven digits. */
  readonly last: string;
  /** JSON of what a list shows. */
  readonly row: string;
  /** JSON of the whole. */
  readonly document: string;
  readonly atMs: number;
}

/** What a judgement changes of findings and subscriptions. */
export type FoundWrite =
  | ({ readonly kind: 'found' } & ToldFound)
  | {
      readonly kind: 'foundWithdrawn' | 'foundFinal';
      readonly of: FoundKind;
      readonly id: string;
      readonly atMs: number;
    };

/** What became of one in a step; `known`: nothing changed, `unknown`: it is not kept. */
export interface FoundVerdict {
  readonly of: FoundKind;
  readonly id: string;
  readonly verdict: 'new' | 'changed' | 'moved' | 'withdrawn' | 'final' | 'known' | 'unknown';
  readonly version?: number;
}

/** What is wrong with a write in itself. */
export function foundProblem(write: FoundWrite): string | undefined {
  if (write.id.length === 0 || write.id.length > MOST_ID)
    return `a ${write.of} has an id of 1 to ${MOST_ID} characters`;
  if (write.kind !== 'found') return undefined;
  if (levelRank(write.level) < 0) return `${write.of} ${write.id} has no level "${write.level}"`;
  const isWhole = Number.isSafeInteger(write.extent) && Number.isSafeInteger(write.firstMs);
  return isWhole ? undefined : `${write.of} ${write.id} has an extent or a time that is no whole number`;
}
