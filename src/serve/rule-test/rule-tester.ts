import type { Archive, ArchiveQuery, FoundEntry, Refusal, SearchCount } from '../../archive/index.ts';
import { placeOfNumber } from '../../entries/index.ts';
import type { RuleMapping } from '../../intake/index.ts';
import { EVERY_CHANNEL } from '../../windows/index.ts';
import { AskedThread } from '../asked-thread.ts';
import { batchSource } from '../read-batch.ts';
import type { Reading, ServedRules } from '../serve-request.ts';
import { readableOf } from '../take-kept.ts';
import type { TestAnswer, TestEntry, TestedRules, TestRequest, TestRule, TestWith } from './messages.ts';

export interface RuleTest {
  readonly rules: TestedRules;
  /** Event time: from then on, and before then. */
  readonly span: Pick<ArchiveQuery, 'from' | 'to'>;
  readonly cursor: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What one look of a test came to. */
export interface Tested {
  readonly kind: 'tested';
  readonly rules: readonly TestRule[];
  readonly warnings: readonly string[];
  readonly channels: readonly (readonly [channel: string, eventIds: readonly number[] | 'all'])[];
  readonly hits: readonly { readonly entry: FoundEntry; readonly rule: number }[];
  /** Events that the rules were tried on. */
  readonly tried: number;
  /** Events whose bytes the reader did not get through. */
  readonly unread: number;
  readonly matchMs: number;
  readonly progress: SearchCount;
  /** Where the next look begins; `null` where all was looked at. */
  readonly cursor: string | null;
}

export type RuleTestOutcome =
  | Tested
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  | { readonly kind: 'archive'; readonly refusal: Refusal }
  /** The server ends, or nobody waits any more. */
  | { readonly kind: 'stopped' };

/** A look at the archive ends after so long, milliseconds: the first hits are there at once. */
const LOOK_MS = 1000;
/** What takes so long is made to. */
const MOST_MS = 10_000;
/** Compiled rules are kept for the next look, and no longer. */
const IDLE_MS = 60_000;
const PAGE = 500;
/** Names and numbers that a query of the archive takes. */
const MOST_NAMES = 256;
const SLOW = 'The rule was not compiled in 10 s.';

// The compiler rewrites import specifiers only, so the extension is taken from the running file.
const ENTRY = new URL(`./rule-test-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** Tries rules on what the archive holds, in a thread of their own: nothing is kept of it, and nobody is told. */
export class RuleTester {
  readonly #thread: AskedThread<TestRequest, TestAnswer>;
  #with: TestWith;
  #rules: ServedRules;

  constructor(reading: Reading | undefined, rules: ServedRules, mostMs: number = MOST_MS) {
    this.#rules = rules;
    this.#with = withOf(reading, rules.mapping);
    this.#thread = new AskedThread({ entry: ENTRY, first: () => [this.#with], mostMs, idleMs: IDLE_MS });
  }

  /** Rules and mappings of now. */
  use(reading: Reading | undefined, rules: ServedRules): void {
    this.#rules = rules;
    this.#tell(withOf(reading, rules.mapping));
  }

  /** One look, newest first: as many events as a second allows. */
  async test(archive: Archive, { rules, span, cursor, signal }: RuleTest): Promise<RuleTestOutcome> {
    if (rules.kind === 'key' && this.#with.handed === undefined) this.#tell({ ...this.#with, handed: this.#handed() });
    const first = await this.#thread.ask({ rules, entries: [] });
    if (first === undefined) return this.#thread.isClosed ? { kind: 'stopped' } : { kind: 'wrong', problems: [SLOW] };
    if (first.kind === 'wrong') return first;
    const query = { ...span, ...narrowed(first.channels) };
    const untilMs = performance.now() + LOOK_MS;
    const options = {
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
      ...(signal === undefined ? {} : { signal }),
    };
    const sum = { hits: [] as { entry: FoundEntry; rule: number }[], tried: 0, unread: 0, matchMs: 0 };
    for await (const page of archive.search(query, options)) {
      if (page.kind === 'refused') return { kind: 'archive', refusal: page };
      const { entries } = page;
      const answer =
        entries.length === 0 ? undefined : await this.#thread.ask({ rules, entries: entries.map(entryOf) });
      if (answer?.kind === 'wrong') return answer;
      sum.tried += answer?.read ?? 0;
      sum.unread += entries.length - (answer?.read ?? 0);
      sum.matchMs += answer?.matchMs ?? 0;
      for (const [place, rule] of answer?.hits ?? []) {
        const entry = entries[place];
        if (entry !== undefined) sum.hits.push({ entry, rule });
      }
      if (page.cursor !== null && performance.now() < untilMs) continue;
      const { warnings, channels } = first;
      const { cursor: next, count: progress } = page;
      return { kind: 'tested', rules: first.rules, warnings, channels, ...sum, progress, cursor: next };
    }
    return { kind: 'stopped' };
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  #tell(now: TestWith): void {
    this.#with = now;
    this.#thread.tell(now);
  }

  #handed(): NonNullable<TestWith['handed']> {
    const { rules, pack } = this.#rules;
    return [rules, pack].flatMap((set) => set?.handed ?? []);
  }
}

function withOf(reading: Reading | undefined, mapping: RuleMapping): TestWith {
  return { reading, mapping };
}

function entryOf(entry: FoundEntry): TestEntry {
  const { position, sender, item } = entry;
  return { source: batchSource(position), sender, raw: readableOf(entry), event: placeOfNumber(item).event };
}

/** What of the archive the rules ask for: nothing where they ask for every channel, or for more than a query can name. */
function narrowed(channels: Tested['channels']): Pick<ArchiveQuery, 'channels' | 'eventIds'> {
  const names = channels.map(([channel]) => channel);
  if (names.includes(EVERY_CHANNEL) || names.length > MOST_NAMES) return {};
  const ids = channels.flatMap(([, own]) => (own === 'all' ? [] : own));
  const isWhole = channels.some(([, own]) => own === 'all') || ids.length === 0;
  const eventIds = [...new Set(ids)];
  return { channels: names, ...(isWhole || eventIds.length > MOST_NAMES ? {} : { eventIds }) };
}
