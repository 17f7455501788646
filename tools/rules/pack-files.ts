import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileGroup, packRules, type RuleTexts } from '../../src/intake/index.ts';
import { type RuleCase, readCases } from '../../src/rules/index.ts';
import {
  type CompiledRule,
  compileRules,
  type Ir,
  type Problem,
  type RuleSource,
  type Rules,
} from '../../src/sigma/index.ts';
import { LOG_SOURCES, type Route, sourceOfRoute } from '../../src/taxonomy/index.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'rules');

/** A rule of the pack as it lies in its folder. */
export interface PackFile {
  /** Without its extension. */
  readonly name: string;
  readonly text: string;
  /** What its file of cases says, undefined where it has none. */
  readonly cases: string | undefined;
}

export function packFiles(): readonly PackFile[] {
  const names = readdirSync(FOLDER);
  const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
  return names
    .filter((name) => name.endsWith('.yml') && !name.endsWith('.cases.yml'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.yml'.length);
      const cases = `${name}.cases.yml`;
      return { name, text: read(file), cases: names.includes(cases) ? read(cases) : undefined };
    });
}

export function orphanedCases(): readonly string[] {
  const names = new Set(readdirSync(FOLDER));
  return [...names].filter((name) => name.endsWith('.cases.yml') && !names.has(name.replace('.cases.yml', '.yml')));
}

export function packSources(): readonly RuleSource[] {
  return packFiles().map(({ name, text }) => ({ file: `${name}.yml`, text }));
}

/** Every rule of the pack together, with all that is said of them. */
export function compiledPack(): { readonly rules: Rules; readonly problems: readonly Problem[] } {
  return compileRules(packSources(), { taxonomy: LOG_SOURCES });
}

/** Where the compiled pack stands in a release, below its root. */
export const PACKED_RULES = 'dist/rules.pack';

/** The pack as a release carries it: compiled, the rules' files named from the root of the release. Throws where a rule has an error. */
export function packedRules(): Uint8Array {
  const sources = packFiles().map(({ name, text }) => ({ file: `rules/${name}.yml`, text }));
  const texts: RuleTexts = { kind: 'texts', sources, licenses: new Map() };
  const wrong = compileGroup(texts).problems.find(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw new Error(`${wrong.file}:${wrong.line}:${wrong.column} ${wrong.message}`);
  return packRules(texts);
}

/** The same rules without the others. */
export function onlyRule(rules: Rules, file: string): Rules {
  return { rules: rules.rules.filter(({ metadata }) => metadata.file === file), correlations: [] };
}

/** @throws for a rule without cases, and for cases of which one cannot be read. */
export function casesOf({ name, cases }: PackFile): readonly RuleCase[] {
  const file = `${name}.cases.yml`;
  if (cases === undefined) throw new Error(`${file} is missing`);
  const reading = readCases({ file, text: cases });
  const [first] = reading.problems;
  if (first !== undefined) throw new Error(`${file}:${first.line}:${first.column} ${first.message}`);
  return reading.cases;
}

export function routesOfRule(rule: CompiledRule): readonly Route[] {
  return rule.routes.flatMap(({ route }) => sourceOfRoute(route) ?? []);
}

/** Fields that a rule asks for; of keywords none. */
export function fieldsOf(rule: CompiledRule): ReadonlySet<string> {
  const fields = new Set<string>();
  const visit = (ir: Ir): void => {
    if (ir.kind === 'and' || ir.kind === 'or') for (const part of ir.of) visit(part);
    else if (ir.kind === 'not') visit(ir.of);
    else if (ir.kind === 'atom' && ir.field !== undefined) fields.add(ir.field);
  };
  for (const { ir } of rule.conditions) visit(ir);
  return fields;
}

/** What the pack says of a rule beside Sigma (SETTLED E9). */
export interface PackMetadata {
  readonly analytic: string;
  readonly scope: string;
  readonly leg: string;
  readonly tool?: string;
}

export function packMetadata({ metadata }: CompiledRule): Partial<PackMetadata> {
  const { triad } = metadata.custom;
  return typeof triad === 'object' && triad !== null ? triad : {};
}
