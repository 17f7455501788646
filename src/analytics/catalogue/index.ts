import type { Analytic } from '../analytic.ts';
import type { ProcessAnalytic } from '../judgement.ts';
import type { SubscriptionAnalytic, WatchAnalytic } from '../watch.ts';
import { C01 } from './c01.ts';
import { C02 } from './c02.ts';
import { C03 } from './c03.ts';
import { C04 } from './c04.ts';
import { C05 } from './c05.ts';
import { C06 } from './c06.ts';
import { C07 } from './c07.ts';
import { C10 } from './c10.ts';
import { C11 } from './c11.ts';
import { C12 } from './c12.ts';
import { C13 } from './c13.ts';
import { C15, C15_CLASSES } from './c15.ts';
import { M01 } from './m01.ts';
import { N01 } from './n01.ts';
import { N02 } from './n02.ts';
import { R01 } from './r01.ts';
import { R02 } from './r02.ts';
import { R03 } from './r03.ts';
import { R04 } from './r04.ts';
import { R05 } from './r05.ts';
import { R07 } from './r07.ts';
import { R08 } from './r08.ts';
import { R15 } from './r15.ts';
import { R19 } from './r19.ts';
import { S01 } from './s01.ts';
import { S02 } from './s02.ts';
import { S05 } from './s05.ts';
import { S06 } from './s06.ts';
import { S10 } from './s10.ts';
import { S12 } from './s12.ts';
import { S13 } from './s13.ts';
import { S14 } from './s14.ts';
import { S19 } from './s19.ts';
import { T01 } from './t01.ts';
import { T03 } from './t03.ts';
import { T13 } from './t13.ts';
import { T14 } from './t14.ts';

/** Findings about one process that WMI started: those that say more stand before those that they supersede (SETTLED C14). */
export const PROCESS_ANALYTICS: readonly ProcessAnalytic[] = [C03, R03, R02, R01, S05, C04, S06];

/** Findings about whole dossiers. */
export const SUBSCRIPTION_ANALYTICS: readonly SubscriptionAnalytic[] = [
  C01,
  C02,
  C05,
  C06,
  C07,
  C10,
  C11,
  C12,
  C13,
  C15,
  R04,
  S02,
  S19,
];

/**
 * Findings that follow records of their own. They are asked in this order, each knowing what those before it found: T01 last, as
 * every remote call within an hour makes it critical.
 */
export const WATCH_ANALYTICS: readonly WatchAnalytic[] = [
  N01,
  S10,
  R07,
  R15,
  M01,
  N02,
  S01,
  R05,
  R08,
  R19,
  S12,
  S13,
  S14,
  C15_CLASSES,
  T01,
];

/** Every record of the catalogue, by id. */
export const CATALOGUE: readonly Analytic[] = [
  ...new Set([...PROCESS_ANALYTICS, ...SUBSCRIPTION_ANALYTICS, ...WATCH_ANALYTICS].map(({ record }) => record)),
  T03,
  T13,
  T14,
].sort((a, b) => (a.id < b.id ? -1 : 1));

const TITLES: ReadonlyMap<string, string> = new Map(CATALOGUE.map(({ id, title }) => [id, title]));

/** What one of Triad's own analytics looks for, in the words of the catalogue; undefined of others, also of those of an earlier version. */
export function analyticTitle(id: string | undefined): string | undefined {
  return id === undefined ? undefined : TITLES.get(id);
}
