import type { Metadata, Status } from '../check/metadata.ts';
import { PROBLEMS, type Problem } from '../parse/problem.ts';
import { type CompiledCorrelation, type CompiledRule, type Compiling, LOADED, mutedBy } from './compile-rules.ts';

/**
 * Rules of these statuses out of rules of all: those of another one are left out (S502), and with them the correlations that need
 * them (S404), as `compileRules` does for the same statuses. Of a rule that was left out for an error the error stays.
 */
export function ofStatuses({ rules, problems }: Compiling, statuses: readonly Status[] = LOADED): Compiling {
  const isWanted = ({ status }: Metadata): boolean => status === undefined || statuses.includes(status);
  if ([...rules.rules, ...rules.correlations].every(({ metadata }) => isWanted(metadata))) return { rules, problems };
  const places = new Map<string, number>();
  const kept: CompiledRule[] = [];
  const told: Problem[] = [];
  const unloaded = new Set<string>();
  for (const rule of rules.rules) {
    if (isWanted(rule.metadata)) places.set(`rule ${rule.index}`, kept.push({ ...rule, index: kept.length }) - 1);
    else {
      told.push(ofStatus(rule.metadata));
      unloaded.add(placeOf(rule.metadata));
    }
  }
  const correlations: CompiledCorrelation[] = [];
  for (const one of rules.correlations) {
    const members = one.members.flatMap((member) => {
      const index = places.get(`${member.kind} ${member.index}`);
      return index === undefined ? [] : [{ ...member, index }];
    });
    if (!isWanted(one.metadata)) told.push(ofStatus(one.metadata));
    else if (members.length < one.members.length) told.push(ofMember(one.metadata));
    else {
      const index = correlations.length;
      places.set(`correlation ${one.index}`, index);
      correlations.push({ ...one, index, members });
    }
  }
  const muted = mutedBy(correlations);
  return {
    rules: {
      rules: kept.map((rule, index) => ({ ...rule, isMuted: muted.has(`rule ${index}`) })),
      correlations: correlations.map((one, index) => ({ ...one, isMuted: muted.has(`correlation ${index}`) })),
    },
    // What was said of the log source of a rule that is not loaded is not of interest.
    problems: [...problems.filter((one) => !isOfRoutes(one) || !unloaded.has(placeOf(one))), ...told],
  };
}

function isOfRoutes({ code }: Problem): boolean {
  return code === 'S500' || code === 'S501';
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${line} ${file}`;
}

function ofStatus(metadata: Metadata): Problem {
  return problemAt('S502', metadata, ['status'], `Rules of status "${metadata.status}" are not loaded.`);
}

function ofMember(metadata: Metadata): Problem {
  const message = 'A rule that this correlation refers to was refused.';
  return problemAt('S404', metadata, ['correlation', 'rules'], message);
}

/** A problem of a whole document, whose text is not at hand. */
function problemAt(
  code: 'S404' | 'S502',
  { file, line, id }: Metadata,
  path: Problem['path'],
  message: string,
): Problem {
  const [name, severity] = PROBLEMS[code];
  const place = { file, line, column: 1, endColumn: 2, excerpt: '', excerptColumn: 1 };
  return { code, name, severity, ...place, path, ruleId: id, message, hint: undefined };
}
