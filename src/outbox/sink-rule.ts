import { type Level, levelRank } from '../windows/index.ts';
import type { IncidentView } from './view.ts';

/** What a sink may ask for by scope (L12). */
export const SINK_SCOPES = ['wmi', 'lateral', 'tamper', 'posture', 'custom'] as const;
export type SinkScope = (typeof SINK_SCOPES)[number];

/** What people change of an incident, and a sink is told of only where it asks for it (SETTLED G22). */
export const WORK_CHANGES = ['owner', 'state', 'verdict'] as const;
export type WorkChange = (typeof WORK_CHANGES)[number];

/** What a sink wants to hear of. */
export interface SinkRule {
  readonly name: string;
  /** This level and above. */
  readonly level: Level;
  /** At least one of them; none: whatever it is. */
  readonly scope: readonly SinkScope[];
  /** At least one host fits one of them, `*` for any letters; none: whichever host. */
  readonly hosts: readonly string[];
  readonly tells: readonly WorkChange[];
}

/** Whether an incident as it is now is for this sink. */
export function isFor(rule: SinkRule, view: IncidentView): boolean {
  return levelRank(view.level) >= levelRank(rule.level) && isInScope(rule, view) && isOfHosts(rule, view);
}

/** `wmi`: the incident counts as that (L12); of any other scope it holds something above low (SETTLED G23). */
function isInScope({ scope }: SinkRule, { isWmi, levels }: IncidentView): boolean {
  if (scope.length === 0) return true;
  return scope.some((wanted) => {
    if (wanted === 'wmi') return isWmi;
    const level = levels[wanted];
    return level !== undefined && levelRank(level) > levelRank('low');
  });
}

function isOfHosts({ hosts: patterns }: SinkRule, { hosts }: IncidentView): boolean {
  return patterns.length === 0 || hosts.some((host) => patterns.some((pattern) => fits(pattern, host)));
}

/** A pattern without a dot speaks of the first label of a qualified name as well. Linear: a `*` is never tried twice over what was passed. */
function fits(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  const name = host.toLowerCase();
  const label = name.split('.')[0] ?? '';
  return fitsText(wanted, name) || (!wanted.includes('.') && fitsText(wanted, label));
}

function fitsText(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
