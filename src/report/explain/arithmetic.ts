import type { Link, LinkJoin } from '../../incidents/index.ts';

/** A confidence stops here (PRODUCT 8.1). */
const MOST = 0.99;
/** A record that should be there and is not takes this share (PRODUCT 8.1). */
const MISSING = 0.8;
/** Rounding of what is printed. */
const NEAR = 0.006;

/** The sum of one link, so that a reader can redo it: joins that rest on one record count once, by the highest. */
export function arithmeticOf(link: Link): string {
  const groups = groupsOf(link.joins);
  const weights = groups.map((group) => Math.max(...group.map(({ w }) => w)));
  const product = weights.map((w) => `(1 - ${w.toFixed(2)})`).join(' x ');
  const missing = link.missing.map(() => ` x ${MISSING.toFixed(2)}`).join('');
  const before = 1 - weights.reduce((rest, w) => rest * (1 - w), 1);
  const value = Math.min(before, MOST) * MISSING ** link.missing.length;
  const result = link.confidence.toFixed(2);
  if (weights.length === 0) return `no join: ${result}`;
  if (Math.abs(value - link.confidence) > NEAR) return `held to ${result}; the weights alone give ${value.toFixed(2)}`;
  const base = weights.length === 1 ? (weights[0] ?? 0).toFixed(2) : `1 - ${product}`;
  const capped = before > MOST ? `, at most ${MOST.toFixed(2)}` : '';
  const bracketed = missing !== '' && weights.length > 1 ? `(${base})` : base;
  const sum = weights.length === 1 && missing === '' ? base : `${bracketed}${missing} = ${result}`;
  const together = groups.some((group) => group.length > 1) ? '; joins that rest on one record count once' : '';
  return `${sum}${capped}${together}`;
}

/** Joins that cite a common record, each group fails as one (SETTLED C18). */
function groupsOf(joins: readonly LinkJoin[]): LinkJoin[][] {
  const groups: { readonly joins: LinkJoin[]; readonly records: Set<string> }[] = [];
  for (const join of joins) {
    const records = new Set(join.evidence.flatMap(({ record }) => record ?? []));
    const shared = groups.filter((group) => [...records].some((id) => group.records.has(id)));
    const merged = {
      joins: [...shared.flatMap((group) => group.joins), join],
      records: new Set([...shared.flatMap((group) => [...group.records]), ...records]),
    };
    for (const group of shared) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups.map((group) => group.joins);
}
