import type { HandedRules, RuleMapping } from '../../intake/index.ts';
import type { Source } from '../../windows/index.ts';
import type { Ticketed } from '../asked-thread.ts';
import type { Reading } from '../serve-request.ts';

/** Rules that are tried: those of a text, or one of those in use by its key. */
export type TestedRules =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'key'; readonly key: string };

/** What is in use now: it is told before it is asked for. */
export interface TestWith {
  /** Counts what was told: answers repeat it. */
  readonly round: number;
  readonly reading: Reading | undefined;
  /** Pipelines and placeholders of the user's own rules: those of a text are compiled with them too. */
  readonly mapping: RuleMapping;
  /** Rules in use; they are told when one of them is tried for the first time. */
  readonly handed?: readonly HandedRules[];
}

export interface TestEntry {
  readonly source: Source;
  readonly sender: string;
  readonly raw: Uint8Array;
  /** Which event of its bytes it is, from 0. */
  readonly event: number;
}

export interface TestRequest extends Ticketed {
  readonly rules: TestedRules;
  /** None: it is only asked what the rules are. */
  readonly entries: readonly TestEntry[];
}

/** One of the rules that are tried. */
export interface TestRule {
  readonly key: string;
  readonly title: string;
  readonly level: string;
}

export type TestAnswer = Ticketed &
  Pick<TestWith, 'round'> &
  (
    | {
        readonly kind: 'tested';
        readonly rules: readonly TestRule[];
        /** What else there is to say of them. */
        readonly warnings: readonly string[];
        /** The channels and event ids that they ask for. */
        readonly channels: readonly (readonly [channel: string, eventIds: readonly number[] | 'all'])[];
        /** Positions in `entries` and `rules` of what matched. */
        readonly hits: readonly (readonly [entry: number, rule: number])[];
        /** Entries whose bytes gave their event. */
        readonly read: number;
        /** Time that the matching took, without the reading, milliseconds. */
        readonly matchMs: number;
      }
    /** Nothing can be tried, and why. */
    | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  );
