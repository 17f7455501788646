import { type Anomaly, anomalyIn, type Source } from '../windows/index.ts';
import { isRepositoryName } from './kept-role.ts';
import { baseName } from './path-text.ts';

/** The names under which intake speaks of what was odd. */
export type IntakeAnomaly =
  | 'denied'
  | 'locked'
  | 'unreadable'
  | 'changed'
  | 'notALog'
  | 'tooDeep'
  | 'tooMany'
  | 'pathQuote'
  | 'archiveDirectory'
  | 'archiveTruncated'
  | 'archiveDamaged'
  | 'archiveCrc'
  | 'archiveSize'
  | 'archiveBomb'
  | 'archiveOverlap'
  | 'archiveName'
  | 'archiveNested'
  | 'archivePassword'
  | 'archiveMethod'
  | 'archiveLarge';

/** Every anomaly of intake: code and level in one table (SETTLED A18, PRODUCT 6.4). */
export const INTAKE_ANOMALIES: Readonly<Record<IntakeAnomaly, Pick<Anomaly, 'code' | 'level'>>> = {
  denied: { code: 'TRIAD-E-IO-DENIED', level: 'error' },
  locked: { code: 'TRIAD-E-IO-LOCKED', level: 'error' },
  unreadable: { code: 'TRIAD-E-IO-READ', level: 'error' },
  changed: { code: 'TRIAD-E-IO-CHANGED', level: 'error' },
  notALog: { code: 'TRIAD-E-IO-NOT-A-LOG', level: 'error' },
  tooDeep: { code: 'TRIAD-E-IO-DEPTH', level: 'error' },
  tooMany: { code: 'TRIAD-E-IO-COUNT', level: 'error' },
  pathQuote: { code: 'TRIAD-E-ARG-PATH-QUOTE', level: 'note' },
  archiveDirectory: { code: 'TRIAD-E-IO-ARCHIVE-DIRECTORY', level: 'error' },
  archiveTruncated: { code: 'TRIAD-E-IO-ARCHIVE-TRUNCATED', level: 'error' },
  archiveDamaged: { code: 'TRIAD-E-IO-ARCHIVE-DAMAGED', level: 'error' },
  archiveCrc: { code: 'TRIAD-E-IO-ARCHIVE-CRC', level: 'warn' },
  archiveSize: { code: 'TRIAD-E-IO-ARCHIVE-SIZE', level: 'warn' },
  archiveBomb: { code: 'TRIAD-E-IO-ARCHIVE-BOMB', level: 'error' },
  archiveOverlap: { code: 'TRIAD-E-IO-ARCHIVE-OVERLAP', level: 'error' },
  archiveName: { code: 'TRIAD-E-IO-ARCHIVE-NAME', level: 'note' },
  archiveNested: { code: 'TRIAD-E-IO-ARCHIVE-NESTED', level: 'note' },
  archivePassword: { code: 'TRIAD-E-IO-ARCHIVE-PASSWORD', level: 'error' },
  archiveLarge: { code: 'TRIAD-E-IO-ARCHIVE-LARGE', level: 'error' },
  archiveMethod: { code: 'TRIAD-E-IO-ARCHIVE-METHOD', level: 'error' },
};

/** Messages of one code that are kept whole; what comes after is one entry with a count. */
export const DETAILED_ANOMALIES = 100;

/** The anomalies of one input: bounded, in order of appearance. */
export class AnomalyList {
  readonly #kept: Anomaly[] = [];
  readonly #seen = new Map<string, number>();

  add(which: IntakeAnomaly, source: Source, message: string, offset?: number): void {
    const { code, level } = INTAKE_ANOMALIES[which];
    const count = (this.#seen.get(code) ?? 0) + 1;
    this.#seen.set(code, count);
    if (count > DETAILED_ANOMALIES) return;
    this.#kept.push(anomalyIn(source, { code, level, message, count: 1, ...(offset === undefined ? {} : { offset }) }));
  }

  /** What was added, with one closing entry for each code that had more than is kept. */
  list(): readonly Anomaly[] {
    const closing: Anomaly[] = [];
    for (const [code, count] of this.#seen) {
      const rest = count - DETAILED_ANOMALIES;
      const first = this.#kept.find((anomaly) => anomaly.code === code);
      if (rest <= 0 || first === undefined) continue;
      closing.push({ code, level: first.level, file: first.file, message: `and ${rest} more of ${code}`, count: rest });
    }
    return [...this.#kept, ...closing];
  }
}

const LIVE_REPOSITORY =
  'The WMI service holds the files of its repository: copy the whole folder out of a volume shadow copy, and read the copy.';

/** The anomaly and the sentence for an error of the file system. */
export function describeIoError(
  error: unknown,
  doing: string,
  path: string = '',
): { which: IntakeAnomaly; message: string } {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      which: 'denied',
      message: `No right to read it (${code}) while ${doing}; it was left out. ${isRepositoryName(baseName(path)) ? LIVE_REPOSITORY : 'Run with the right to read it.'}`,
    };
  }
  if (code === 'EBUSY' || code === 'ETXTBSY') {
    return {
      which: 'locked',
      message: `Another program holds it (${code}) while ${doing}; it was left out. ${isRepositoryName(baseName(path)) ? LIVE_REPOSITORY : 'Read a copy of it.'}`,
    };
  }
  const why = code ?? (error instanceof Error ? error.message : String(error));
  return { which: 'unreadable', message: `Reading failed (${why}) while ${doing}. What could be read counts.` };
}
