import type { PackedEvent } from '../windows/index.ts';

/** SERVE 2.4: line ends as LF, none at the end, no trailing NULs; what shippers drop counts as absent. */
function comparable(text: string): string | undefined {
  const canonical = text
    .replace(/\r\n?/g, '\n')
    .replace(/[\n\u0000]+$/, '')
    .trimEnd();
  if (canonical === '' || canonical === '-' || canonical === '{00000000-0000-0000-0000-000000000000}') return undefined;
  return canonical;
}

/** Fields that say when: copies hold them to different precision. */
const TIME_FIELD = /time$/i;

/** The first field that both have and that differs, with both values. */
export function firstDifference(a: PackedEvent, b: PackedEvent): readonly [string, string, string] | undefined {
  const right = new Map<string, string>();
  for (const [name, value] of b.entries()) if (!right.has(name)) right.set(name, value);
  const seen = new Set<string>();
  for (const [name, value] of a.entries()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const other = right.get(name);
    if (other === undefined || other === value) continue;
    const left = comparable(value);
    const same = comparable(other);
    if (left === undefined || same === undefined || left === same) continue;
    if (TIME_FIELD.test(name) && left.slice(0, 19) === same.slice(0, 19)) continue;
    return [name, value, other];
  }
  return undefined;
}

/** True when at least one field with a value stands in both: two empty records are no copies. */
export function sharesFields(a: PackedEvent, b: PackedEvent): boolean {
  const names = new Set(b.entries().map(([name]) => name));
  return a.entries().some(([name, value]) => names.has(name) && comparable(value) !== undefined);
}

/** What of a record is held against others: of each field that has a value the first, as two that agree have it in common. */
export type Content = ReadonlyMap<string, string>;

export function contentOf(event: PackedEvent): Content {
  const content = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of event.entries()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const canonical = comparable(value);
    if (canonical !== undefined) content.set(name, TIME_FIELD.test(name) ? canonical.slice(0, 19) : canonical);
  }
  return content;
}

/** True exactly where `firstDifference` of the two records finds none. */
export function isAgreed(a: Content, b: Content): boolean {
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other !== undefined && other !== value) return false;
  }
  return true;
}
