import {
  type Atom,
  checkDocuments,
  compileRules,
  formatProblem,
  type Ir,
  parseRules,
  type Test,
} from '../../src/sigma/index.ts';
import type { ConditionNode } from '../../src/sigma/parse/condition.ts';
import type { Search } from '../../src/sigma/parse/detection.ts';
import { placeOf } from '../../src/sigma/parse/source.ts';

function block(title: string, lines: readonly string[]): string {
  return [`== ${title}`, ...lines, ''].join('\n');
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_, one) =>
    typeof one === 'bigint' ? `${one}n` : one instanceof Map ? Object.fromEntries(one) : one,
  );
}

function testText(test: Test): string {
  switch (test.op) {
    case 'text': {
      const parts = test.pattern.parts.map((part) =>
        typeof part === 'string' ? `<${part}>` : JSON.stringify(part.text),
      );
      return `text ${parts.join(' ') || '<empty>'}${test.pattern.isCased ? ' cased' : ''}`;
    }
    case 'regex': {
      const { source, flags, shape } = test.regex;
      return `regex ${source} ${plain(flags)} gates ${plain(shape)}`;
    }
    default:
      return plain(test);
  }
}

function irLines(ir: Ir, depth: number): readonly string[] {
  const pad = '  '.repeat(depth);
  if (ir.kind === 'atom') return [`${pad}${atomText(ir)}`];
  if (ir.kind === 'constant') return [`${pad}${ir.value}`];
  const parts = ir.kind === 'not' ? [ir.of] : ir.of;
  return [`${pad}${ir.kind}`, ...parts.flatMap((part) => irLines(part, depth + 1))];
}

function atomText({ field, test, origin }: Atom): string {
  return `${field ?? '<any>'} ${testText(test)}  # ${origin.identifier} ${origin.line}:${origin.column}`;
}

function conditionText(node: ConditionNode): string {
  const place = `@${node.at.start}-${node.at.end}`;
  if (node.kind === 'identifier') return `${node.name}${place}`;
  if (node.kind === 'selector') return `${node.quantifier}(${node.target})${place}`;
  const of = node.kind === 'not' ? [node.of] : node.of;
  return `${node.kind}${place}(${of.map(conditionText).join(', ')})`;
}

/** What each stage makes of a rule text: documents, what was checked, trees of tests, problems. */
export function stagesOf(text: string, file: string): string {
  const parsed = parseRules(text, file);
  const checking = checkDocuments(parsed.documents);
  const { rules, problems } = compileRules([{ text, file }]);
  const documents = parsed.documents.flatMap(({ kind, source, detection }) => {
    const place = (at: Parameters<typeof placeOf>[1]): string => {
      const { line, column, endColumn } = placeOf(source, at);
      return `${line}:${column}-${endColumn}`;
    };
    const searchLines = (search: Search, depth: number): readonly string[] => {
      const pad = '  '.repeat(depth);
      if (search.kind === 'any') return [`${pad}any of`, ...search.of.flatMap((one) => searchLines(one, depth + 1))];
      return search.of.flatMap(({ key, values, isList }) => [
        `${pad}${key.field ?? '<any>'}${key.modifiers.map(({ name, at }) => ` |${name} ${place(at)}`).join('')} ${place(key.at)}${isList ? ' list' : ''}`,
        ...values.map(
          ({ value, text: written, style, at }) => `${pad}  ${plain(value)} ${style} ${plain(written)} ${place(at)}`,
        ),
      ]);
    };
    return [
      kind,
      ...(detection?.identifiers ?? []).flatMap(({ name, search, at }) => [
        `  ${name} ${place(at)}`,
        ...searchLines(search, 2),
      ]),
      ...(detection?.conditions ?? []).map(({ root }) => `  condition ${conditionText(root)}`),
    ];
  });
  const checked = checking.checked.flatMap((one) => [
    `${one.kind} ${one.metadata.title}`,
    ...(one.kind === 'correlation'
      ? [`  ${plain(one.body)}`]
      : [...one.detection.searches].flatMap(([name, search]) =>
          search.kind === 'all'
            ? search.of.map(({ key, modifiers }) => `  ${name} ${key.text} ${plain(modifiers)}`)
            : [`  ${name} any`],
        )),
  ]);
  const compiled = rules.rules.flatMap(({ metadata, conditions }) => [
    metadata.title,
    ...conditions.flatMap(({ text: condition, ir }) => [`  ${condition}`, ...irLines(ir, 2)]),
  ]);
  const correlations = rules.correlations.map(({ metadata, members }) => `${metadata.title} ${plain(members)}`);
  return [
    block('documents', documents),
    block('checked', checked),
    block('compiled', [...compiled, ...correlations]),
    block('problems', problems.map(formatProblem)),
  ].join('\n');
}
