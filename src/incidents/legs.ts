/** Legs of evidence: each beyond the first adds to an incident's sum (DOMAIN 3.3). */
export type Leg = 'subscription' | 'process' | 'identity' | 'network' | 'memory' | 'tampering';

/** SETTLED C19: S analytics by number; the others by their letter. */
const OF_S: Readonly<Record<string, Leg>> = {
  ...of('process', 'S01 S05 S06 S07 S08 S09 S10 S17 S18 S20 S22 S23 S25 S26 S27'),
  ...of('subscription', 'S02 S03 S04 S11 S12 S13 S14 S15 S19 S21'),
  ...of('tampering', 'S16 S24'),
};

const OF_LETTER: Readonly<Record<string, Leg>> = {
  C: 'subscription',
  R: 'process',
  Q: 'process',
  I: 'identity',
  N: 'network',
  M: 'memory',
  T: 'tampering',
};

function of(leg: Leg, ids: string): Readonly<Record<string, Leg>> {
  return Object.fromEntries(ids.split(' ').map((id) => [id, leg]));
}

/** The leg that a finding of this analytic stands on; undefined for what is of no leg. */
export function legOf(analytic: string): Leg | undefined {
  return OF_S[analytic] ?? OF_LETTER[analytic.charAt(0)];
}

/**
 * Analytics that judge a whole dossier and print its sum: with it they are one member of an incident (DOMAIN 3.3). S01 of a
 * process is one of the process instead.
 */
const OF_DOSSIER: ReadonlySet<string> = new Set(
  'C01 C02 C05 C06 C07 C10 C13 C15 C17 S01 S02 S03 S04 S19 S21'.split(' '),
);

export function judgesDossier(analytic: string): boolean {
  return OF_DOSSIER.has(analytic);
}
