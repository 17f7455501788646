import { type Level, levelRank } from '../../windows/index.ts';
import type { Metadata, Status } from './metadata.ts';

/** Which rules are wanted (SETTLED E10). What is absent restricts nothing. */
export interface RuleSelection {
  /** This level and above; a rule without one ranks as medium (SIGMA 1). */
  readonly level?: Level;
  /** A rule without a status is of none of them. */
  readonly statuses?: readonly Status[];
  /** Ids and names in lower case. */
  readonly excluded?: ReadonlySet<string>;
}

export function isSelected({ id, name, level, status }: Metadata, selection: RuleSelection): boolean {
  const { level: least, statuses, excluded } = selection;
  if (least !== undefined && levelRank(level ?? 'medium') < levelRank(least)) return false;
  if (statuses !== undefined && (status === undefined || !statuses.includes(status))) return false;
  return ![id, name].some((key) => key !== undefined && excluded?.has(key.toLowerCase()) === true);
}

/** Ids and names of a file of exclusions, one a line; `#` begins a comment. */
export function readExclusions(text: string): ReadonlySet<string> {
  const lines = text.split(/\r?\n/).map((line) =>
    line
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .toLowerCase(),
  );
  return new Set(lines.filter((line) => line !== ''));
}
