import type { Archive, ArchiveQuery, FoundEntry, Refusal, SearchCount } from '../../archive/index.ts';
import { placeOfNumber } from '../../entries/index.ts';
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
  /** Events whose bytes the reader did not get through, or that share those of another. */
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
/** Looking for the one that does it ends after so long. */
const MOST_AGAIN_MS = 30_000;
const PAGE = 500;
/** Names and numbers that a query of the archive takes. */
const MOST_NAMES = 256;
const SLOW = 'The rule was not compiled: it takes longer than 10 s, or too much memory.';

// The compiler rewrites import specifiers only, so the extension is taken from the running file.
const ENTRY = new URL(`./rule-test-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** Tries rules on what the archive holds, in a thread of their own: nothing is kept of it, and nobody is told. */
export class RuleTester {
  readonly #thread: AskedThread<TestRequest, TestAnswer>;
  #with: TestWith;
  #rules: ServedRules;

  constructor(reading: Reading | undefined, rules: ServedRules, mostMs: number = MOST_MS) {
    this.#rules = rules;
    this.#with = { round: 0, reading, mapping: rules.mapping };
    this.#thread = new AskedThread({
      entry: ENTRY,
      name: 'rule-test',
      first: () => [this.#with],
      mostMs,
      idleMs: IDLE_MS,
    });
  }

  /** Rules and mappings of now. */
  use(reading: Reading | undefined, rules: ServedRules): void {
    this.#rules = rules;
    const { handed } = this.#with;
    this.#tell({ reading, mapping: rules.mapping, ...(handed === undefined ? {} : { handed: this.#handed() }) });
  }

  /** One look, newest first: as many events as a second allows. Where rules are taken anew meanwhile, it is begun once more. */
  async test(archive: Archive, asked: RuleTest): Promise<RuleTestOutcome> {
    for (;;) {
      const outcome = await this.#look(archive, asked);
      if (outcome !== 'reloaded') return outcome;
    }
  }

  async #look(archive: Archive, { rules, span, cursor, signal }: RuleTest): Promise<RuleTestOutcome | 'reloaded'> {
    if (rules.kind === 'key' && this.#with.handed === undefined) this.#tell({ ...this.#with, handed: this.#handed() });
    const { round } = this.#with;
    const first = await this.#thread.ask({ rules, entries: [] });
    if (first === undefined) return this.#thread.isClosed ? { kind: 'stopped' } : { kind: 'wrong', problems: [SLOW] };
    if (first.round !== round) return 'reloaded';
    if (first.kind === 'wrong') return first;
    // What the archive finds events by is what was read when they came: by other mappings it may be another channel.
    const hasMaps = (this.#with.reading?.maps.length ?? 0) > 0;
    const query = { ...span, ...(hasMaps ? {} : narrowed(first.channels)) };
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
      let read = 0;
      for await (const { answer, part } of this.#answers(rules, entries)) {
        if (answer.round !== round) return 'reloaded';
        if (answer.kind === 'wrong') return answer;
        read += answer.read;
        sum.matchMs += answer.matchMs;
        for (const [place, rule] of answer.hits) {
          const entry = part[place];
          if (entry !== undefined) sum.hits.push({ entry, rule });
        }
      }
      sum.tried += read;
      sum.unread += entries.length - read;
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

  /** What the thread says of entries. Those with which it does not get through are asked in halves, for a while: one of them costs the others nothing. */
  async *#answers(
    rules: TestedRules,
    entries: readonly FoundEntry[],
  ): AsyncGenerator<{ readonly answer: TestAnswer; readonly part: readonly FoundEntry[] }, void, undefined> {
    const untilMs = performance.now() + MOST_AGAIN_MS;
    const left = entries.length === 0 ? [] : [entries];
    for (let part = left.pop(); part !== undefined; part = left.pop()) {
      const answer = await this.#thread.ask({ rules, entries: part.map(entryOf) });
      if (answer !== undefined) yield { answer, part };
      else if (part.length > 1 && performance.now() < untilMs && !this.#thread.isClosed) {
        const half = Math.ceil(part.length / 2);
        left.push(part.slice(half), part.slice(0, half));
      }
    }
  }

  #tell(now: Omit<TestWith, 'round'>): void {
    this.#with = { ...now, round: this.#with.round + 1 };
    this.#thread.tell(this.#with);
  }

  #handed(): NonNullable<TestWith['handed']> {
    const { rules, pack } = this.#rules;
    return [rules, pack].flatMap((set) => set?.handed ?? []);
  }
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
