import type { TimedCoverage } from '../evidence/index.ts';
import { PackedEvent, type PackedRows, type PackedTables, type Source, setPackedSource } from '../windows/index.ts';
import { eachRow } from './batch-rows.ts';

/** What of a batch came another way than the rest: its sender is not bound to these hosts (L18). */
export interface Apart {
  readonly source: Source;
  /** Names of computers in lower case. */
  readonly computers: ReadonlySet<string>;
}

/** Gives the rows of these computers the number of their own source. */
export function stampApart(rows: PackedRows, { computers }: Apart, number: number, tables: PackedTables): void {
  eachRow(rows, (buffer, at) => {
    const { computer } = new PackedEvent(buffer, at, tables);
    if (computers.has(computer.toLowerCase())) setPackedSource(buffer, at, number);
  });
}

/** Counters of a batch by the way that they came. */
export function coverageApart(
  coverage: readonly TimedCoverage[],
  apart: Apart | undefined,
): { readonly own: readonly TimedCoverage[]; readonly apart: readonly TimedCoverage[] } {
  if (apart === undefined) return { own: coverage, apart: [] };
  const isApart = ({ computer }: TimedCoverage): boolean => apart.computers.has(computer.toLowerCase());
  return { own: coverage.filter((row) => !isApart(row)), apart: coverage.filter(isApart) };
}
