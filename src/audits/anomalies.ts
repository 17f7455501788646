import type { Anomaly } from '../windows/index.ts';

interface AuditAnomalyKind {
  readonly code: `TRIAD-E-AUDIT-${string}`;
  readonly level: 'error' | 'warn' | 'note';
  readonly text: string;
}

/** The one table of what can be odd about an audit. */
export const AUDIT_ANOMALIES = {
  unknown: {
    code: 'TRIAD-E-AUDIT-UNKNOWN',
    level: 'error',
    text: 'The text is no audit of a form that is known here. Nothing of it was read.',
  },
  size: {
    code: 'TRIAD-E-AUDIT-SIZE',
    level: 'error',
    text: 'The document has {size} bytes; at most {limit} are read. Nothing of it was read: export it in parts.',
  },
  objects: {
    code: 'TRIAD-E-AUDIT-OBJECTS',
    level: 'error',
    text: 'The document has more than {limit} objects; the rest was not read.',
  },
  row: {
    code: 'TRIAD-E-AUDIT-ROW',
    level: 'error',
    text: 'A row cannot be read: {reason}. The rest was read.',
  },
  cut: {
    code: 'TRIAD-E-AUDIT-CUT',
    level: 'error',
    text: 'Too much of the document is broken; the rest was not read.',
  },
  version: {
    code: 'TRIAD-E-AUDIT-VERSION',
    level: 'warn',
    text: 'The schema is {schema}; triad.collector/1 is known. What it has in common was read.',
  },
  section: {
    code: 'TRIAD-E-AUDIT-SECTION',
    level: 'warn',
    text: 'The section {name} of the collector failed: {reason}. What it should hold is unknown.',
  },
  namespace: {
    code: 'TRIAD-E-AUDIT-NAMESPACE',
    level: 'warn',
    text: 'The namespace {name} was not read whole: {reason}. What is not listed may be there.',
  },
  unreached: {
    code: 'TRIAD-E-AUDIT-UNREACHED',
    level: 'warn',
    text: 'The collector did not look into the namespace {name}.',
  },
  lostValue: {
    code: 'TRIAD-E-AUDIT-VALUE',
    level: 'warn',
    text: 'The value of {property} in an object of {name} was lost when it was exported ({text}); it is left out.',
  },
  bound: {
    code: 'TRIAD-E-AUDIT-BOUND',
    level: 'warn',
    text: 'An object of {name} has more than {limit} {what}; the rest was left out.',
  },
  reference: {
    code: 'TRIAD-E-AUDIT-REFERENCE',
    level: 'warn',
    text: 'The {property} of a binding does not say what it points to: {text}.',
  },
  creator: {
    code: 'TRIAD-E-AUDIT-CREATOR',
    level: 'warn',
    text: 'The CreatorSID of an object of {name} is no SID: {text}. It was left out.',
  },
  otherClass: {
    code: 'TRIAD-E-AUDIT-OTHER',
    level: 'note',
    text: 'A row of {name} does not belong to event subscriptions and was passed over.',
  },
  removed: {
    code: 'TRIAD-E-AUDIT-REMOVED',
    level: 'note',
    text: 'osquery says that an object of {name} was removed: it was there before and is none of the last state.',
  },
  superseded: {
    code: 'TRIAD-E-AUDIT-SUPERSEDED',
    level: 'note',
    text: 'A later snapshot of {name} takes the place of this one, which was passed over.',
  },
  disabled: {
    code: 'TRIAD-E-AUDIT-DISABLED',
    level: 'note',
    text: 'Autoruns shows {name} as disabled; it was read like the others.',
  },
  unelevated: {
    code: 'TRIAD-E-AUDIT-UNELEVATED',
    level: 'warn',
    text: 'Autoruns did not run as Administrator and says itself that its list is not complete.',
  },
  falseQuery: {
    code: 'TRIAD-E-AUDIT-QUERY',
    level: 'note',
    text: 'The text behind the filter {name} is no query and was passed over: {text}.',
  },
} as const;

export type AuditAnomalyWord = keyof typeof AUDIT_ANOMALIES;

const MOST_QUOTED = 200;

/** Collects anomalies: so many whole, the rest summed by code. */
export class AuditAnomalies {
  readonly #file: string;
  readonly #most: number;
  readonly #all: Anomaly[] = [];
  readonly #summed = new Map<string, { readonly first: Anomaly; count: number }>();

  constructor(file: string, most: number) {
    this.#file = file;
    this.#most = most;
  }

  add(word: AuditAnomalyWord, offset: number, parts: Readonly<Record<string, string | number>> = {}): void {
    const kind: AuditAnomalyKind = AUDIT_ANOMALIES[word];
    const message = kind.text.replace(/\{([a-z]{1,20})\}/g, (whole, name: string) =>
      Object.hasOwn(parts, name) ? String(parts[name]).slice(0, MOST_QUOTED).toWellFormed() : whole,
    );
    const item: Anomaly = { code: kind.code, level: kind.level, file: this.#file, message, count: 1, offset };
    if (this.#all.length < this.#most) {
      this.#all.push(item);
      return;
    }
    const sum = this.#summed.get(kind.code);
    if (sum === undefined) this.#summed.set(kind.code, { first: item, count: 1 });
    else sum.count++;
  }

  list(): readonly Anomaly[] {
    return [...this.#all, ...[...this.#summed.values()].map(({ first, count }) => ({ ...first, count }))];
  }
}
