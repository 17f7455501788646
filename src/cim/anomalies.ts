import type { Anomaly } from '../windows/index.ts';

interface RepositoryAnomalyKind {
  readonly code: `TRIAD-E-REPO-${string}`;
  readonly level: 'error' | 'warn' | 'note';
  /** A sign that somebody edited the files (CIM-REPOSITORY 7.5). */
  readonly tamper?: true;
  readonly text: string;
}

/** The one table of what can be odd about a repository. */
export const REPOSITORY_ANOMALIES = {
  oldFormat: {
    code: 'TRIAD-E-REPO-FORMAT',
    level: 'error',
    text: 'CIM.REP is the repository of Windows 2000 and earlier, which is not read.',
  },
  noObjects: {
    code: 'TRIAD-E-REPO-OBJECTS',
    level: 'error',
    text: 'There is no OBJECTS.DATA with content: namespaces, classes and instances cannot be read.{unread}',
  },
  mapping: {
    code: 'TRIAD-E-REPO-MAPPING',
    level: 'warn',
    text: 'The mapping file is not usable: {reason}. It was left out.',
  },
  mappingTie: {
    code: 'TRIAD-E-REPO-MAPPING-TIE',
    level: 'warn',
    tamper: true,
    text: 'Two mapping files have version {version} and generation {generation} and differ. {chosen} was taken.',
  },
  mappingVersion: {
    code: 'TRIAD-E-REPO-MAPPING-VER',
    level: 'note',
    text: 'MAPPING.VER names mapping file {named}; {chosen} was read.',
  },
  fallback: {
    code: 'TRIAD-E-REPO-FALLBACK',
    level: 'warn',
    text: 'Generation {wanted} is newer but {reason}; generation {generation} was read as the current one. Copied while Windows was writing, or damaged.',
  },
  noMapping: {
    code: 'TRIAD-E-REPO-NO-MAPPING',
    level: 'warn',
    text: 'No mapping file is usable. The index was put together by the numbers that its pages bear, and records were found by id and size: what was deleted may stand beside what was current.',
  },
  noIndex: {
    code: 'TRIAD-E-REPO-NO-INDEX',
    level: 'warn',
    text: 'No index is usable. Classes and instances were read from the pages themselves; their namespaces are unknown, and whether they were current.',
  },
  indexPage: {
    code: 'TRIAD-E-REPO-INDEX',
    level: 'error',
    text: 'Index page {page} cannot be read: {reason}. Keys of it that stand whole were taken.',
  },
  indexUnreached: {
    code: 'TRIAD-E-REPO-INDEX-UNREACHED',
    level: 'warn',
    text: 'Index page {page} is mapped but no other page leads to it. Its keys were taken.',
  },
  indexKey: {
    code: 'TRIAD-E-REPO-INDEX-KEY',
    level: 'warn',
    text: 'A key of index page {page} is of no known form.',
  },
  indexBound: {
    code: 'TRIAD-E-REPO-INDEX-BOUND',
    level: 'error',
    text: 'The index has more than {keys} keys; the rest was not read.',
  },
  pageChecksum: {
    code: 'TRIAD-E-REPO-PAGE',
    level: 'warn',
    text: 'The checksum of {what} page {page} differs from its mapping: torn while it was written, or changed afterwards. It was read all the same.',
  },
  record: {
    code: 'TRIAD-E-REPO-RECORD',
    level: 'error',
    text: 'The record {id} of {size} bytes in page {page} cannot be read: {reason}. By the index it is an instance of {name}; its key begins {keyHash}.',
  },
  recordSize: {
    code: 'TRIAD-E-REPO-RECORD-SIZE',
    level: 'warn',
    tamper: true,
    text: 'The record {id} in page {page} has {found} bytes by the table of its page and {size} by its key. It was read by its {read}.',
  },
  classBroken: {
    code: 'TRIAD-E-REPO-CLASS',
    level: 'error',
    text: 'The definition of class {name} cannot be used: {reason}.',
  },
  classElsewhere: {
    code: 'TRIAD-E-REPO-CLASS-ELSEWHERE',
    level: 'warn',
    text: 'Instances of {name} were read by {source}, because the definition of their own namespace is missing or broken.',
  },
  instance: {
    code: 'TRIAD-E-REPO-INSTANCE',
    level: 'error',
    text: 'An instance of {name} in page {page} cannot be read: {reason}.',
  },
  value: {
    code: 'TRIAD-E-REPO-VALUE',
    level: 'warn',
    text: 'The value of {property} in an instance of {name} cannot be read; it is left empty.',
  },
  keyHash: {
    code: 'TRIAD-E-REPO-HASH-NAME',
    level: 'warn',
    tamper: true,
    text: 'The key of an instance of {name} in the index belongs to another name than the record holds: {path}.',
  },
  keyPair: {
    code: 'TRIAD-E-REPO-KEY-PAIR',
    level: 'warn',
    tamper: true,
    text: 'An instance of {name} has only one of its two index keys: {path}.',
  },
  keyClass: {
    code: 'TRIAD-E-REPO-KEY-CLASS',
    level: 'warn',
    tamper: true,
    text: 'The index files an instance of {name} under another class. It was read as {name}.',
  },
  unindexed: {
    code: 'TRIAD-E-REPO-UNINDEXED',
    level: 'warn',
    tamper: true,
    text: 'An instance of {name} stands in a current page and no key of the index leads to it: {path}.',
  },
  residue: {
    code: 'TRIAD-E-REPO-RESIDUE',
    level: 'note',
    text: 'Index page {page}, which no generation uses, holds the key of an instance of {className} in {namespace}: one was stored there and is gone. Its name is not known; the key begins {keyHash}.',
  },
  namedResidue: {
    code: 'TRIAD-E-REPO-RESIDUE',
    level: 'warn',
    text: 'Index page {page}, which no generation uses, holds the key of {className} "{name}" in {namespace}: it was stored there and is gone.',
  },
  text: {
    code: 'TRIAD-E-REPO-TEXT',
    level: 'note',
    text: 'Texts of an object of {className} stand outside of every record: {texts}. Nothing else is left of it.',
  },
  unnamedNamespace: {
    code: 'TRIAD-E-REPO-NAMESPACE',
    level: 'warn',
    tamper: true,
    text: 'The index has a namespace that no instance of __NAMESPACE names, by its hash {hash}. It was read like the others.',
  },
  namespaceBound: {
    code: 'TRIAD-E-REPO-NAMESPACE-BOUND',
    level: 'warn',
    text: 'A namespace is passed over: {reason}.',
  },
  copy: {
    code: 'TRIAD-E-REPO-COPY',
    level: 'warn',
    tamper: true,
    text: 'Generation {generation} holds other objects here than in {kept}, under the same map: one of the two copies was torn or edited. Differences: {count}, the first in {path}.',
  },
  carveBound: {
    code: 'TRIAD-E-REPO-CARVE-BOUND',
    level: 'warn',
    text: 'More than {count} remains; the rest was not told.',
  },
} as const;

