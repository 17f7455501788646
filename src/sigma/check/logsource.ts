import type { Report } from '../parse/problem.ts';
import { entryOf, type MapNode, textOf } from '../parse/tree.ts';

/** What a rule is about: each attribute that is named must hold of an event (SIGMA 6). */
export interface Logsource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
  /** Dimensions that Sigma does not define. */
  readonly others?: Readonly<Record<string, string>>;
}

const NAMED = ['category', 'product', 'service'];

export function readLogsource(root: MapNode, report: Report): Logsource | undefined {
  const entry = entryOf(root, 'logsource');
  const hint = 'Write "logsource:" with category, product or service below it.';
  if (entry?.value.kind !== 'map') {
    const at = entry?.keyAt ?? root.entries[0]?.keyAt ?? root.at;
    report({ code: 'S123', at, path: ['logsource'], message: 'There is no log source.', hint });
    return undefined;
  }
  const named: Record<string, string> = {};
  const others: Record<string, string> = {};
  let isRight = true;
  for (const { key, value } of entry.value.entries) {
    if (key === 'definition' || (value.kind === 'scalar' && value.value === null)) continue;
    const text = textOf(value);
    if (text === undefined || text === '') {
      report({ code: 'S123', at: value.at, path: ['logsource', key], message: `"${key}" must be text.` });
      isRight = false;
    } else if (NAMED.includes(key)) named[key] = text;
    else others[key] = text;
    if (text !== undefined && text !== text.toLowerCase()) {
      const message = 'Log sources are written in lower case.';
      report({ code: 'S107', at: value.at, path: ['logsource', key], message, hint: `Write "${text.toLowerCase()}".` });
    }
  }
  if (Object.keys(named).length === 0 && isRight) {
    report({ code: 'S123', at: entry.keyAt, path: ['logsource'], message: 'The log source names nothing.', hint });
    isRight = false;
  }
  if (!isRight) return undefined;
  return Object.keys(others).length === 0 ? named : { ...named, others };
}

/** True when everything that `wanted` names is named the same by `given`: containment, not overlap (SIGMA 4). */
export function containsLogsource(given: Logsource, wanted: Logsource): boolean {
  const all = (one: Logsource): Readonly<Record<string, string>> => {
    const { others, ...named } = one;
    return { ...others, ...named };
  };
  const there = all(given);
  return Object.entries(all(wanted)).every(([key, value]) => there[key] === value);
}
