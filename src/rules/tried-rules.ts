import { compileGroup, compileOptions, type HandedRules, type RuleMapping, takeRules } from '../intake/index.ts';
import { type CompiledRule, compileRules, type Problem, STATUSES } from '../sigma/index.ts';
import { EventMatcher, sourceOfRoute } from '../taxonomy/index.ts';

/** Rules of whatever status, ready to be tried on single events; or why none of them can be. */
export type TriedRules =
  | {
      readonly kind: 'ready';
      readonly matcher: EventMatcher;
      readonly rules: readonly CompiledRule[];
      /** What else there is to say, such as what of a text is not tried. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** Sentences that are told of one text. */
const MOST_TOLD = 20;
const FILE = 'rule';
const CORRELATION =
  'A correlation is judged over time, not event by event: triad replay --rules PATH --diff tells what it would have found.';
const OBJECTS = 'It asks for subscriptions, not for events: triad replay --rules PATH --diff tells what it would find.';
const IDLE = 'No log that is read here has what it asks for.';

/**
 * The rules of a text that somebody wrote, compiled with the mappings of the user's own rules. An error in any of its documents is told, and nothing is tried.
 *
 * ```ts
 * const tried = triedText(text, {});
 * if (tried.kind === 'ready') tried.matcher.match(event);
 * ```
 */
export function triedText(text: string, mapping: RuleMapping): TriedRules {
  const { rules, problems } = compileRules([{ file: FILE, text }], { ...compileOptions(mapping), statuses: STATUSES });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return wrong(errors.map(problemText));
  return ready(rules.rules, rules.correlations.length, problems.map(problemText));
}

/** Rules of sets that were compiled for threads, whether these use them or not: those of the first set that has what is wanted. */
export function triedOf(
  sets: readonly HandedRules[],
  isWanted: (metadata: CompiledRule['metadata']) => boolean,
): TriedRules {
  for (const group of sets.flatMap((set) => takeRules(set).groups)) {
    const { rules, correlations } = compileGroup(group).rules;
    const own = rules.filter(({ metadata }) => isWanted(metadata));
    if (own.length > 0) return ready(own, 0, []);
    if (correlations.some(({ metadata }) => isWanted(metadata))) return wrong([CORRELATION]);
  }
  return wrong(['No rule in use has this key.']);
}

function ready(all: readonly CompiledRule[], correlations: number, told: readonly string[]): TriedRules {
  const routed = all.filter(({ routes }) => routes.length > 0);
  const rules = routed.filter(({ routes }) => routes.some(({ route }) => sourceOfRoute(route)?.product !== 'triad'));
  const objects = routed.length - rules.length;
  const warnings = [
    ...(correlations === 0 ? [] : [`Correlations are not tried here (${correlations}). ${CORRELATION}`]),
    ...(objects === 0 ? [] : [`Rules on subscriptions are not tried here (${objects}). ${OBJECTS}`]),
    ...told,
  ].slice(0, MOST_TOLD);
  if (rules.length === 0) return wrong(warnings.length === 0 ? [IDLE] : [...warnings, IDLE]);
  return { kind: 'ready', matcher: new EventMatcher({ rules, correlations: [] }), rules, warnings };
}

function wrong(problems: readonly string[]): TriedRules {
  return { kind: 'wrong', problems: problems.slice(0, MOST_TOLD) };
}

function problemText({ line, column, message, hint }: Problem): string {
  return `Line ${line}, column ${column}: ${message}${hint === undefined ? '' : ` ${hint}`}`;
}
