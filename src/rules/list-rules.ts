import type { RuleMapping } from '../intake/index.ts';
import {
  type CompiledCorrelation,
  type CompiledRule,
  type DocumentKind,
  isSelected,
  memberOf,
  type Problem,
  parseRules,
  placeOf,
  type RuleSelection,
  type SigmaDocument,
  textOf,
} from '../sigma/index.ts';
import { checkRules } from './check-rules.ts';
import type { CompiledFile, RuleSources } from './load-rules.ts';

/** One document of a rule file as a list shows it. */
export interface RuleRow {
  readonly id?: string;
  readonly title: string;
  readonly kind: DocumentKind;
  readonly level?: string;
  readonly status?: string;
  readonly author?: string;
  readonly license?: string;
  /** As written; empty for a rule that is refused. */
  readonly tags: readonly string[];
  readonly logsource?: Readonly<Record<string, string>>;
  /** Where it is tried: `process_creation/sysmon`. */
  readonly routes: readonly string[];
  /** Routes of its log source on which it cannot match for lack of fields. */
  readonly blindRoutes: readonly string[];
  /** Why it is not loaded, or tried on nothing. */
  readonly refused?: string;
  readonly file: string;
  readonly line: number;
}

/** Every document at these paths, loaded or refused, in the order of reading; then those of files of compiled rules. */
export function listRules(given: RuleSources, selection: RuleSelection, mapping: RuleMapping = {}): readonly RuleRow[] {
  return [
    ...rowsOfTexts(given, selection, mapping),
    ...given.compiled.flatMap((file) => rowsOfCompiled(file, selection)),
  ];
}

function rowsOfCompiled(
  { compiling: { rules, problems } }: CompiledFile,
  selection: RuleSelection,
): readonly RuleRow[] {
  const rows: RuleRow[] = [...rules.rules, ...rules.correlations]
    .filter(({ metadata }) => isSelected(metadata, selection))
    .map((one) => rowOf(one, new Map(), problems));
  if (selection.level !== undefined || selection.statuses !== undefined) return rows;
  const refused = new Map<string, Problem>();
  for (const one of problems) {
    const key = JSON.stringify([one.file, one.ruleId ?? one.line]);
    if (one.severity === 'error' && !refused.has(key)) refused.set(key, one);
  }
  for (const problem of refused.values()) {
    const { ruleId, file, line } = problem;
    if (ruleId !== undefined && selection.excluded?.has(ruleId.toLowerCase()) === true) continue;
    const id = ruleId === undefined ? {} : { id: ruleId };
    const title = '(refused when it was compiled)';
    rows.push({
      ...id,
      title,
      kind: 'rule',
      routes: [],
      blindRoutes: [],
      refused: reasonOf(problem),
      tags: [],
      file,
      line,
    });
  }
  return rows;
}

function rowsOfTexts(
  { sources, licenses }: RuleSources,
  selection: RuleSelection,
  mapping: RuleMapping,
): readonly RuleRow[] {
  const { rules, problems } = checkRules(sources, mapping);
  const rows = new Map<string, RuleRow>();
  const unwanted = new Set<string>();
  for (const one of [...rules.rules, ...rules.correlations]) {
    const place = placeKey(one.metadata);
    if (isSelected(one.metadata, selection)) rows.set(place, rowOf(one, licenses, problems));
    else unwanted.add(place);
  }
  const isWhole = selection.level === undefined && selection.statuses === undefined;
  const known = new Set([...rows.keys(), ...unwanted].map((place) => place.slice(place.indexOf(' ') + 1)));
  const broken = new Set(problems.filter(({ severity }) => severity === 'error').map(({ file }) => file));
  for (const { file, text } of sources) {
    // Files all of whose documents were loaded are not read a second time.
    if (!broken.has(file) && known.has(file)) continue;
    for (const document of parseRules(text, file).documents) {
      const row = refusedRow(document, licenses, problems);
      const place = placeKey(row);
      if (rows.has(place) || unwanted.has(place)) continue;
      const isExcluded = row.id !== undefined && selection.excluded?.has(row.id.toLowerCase()) === true;
      // Of what could not be read nothing is known for sure: it is shown unless the list was narrowed.
      if (isWhole && !isExcluded) rows.set(place, row);
    }
  }
  const order = new Map(sources.map(({ file }, i) => [file, i]));
  return [...rows.values()].sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line);
}

function placeKey({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${line} ${file}`;
}

function rowOf(
  one: CompiledRule | CompiledCorrelation,
  licenses: ReadonlyMap<string, string>,
  problems: readonly Problem[],
): RuleRow {
  const { id, title, level, status, author, tags, file, line } = one.metadata;
  const license = one.metadata.license ?? licenses.get(file);
  const isRule = one.kind === 'rule';
  const hasNoRoute = isRule && one.routes.length === 0;
  const { others = {}, ...named } = isRule ? one.logsource : {};
  return {
    ...(id === undefined ? {} : { id }),
    title,
    kind: one.kind,
    ...(level === undefined ? {} : { level }),
    ...(status === undefined ? {} : { status }),
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    tags,
    ...(isRule ? { logsource: { ...named, ...others } } : {}),
    routes: isRule ? one.routes.map(({ route }) => route.label) : [],
    blindRoutes: isRule ? one.blindRoutes : [],
    ...(hasNoRoute ? { refused: withoutRoute(one, problems) } : {}),
    file,
    line,
  };
}

function withoutRoute({ metadata: { file, line }, blindRoutes }: CompiledRule, problems: readonly Problem[]): string {
  if (blindRoutes.length > 0) return 'S500 blind-on-route: every route of its log source lacks fields that it needs.';
  const told = problems.find((one) => one.code === 'S501' && one.file === file && one.line === line);
  if (told !== undefined) return reasonOf(told);
  return 'Its tests of the event id, or of another constant, never hold on its log source.';
}

function refusedRow(
  { kind, source, root, id }: SigmaDocument,
  licenses: ReadonlyMap<string, string>,
  problems: readonly Problem[],
): RuleRow {
  const { file } = source;
  const first = placeOf(source, root.entries[0]?.keyAt ?? root.at).line;
  const last = placeOf(source, { start: root.at.end, end: root.at.end }).line;
  const reason = problems.find(
    (one) => one.severity === 'error' && one.file === file && one.line >= first && one.line <= last,
  );
  const text = (key: string): string | undefined => textOf(memberOf(root, key));
  const [title, level, status] = [text('title'), text('level'), text('status')];
  const license = text('license') ?? licenses.get(file);
  return {
    ...(id === undefined ? {} : { id }),
    title: title ?? '(without a title)',
    kind,
    ...(level === undefined ? {} : { level }),
    ...(status === undefined ? {} : { status }),
    ...(license === undefined ? {} : { license }),
    tags: [],
    routes: [],
    blindRoutes: [],
    ...(reason === undefined ? {} : { refused: reasonOf(reason) }),
    file,
    line: first,
  };
}

function reasonOf({ code, name, message, line }: Problem): string {
  return `${code} ${name}, line ${line}: ${message}`;
}
