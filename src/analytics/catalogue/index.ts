import type { Analytic } from '../analytic.ts';
import type { ProcessAnalytic } from '../judgement.ts';
import { C03 } from './c03.ts';
import { C04 } from './c04.ts';
import { R01 } from './r01.ts';
import { S05 } from './s05.ts';
import { S06 } from './s06.ts';
import { T14 } from './t14.ts';

/** Findings about one process: the first that holds speaks, the ones behind it are superseded by it (SETTLED C14). */
export const PROCESS_ANALYTICS: readonly ProcessAnalytic[] = [C03, R01, S05, C04, S06];

/** Every record of the catalogue, by id. */
export const CATALOGUE: readonly Analytic[] = [...PROCESS_ANALYTICS.map(({ record }) => record), T14].sort((a, b) =>
  a.id < b.id ? -1 : 1,
);
