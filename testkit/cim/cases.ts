import type { CimCase } from './case.ts';
import { HOSTILE_CASES } from './cases-hostile.ts';
import { NORMAL_CASES } from './cases-normal.ts';
import { REMAINS_CASES } from './cases-remains.ts';
import { VALUE_CASES } from './cases-values.ts';

/** Every test case of CIM 11 that a written repository can show, by number: 1 to 5 and 8 are totals of real ones. */
export const CIM_CASES: readonly CimCase[] = [...NORMAL_CASES, ...VALUE_CASES, ...REMAINS_CASES, ...HOSTILE_CASES].sort(
  (a, b) => a.number - b.number,
);
