import { olderReading } from './ambiguous-scalar.ts';
import { collect } from './collection.ts';
import { type Detection, readDetection, type Search } from './detection.ts';
import { type Problem, problemOf, type Report, type Trouble } from './problem.ts';
import { type SourceText, sourceOf } from './source.ts';
import { entryOf, type MapNode, memberOf, textOf } from './tree.ts';
import { readYaml } from './yaml-tree.ts';

export type DocumentKind = 'rule' | 'correlation' | 'filter';

/** One document of a rule file, of known kind, not checked yet. */
export interface SigmaDocument {
  readonly kind: DocumentKind;
  readonly source: SourceText;
  readonly root: MapNode;
  /** As written; undefined when there is none. */
  readonly id: string | undefined;
  readonly isCollected: boolean;
  /** What rule or filter search for; undefined for correlations, and where it is no map. */
  readonly detection: Detection | undefined;
  /** True when something of it could not be read: it is shown, and never compiled. */
  readonly isBroken: boolean;
}

export interface Parsed {
  readonly documents: readonly SigmaDocument[];
  readonly problems: readonly Problem[];
}

const KINDS = [
  ['correlation', 'correlation'],
  ['filter', 'filter'],
  ['detection', 'rule'],
] as const;

/** Documents of one rule text. A broken document never stops the others; `file` is only named in problems. */
export function parseRules(text: string, file: string): Parsed {
  const source = sourceOf(text, file);
  const problems: Problem[] = [];
  const roots: MapNode[] = [];
  for (const { root, troubles } of readYaml(source)) {
    const map = root?.kind === 'map' ? root : undefined;
    const ruleId = map === undefined ? undefined : textOf(memberOf(map, 'id'));
    for (const trouble of troubles) problems.push(problemOf(source, trouble, ruleId));
    if (root !== undefined && map === undefined) {
      const trouble: Trouble = { code: 'S101', at: root.at, path: [], message: 'A rule must be a map of keys.' };
      problems.push(problemOf(source, trouble, undefined));
    }
    if (map !== undefined && !troubles.some(({ code }) => code === 'S100' || code === 'S103')) roots.push(map);
  }
  const report = (trouble: Trouble): void => {
    problems.push(problemOf(source, trouble, undefined));
  };
  const documents = collect(roots, report).flatMap(({ root, isCollected }) => {
    const id = textOf(memberOf(root, 'id'));
    const kinds = KINDS.filter(([key]) => entryOf(root, key) !== undefined);
    const [kind] = kinds;
    if (kind !== undefined && kinds.length === 1) {
      let isBroken = false;
      const told: Report = (trouble) => {
        const problem = problemOf(source, trouble, id);
        if (problem.severity === 'error') isBroken = true;
        problems.push(problem);
      };
      const detection = detectionOf(source, root, kind[1], told);
      return [{ kind: kind[1], source, root, id, isCollected, detection, isBroken }];
    }
    const message =
      kind === undefined
        ? 'This is no rule, correlation or filter.'
        : `A document has one of detection, correlation and filter; this one has ${kinds.map(([key]) => key).join(' and ')}.`;
    const hint = kind === undefined ? 'Give it "detection", "correlation" or "filter".' : 'Split it with a line "---".';
    const at = kinds[1] === undefined ? root.at : (entryOf(root, kinds[1][0])?.keyAt ?? root.at);
    problems.push(problemOf(source, { code: 'S102', at, path: [], message, hint }, id));
    return [];
  });
  return { documents, problems };
}

/** Keys of `detection` and `filter` that are no searches. */
const OTHERS: Readonly<Record<DocumentKind, ReadonlySet<string>>> = {
  rule: new Set(['timeframe']),
  filter: new Set(['rules']),
  correlation: new Set(),
};

function detectionOf(source: SourceText, root: MapNode, kind: DocumentKind, report: Report): Detection | undefined {
  if (kind === 'correlation') return undefined;
  const key = kind === 'rule' ? 'detection' : 'filter';
  const entry = entryOf(root, key);
  if (entry?.value.kind !== 'map') {
    const at = entry?.keyAt ?? root.at;
    report({ code: 'S121', at, path: [key], message: `"${key}" must be a map of searches and a condition.` });
    return undefined;
  }
  const detection = readDetection(source, entry.value, [key], OTHERS[kind], report);
  for (const { search } of detection.identifiers) warnOfAmbiguous(search, report);
  return detection;
}

function warnOfAmbiguous(search: Search, report: Report): void {
  if (search.kind === 'any') {
    for (const member of search.of) warnOfAmbiguous(member, report);
    return;
  }
  for (const { values, isList, path } of search.of) {
    for (const [i, { style, text, value, at }] of values.entries()) {
      const older = style === 'plain' ? olderReading(text, value) : undefined;
      if (older === undefined) continue;
      const kind = typeof value === 'string' ? 'text' : String(value);
      const message = `"${text}" is read as ${kind}; YAML 1.1 reads ${older}.`;
      const hint = `Put it in quotes to say text: '${text}'.`;
      report({ code: 'S104', at, path: isList ? [...path, i] : path, message, hint });
    }
  }
}