export type RepositoryAnomalyWord = keyof typeof REPOSITORY_ANOMALIES;

/** Collects anomalies: so many whole, the rest summed by code and file. */
export class RepositoryAnomalies {
  readonly #all: Anomaly[] = [];
  readonly #summed = new Map<string, { readonly first: Anomaly; count: number }>();
  /** Equal ones are told once: several generations share most of their pages. */
  readonly #seen = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(
    word: RepositoryAnomalyWord,
    file: string,
    numbers: Readonly<Record<string, string | number>> = {},
    offset?: number,
  ): void {
    const kind: RepositoryAnomalyKind = REPOSITORY_ANOMALIES[word];
    const message = kind.text.replace(/\{([a-zA-Z]{1,20})\}/g, (whole, name: string) =>
      Object.hasOwn(numbers, name) ? String(numbers[name]).slice(0, 512) : whole,
    );
    const item: Anomaly = {
      code: kind.code,
      level: kind.level,
      file,
      message,
      count: 1,
      ...(offset === undefined ? {} : { offset }),
      ...(kind.tamper === true ? { tamper: true } : {}),
    };
    const identity = `${file}\0${message}\0${offset ?? ''}`;
    if (this.#seen.has(identity)) return;
    if (this.#all.length < this.#most) {
      this.#seen.add(identity);
      this.#all.push(item);
      return;
    }
    const sumKey = `${item.code} ${file}`;
    const sum = this.#summed.get(sumKey);
    if (sum === undefined) this.#summed.set(sumKey, { first: item, count: 1 });
    else sum.count++;
  }

  list(): readonly Anomaly[] {
    return [...this.#all, ...[...this.#summed.values()].map(({ first, count }) => ({ ...first, count }))];
  }
}
