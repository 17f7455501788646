import { baseName, type FilePort } from '../intake/index.ts';
import {
  type CompiledRule,
  listOf,
  memberOf,
  placeOf,
  type RuleSource,
  type Rules,
  readYaml,
  sourceOf,
  textOf,
} from '../sigma/index.ts';
import { EventMatcher } from '../taxonomy/index.ts';
import type { Event, Source } from '../windows/index.ts';
import { explainEvent } from './explain-event.ts';
import { readEvents } from './read-events.ts';
import type { CaseResult } from './run-cases.ts';

/** One test of SigmaHQ's regression_data: a rule, and a log in which it matches (SIGMA 7.1). */
interface Regression {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly ruleId: string;
  /** Fewest events that match; the count that is written is a minimum. */
  readonly least: number;
  readonly log: Source;
}

/** Events kept of a log in which nothing matches, to be explained. */
const KEPT = 2;

/** Tests of `info.yml`: `path` is from the root of the repository, and the log lies beside the file that names it. */
function readRegressions({ file, text }: RuleSource): readonly Regression[] {
  const source = sourceOf(text, file);
  return readYaml(source).flatMap(({ root }) => {
    if (root?.kind !== 'map') return [];
    const [metadata] = listOf(memberOf(root, 'rule_metadata'));
    const ruleId = metadata?.kind === 'map' ? (textOf(memberOf(metadata, 'id')) ?? '') : '';
    return listOf(memberOf(root, 'regression_tests_info')).flatMap((test) => {
      if (test.kind !== 'map') return [];
      const path = textOf(memberOf(test, 'path')) ?? '';
      const least = Number(textOf(memberOf(test, 'match_count')) ?? '1');
      const name = textOf(memberOf(test, 'name')) ?? baseName(path);
      const { line } = placeOf(source, test.at);
      return [{ file, line, name, ruleId, least: Number.isInteger(least) ? least : 1, log: besides(file, path) }];
    });
  });
}

function besides(file: string, path: string): Source {
  const [outer = '', ...inner] = file.split('!/');
  const member = inner.join('!/');
  const sibling = (place: string): string => place.slice(0, place.length - baseName(place).length) + baseName(path);
  return inner.length === 0 ? { file: sibling(outer) } : { file: outer, container: [sibling(member)] };
}

function keyOf({ file, container = [] }: Source): string {
  return [file, ...container].join('!/');
}

/** One test while its log is read. */
class Trial {
  readonly regression: Regression;
  readonly rule: CompiledRule;
  readonly #matcher: EventMatcher;
  readonly #missed: Event[] = [];
  events = 0;
  hits = 0;

  constructor(regression: Regression, rule: CompiledRule) {
    this.regression = regression;
    this.rule = rule;
    this.#matcher = new EventMatcher({ rules: [rule], correlations: [] });
  }

  add(event: Event): void {
    this.events++;
    if (this.#matcher.match(event).length > 0) this.hits++;
    else if (this.#missed.length < KEPT) this.#missed.push(event.detach());
  }

  result(): CaseResult {
    const { file, line, name, least } = this.regression;
    const { title } = this.rule.metadata;
    const isRight = this.hits >= least;
    const result = { file, line, name: `${title}: ${name}`, expect: 'hit' as const, isRight };
    if (isRight) return { ...result, hits: [title], explanations: [] };
    return {
      ...result,
      hits: this.hits === 0 ? [] : [title],
      trouble: this.events === 0 ? 'No event of its log could be read.' : `${this.hits} events matched; ${least} must.`,
      explanations: this.#missed.map((event, i) => {
        return { rule: title, event: i + 1, explanation: explainEvent(this.rule, event) };
      }),
    };
  }
}

/** Tries rules on the logs of their regression tests: each must match as often as is written, or more often. */
export async function runRegressions(
  files: readonly RuleSource[],
  rules: Rules,
  port: FilePort,
  signal: AbortSignal,
): Promise<readonly CaseResult[]> {
  const byId = new Map(rules.rules.map((rule) => [rule.metadata.id?.toLowerCase() ?? '', rule]));
  const results: (CaseResult | Trial)[] = [];
  const byLog = new Map<string, Trial[]>();
  const paths = new Set<string>();
  for (const regression of files.flatMap(readRegressions)) {
    const rule = byId.get(regression.ruleId.toLowerCase());
    const key = keyOf(regression.log);
    const { file, line, name } = regression;
    const failed = { file, line, name, expect: 'hit', isRight: false, hits: [], explanations: [] } as const;
    if (rule === undefined) {
      results.push({ ...failed, trouble: `There is no rule with the id "${regression.ruleId}" at these paths.` });
    } else if ((await port.stat(regression.log.file)) === undefined) {
      results.push({ ...failed, trouble: `Its log ${regression.log.file} is not there.` });
    } else {
      const trial = new Trial(regression, rule);
      results.push(trial);
      byLog.set(key, [...(byLog.get(key) ?? []), trial]);
      paths.add(regression.log.file);
    }
  }
  if (paths.size > 0) {
    await readEvents({
      paths: [...paths],
      port,
      signal,
      wants: (source) => byLog.has(keyOf(source)),
      onEvent: (event) => {
        for (const trial of byLog.get(keyOf(event.place.source)) ?? []) trial.add(event);
      },
    });
  }
  return results.map((one) => (one instanceof Trial ? one.result() : one));
}
