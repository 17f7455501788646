import type { Dossier } from '../subscriptions/index.ts';
import type { ObjectHit, ObjectMatcher, ObjectValue } from '../taxonomy/index.ts';

/** Payload weights count up to this (DOMAIN 3.3). */
const PAYLOAD_CAP = 40;

/** What rules over Triad's own objects say of a dossier, when everything is known of it (SETTLED E8). */
export function objectHits(matcher: ObjectMatcher, dossier: Dossier): readonly ObjectHit[] {
  return matcher.match(servicesOf(dossier), factsOf(dossier));
}

/** Every dossier is a subscription; those that a repository or an audit shows are of these too. */
function servicesOf({ seenIn }: Dossier): ReadonlySet<string> {
  const resting = seenIn.filter((source) => source === 'repository' || source === 'audit');
  return new Set(['subscription', ...resting]);
}

/** The dossier by the names of the JSON output, with what was found in its payload. */
function factsOf(dossier: Dossier): Parameters<ObjectMatcher['match']>[1] {
  const { features } = dossier.consumer;
  const points = features.reduce((sum, feature) => sum + feature.points, 0);
  return {
    ...plainOf(dossier),
    payload: { score: Math.min(PAYLOAD_CAP, points), features: features.map(({ code }) => code) },
  };
}

/** Members whose values rules can be asked about; what is absent is left out. */
function plainOf(dossier: Dossier): Record<string, ObjectValue> {
  const plain: Record<string, ObjectValue> = {};
  for (const [name, value] of Object.entries(dossier)) {
    const read = objectValue(value);
    if (read !== undefined && name !== 'evidence') plain[name] = read;
  }
  return plain;
}

function objectValue(value: unknown): ObjectValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) return value.flatMap((item) => objectValue(item) ?? []);
  if (typeof value !== 'object') return undefined;
  const members: Record<string, ObjectValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const read = objectValue(member);
    if (read !== undefined && name !== 'evidence') members[name] = read;
  }
  return members;
}
