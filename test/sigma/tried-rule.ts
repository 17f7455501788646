import assert from 'node:assert/strict';
import {
  type CompileOptions,
  type Compiling,
  compileRules,
  type Hit,
  objectReader,
  type Problem,
  plainMatcher,
  type Rules,
} from '../../src/sigma/index.ts';

/** An event of one field `F`, or of the fields given. */
export type Tried = Readonly<Record<string, unknown>>;

function indented(text: string, blanks: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(blanks));
}

/** A rule whose one selection holds these lines of YAML. */
export function ruleOf(items: string, condition = 'sel'): string {
  return ruleWith(`sel:\n${indented(items, 2)}\ncondition: ${condition}`);
}

/** A rule with this detection, and more keys at its top. */
export function ruleWith(detection: string, more = ''): string {
  return `title: T\n${more}logsource:\n  product: windows\ndetection:\n${indented(detection, 2)}\n`;
}

export function compiled(text: string, options: CompileOptions = {}): Compiling {
  return compileRules([{ text, file: 'rule.yml' }], options);
}

export function codesOf(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ code }) => code);
}

/** Rules of a text that has no error. */
export function sound(text: string, options: CompileOptions = {}): Rules {
  const { rules, problems } = compiled(text, options);
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`),
    [],
    text,
  );
  return rules;
}

export function hitsOf(rules: Rules, event: Tried): readonly Hit[] {
  return plainMatcher(rules).match({ channel: undefined, eventId: undefined, readerFor: () => objectReader(event) });
}

export function isHit(text: string, event: Tried, options: CompileOptions = {}): boolean {
  return hitsOf(sound(text, options), event).length > 0;
}

/** `[number, items of the selection, events that match, events that do not]` */
export type Row = readonly [string, string, readonly Tried[], readonly Tried[]];

export function assertRow([, items, hits, misses]: Row): void {
  const rules = sound(ruleOf(items));
  const said = (event: Tried): string =>
    `${items} | ${JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`;
  for (const event of hits) assert.equal(hitsOf(rules, event).length, 1, `hit: ${said(event)}`);
  for (const event of misses) assert.equal(hitsOf(rules, event).length, 0, `no hit: ${said(event)}`);
}

/** The first problem of this code, by line, column and text under the caret. */
export function problemAt(
  text: string,
  code: string,
  options: CompileOptions = {},
): Problem & { readonly under: string } {
  const { problems } = compiled(text, options);
  const found = problems.find((problem) => problem.code === code);
  assert.ok(found !== undefined, `${code} in ${codesOf(problems).join(' ')} of\n${text}`);
  const from = found.excerptColumn - 1;
  return { ...found, under: found.excerpt.slice(from, from + found.endColumn - found.column) };
}
