import { hostPatternProblem } from '../accounts/index.ts';
import { type NewPin, PIN_BOUNDS, PIN_KINDS, type PinKind } from './pin.ts';

/** A value of a pin as it stands in a file or a request; `at` is its offset there. */
export interface Field {
  readonly at?: number;
  readonly value: string | number | readonly string[] | undefined;
}

export interface FieldProblem {
  readonly at?: number;
  readonly field: string;
  readonly message: string;
  readonly action: string;
}

const PRINT = /^[0-9a-f]{64}$/;
/** Letters that would break a line of a terminal, a log or a file. */
const CONTROL = /\p{Cc}|[\u2028\u2029]/u;

/** A pin of these fields, or all that is wrong with them. */
export function checkFields(fields: ReadonlyMap<string, Field>): {
  readonly pin: NewPin | undefined;
  readonly problems: readonly FieldProblem[];
} {
  const check = new Check(fields);
  const content = check.content();
  const hosts = check.list('hosts', hostProblem);
  const callers = check.callers(content?.kind);
  const owner = check.text('owner', PIN_BOUNDS.name);
  const reason = check.text('reason', PIN_BOUNDS.text);
  const created = check.day('created');
  const review = check.day('review');
  const what = fields.has('what') ? check.text('what', PIN_BOUNDS.name) : undefined;
  if (created !== undefined && review !== undefined) check.span(created, review);
  const { problems } = check;
  const isWhole = problems.length === 0;
  const isKnown = content !== undefined && hosts !== undefined && owner !== undefined && reason !== undefined;
  if (!isWhole || !isKnown || created === undefined || review === undefined) return { pin: undefined, problems };
  const more = { ...(callers === undefined ? {} : { callers }), ...(what === undefined ? {} : { what }) };
  return { pin: { ...content, hosts, owner, reason, created, review, ...more }, problems };
}

class Check {
  readonly problems: FieldProblem[] = [];
  readonly #fields: ReadonlyMap<string, Field>;

  constructor(fields: ReadonlyMap<string, Field>) {
    this.#fields = fields;
  }

  #wrong(field: string, message: string, action: string): undefined {
    const at = this.#fields.get(field)?.at;
    this.problems.push({ ...(at === undefined ? {} : { at }), field, message, action });
    return undefined;
  }

  /** Exactly one of the kinds, as a SHA-256. */
  content(): { readonly kind: PinKind; readonly print: string } | undefined {
    const kinds = PIN_KINDS.filter((kind) => this.#fields.has(kind));
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) {
      const message = `A pin is of one content: ${PIN_KINDS.join(', ')}.`;
      return this.#wrong(kinds[1] ?? '', message, 'Give one of them; a name is none.');
    }
    const value = this.#fields.get(kind)?.value;
    const print = typeof value === 'string' ? value.toLowerCase() : '';
    if (!PRINT.test(print)) {
      return this.#wrong(kind, `"${kind}" must be 64 hex digits.`, 'triad pin add takes them from a result.');
    }
    return { kind, print };
  }

  /** Both lists or none; a command needs them, for by itself it is what anyone may call. */
  callers(kind: PinKind | undefined): NewPin['callers'] {
    const given = ['accounts', 'sources'].filter((field) => this.#fields.has(field));
    if (given.length === 0 && kind !== 'command') return undefined;
    const accounts = this.list('accounts', accountProblem);
    const sources = this.list('sources', sourceProblem);
    return accounts === undefined || sources === undefined ? undefined : { accounts, sources };
  }

  list(field: string, problemOf: (item: string) => string | undefined): readonly string[] | undefined {
    const value = this.#fields.get(field)?.value;
    const items = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(items) || items.length === 0 || items.length > PIN_BOUNDS.list) {
      return this.#wrong(
        field,
        `"${field}" must be a list of 1 to ${PIN_BOUNDS.list}.`,
        ACTIONS[field] ?? 'Write a list.',
      );
    }
    const texts = items.map((item: string) => item.trim());
    const problem = texts.map(problemOf).find((text) => text !== undefined);
    return problem === undefined ? texts : this.#wrong(field, problem, ACTIONS[field] ?? 'Write another one.');
  }

  text(field: string, most: number): string | undefined {
    const { value } = this.#fields.get(field) ?? { value: undefined };
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || text.trim() === '' || text.length > most || CONTROL.test(text)) {
      const action = ACTIONS[field] ?? 'Write it in one line.';
      return this.#wrong(field, `"${field}" must be a line of 1 to ${most} characters.`, action);
    }
    return text.trim();
  }

  day(field: string): string | undefined {
    const value = this.#fields.get(field)?.value;
    if (typeof value !== 'string' || dayMs(value) === undefined) {
      return this.#wrong(field, `"${field}" must be a day as YYYY-MM-DD.`, ACTIONS[field] ?? 'Write a day.');
    }
    return value;
  }

  span(created: string, review: string): void {
    const days = ((dayMs(review) ?? 0) - (dayMs(created) ?? 0)) / DAY_MS;
    if (days <= 0) this.#wrong('review', 'The review must be after the day of creation.', 'Write a later day.');
    else if (days > PIN_BOUNDS.reviewDays) {
      this.#wrong(
        'review',
        `The review is more than ${PIN_BOUNDS.reviewDays} days after the day of creation.`,
        'Write an earlier day.',
      );
    }
  }
}

const ACTIONS: Readonly<Record<string, string>> = {
  hosts: 'Name the hosts for which it holds, such as SRV-02 or WS-*; * alone is every host.',
  accounts: 'Write whole accounts, such as CORP\\svc-deploy.',
  sources: 'Write whole host names or addresses from which it comes.',
  owner: 'Say who answers for it.',
  reason: 'Say why it is accepted.',
  created: 'Write the day on which it was pinned.',
  review: 'Write the day by which it is looked at again.',
};

export const DAY_MS = 86_400_000;

/** Unix milliseconds of the start of a day in UTC; undefined for what is none. */
export function dayMs(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) || dayOf(ms) !== day ? undefined : ms;
}

/** `YYYY-MM-DD` of a time, UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** A pin may be for every host, as a key may not: it says so with `*`. */
function hostProblem(pattern: string): string | undefined {
  return pattern === '*' ? undefined : hostPatternProblem(pattern);
}

function accountProblem(account: string): string | undefined {
  const isWhole =
    /^[^\\@*]+(?:\\|@)[^\\@*]+$/.test(account) && account.length <= PIN_BOUNDS.name && !CONTROL.test(account);
  return isWhole ? undefined : `${JSON.stringify(account.slice(0, 64))} is no whole account.`;
}

function sourceProblem(source: string): string | undefined {
  const isWhole = /^[\p{L}\p{N}._:-]{1,253}$/u.test(source) && /[\p{L}\p{N}]/u.test(source);
  return isWhole ? undefined : `${JSON.stringify(source.slice(0, 64))} is no whole host name or address.`;
}
