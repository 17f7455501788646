import type { CheckedItem } from '../check/check-detection.ts';
import { isEquality } from '../check/check-values.ts';
import type { Operation } from '../check/modifiers.ts';
import type { Report } from '../parse/problem.ts';
import { spanInScalar } from '../parse/scalar-offset.ts';
import { placeOf, type SourceText } from '../parse/source.ts';
import type { ScalarNode, ScalarValue } from '../parse/tree.ts';
import { base64Offsets, byteParts, utf16Bytes } from '../values/base64.ts';
import { parseNetwork } from '../values/cidr.ts';
import { numberOf, renderValue } from '../values/number.ts';
import { expandText, MAX_EXPANSIONS, type Placeholders } from '../values/placeholders.ts';
import { compileRegex } from '../values/regex.ts';
import type { Test } from '../values/test.ts';
import { literalOf, type Part, parseParts, wildcardsOf, withAnchor, withDashes } from '../values/wildcards.ts';
import { allOf, anyOf, type Ir, notOf } from './ir.ts';

/** An item as a tree of tests: any or all of its values, negated as a whole by `neq` (SIGMA 2.3). */
export function compileItem(
  source: SourceText,
  identifier: string,
  item: CheckedItem,
  placeholders: Placeholders,
  report: Report,
): Ir {
  const { key, modifiers } = item;
  const { operation, isAll, isNegated, isExpanded } = modifiers;
  const values = item.values.map((scalar, i): Ir => {
    const path = item.isList ? [...item.path, i] : item.path;
    const { line, column } = placeOf(source, scalar.at);
    const origin = { identifier, key: key.text, wanted: wantedOf(scalar), line, column };
    const texts = isExpanded ? expanded(source, scalar, operation, placeholders, path, report) : [scalar.value];
    const names = key.field === undefined ? [] : [key.field];
    const tests = texts.flatMap((value) =>
      testsOf(value, scalar.text, operation, key.field === undefined, (message) => {
        report({ code: 'S133', at: scalar.at, path, message });
      }),
    );
    return anyOf(tests.map((test) => ({ kind: 'atom', field: key.field, names, test, origin })));
  });
  const whole = isAll ? allOf(values) : anyOf(values);
  return isNegated ? notOf(whole) : whole;
}

function wantedOf({ value, text, style }: ScalarNode): string {
  if (value === null) return 'null';
  return style === 'plain' ? text : String(value);
}

function expanded(
  source: SourceText,
  scalar: ScalarNode,
  operation: Operation,
  placeholders: Placeholders,
  path: Parameters<Report>[0]['path'],
  report: Report,
): readonly string[] {
  const quote = (value: string): string =>
    operation.kind === 'regex' ? value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : value;
  const expansion = expandText(String(scalar.value), placeholders, quote);
  if (expansion.kind === 'texts') return expansion.texts;
  if (expansion.kind === 'too-many') {
    const message = `The placeholders make more than ${MAX_EXPANSIONS} values.`;
    report({ code: 'S136', at: scalar.at, path, message });
    return [];
  }
  const { name, offset, length } = expansion;
  const at = spanInScalar(source, scalar, offset, offset + length);
  const hint = 'Give its values in a file of placeholders.';
  report({ code: 'S136', at, path, message: `The placeholder "%${name}%" has no values.`, hint });
  return [];
}

/** Alternatives that a value stands for. `written` is its text in the rule, which text comparisons of numbers use. */
function testsOf(
  value: ScalarValue,
  written: string,
  operation: Operation,
  isKeyword: boolean,
  refuse: (message: string) => void,
): readonly Test[] {
  switch (operation.kind) {
    case 'text':
      return textTests(value, written, operation, isKeyword);
    case 'regex': {
      const reading = compileRegex(typeof value === 'string' ? value : written, operation);
      if (reading.kind === 'regex') return [{ op: 'regex', regex: reading.regex }];
      refuse(reading.trouble.message);
      return [];
    }
    case 'cidr': {
      const reading = parseNetwork(String(value));
      return reading.kind === 'network' ? [{ op: 'cidr', network: reading.network }] : [];
    }
    case 'exists':
      return [{ op: 'exists', isWanted: value === true }];
    case 'compare':
      return [{ op: 'compare', comparison: operation.comparison, bound: numberOf(value) ?? 0 }];
    case 'time': {
      const { part, comparison } = operation;
      return [{ op: 'time', part, comparison, bound: Number(numberOf(value)) }];
    }
    case 'fieldref': {
      const { anchor, isCased } = operation;
      const field = String(value);
      return [{ op: 'fieldref', field, names: [field], anchor, isCased }];
    }
  }
}

function textTests(
  value: ScalarValue,
  written: string,
  operation: Operation & { kind: 'text' },
  isKeyword: boolean,
): readonly Test[] {
  const { anchor, isCased, isDashed } = operation;
  const isPlain = isEquality(operation) && !isKeyword;
  if (value === null) return [{ op: 'null' }];
  if (typeof value === 'boolean' && isPlain) return [{ op: 'boolean', value }];
  if (typeof value !== 'string' && typeof value !== 'boolean' && isPlain) {
    return [{ op: 'number', value, text: renderValue(value) ?? '' }];
  }
  // A keyword is looked for anywhere in a value, unless its modifiers say where.
  const place = isKeyword && anchor === 'equals' ? 'contains' : anchor;
  const parts = typeof value === 'string' ? parseParts(value) : parseParts(written.replace(/[\\*?]/g, '\\$&'));
  return encoded(parts, operation).map((form) => {
    const dashed = isDashed ? withDashes(form).parts : form;
    return { op: 'text', pattern: wildcardsOf(withAnchor(dashed, place), isCased) };
  });
}

/** The value as `wide` and `base64` write it: bytes of UTF-8 or UTF-16, one text or one for each alignment. */
function encoded(parts: readonly Part[], { wide, base64 }: Operation & { kind: 'text' }): readonly (readonly Part[])[] {
  const text = literalOf(parts);
  if ((wide === undefined && base64 === undefined) || text === undefined) return [parts];
  const bytes = wide === undefined ? Buffer.from(text, 'utf8') : utf16Bytes(text, wide);
  if (base64 === undefined) return [byteParts(bytes)];
  const texts = base64 === 'base64' ? [bytes.toString('base64')] : base64Offsets(bytes);
  return texts.map((form) => [{ text: form }]);
}
