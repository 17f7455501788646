import { type WqlToken, wqlTokens } from './wql-tokens.ts';
import type { WqlExpression, WqlOperand, WqlQuery } from './wql-types.ts';

const KEYWORDS: ReadonlySet<string> = new Set(
  'SELECT FROM WITHIN WHERE GROUP BY HAVING AND OR NOT LIKE ISA IS NULL TRUE FALSE ASSOCIATORS REFERENCES OF'.split(
    ' ',
  ),
);
/** What lies beyond this is kept with its blanks folded; WMI takes no query that long. */
const MAX_NORMALISED = 65536;

/**
 * The query in one spelling, for fingerprints (DOMAIN 3.4): blanks folded outside strings, keywords in capitals, class
 * names (behind FROM and ISA) in lower case. Works on any text: what cannot be read stays as its tokens.
 */
export function normaliseQuery(text: string): string {
  const tokens = wqlTokens(text.slice(0, MAX_NORMALISED));
  const parts: string[] = [];
  let previous: WqlToken | undefined;
  let isClassNext = false;
  for (const token of tokens) {
    const keyword = token.kind === 'word' ? token.text.toUpperCase() : '';
    const isKeyword = KEYWORDS.has(keyword) && previous?.text !== '.';
    let spelt = isKeyword ? keyword : token.text;
    if (isClassNext && !isKeyword && (token.kind === 'word' || token.kind === 'string')) spelt = spelt.toLowerCase();
    if (previous !== undefined && needsBlank(previous, token)) parts.push(' ');
    parts.push(spelt);
    isClassNext = isKeyword && (keyword === 'FROM' || keyword === 'ISA');
    previous = token;
  }
  if (text.length > MAX_NORMALISED) parts.push(text.slice(MAX_NORMALISED).replace(/\s+/g, ' ').trimEnd());
  return parts.join('');
}

function needsBlank(left: WqlToken, right: WqlToken): boolean {
  const l = left.kind === 'sign' ? left.text : '';
  const r = right.kind === 'sign' ? right.text : '';
  if (r === '.' || r === ',' || r === ')' || r === ']' || r === '[' || r === ';') return false;
  return l !== '.' && l !== '(' && l !== '[' && l !== '-' && l !== '+';
}

const NEEDS_ESCAPE = /[\\']/g;

function operandText(operand: WqlOperand): string {
  switch (operand.kind) {
    case 'string':
      return `'${operand.text.replace(NEEDS_ESCAPE, '\\$&')}'`;
    case 'number':
      return operand.text;
    case 'boolean':
      return operand.value ? 'TRUE' : 'FALSE';
    case 'null':
      return 'NULL';
    case 'property':
      return operand.name;
  }
}

function expressionText(expression: WqlExpression, isInner: boolean): string {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const word = expression.kind === 'and' ? ' AND ' : ' OR ';
      const text = expression.terms.map((term) => expressionText(term, true)).join(word);
      return isInner ? `(${text})` : text;
    }
    case 'not':
      return `NOT ${expressionText(expression.term, true)}`;
    case 'isa':
      return `${expression.property} ISA '${expression.className.replace(NEEDS_ESCAPE, '\\$&')}'`;
    case 'isNull':
      return `${expression.property} IS NULL`;
    case 'compare':
      return `${expression.property} ${expression.operator} ${operandText(expression.value)}`;
  }
}

/** The query as text again, one line; `parseWql` of it gives an equal tree (constants then stand on the right). */
export function wqlText(query: WqlQuery): string {
  if (query.kind !== 'select') {
    const conditions = query.conditions.map(([name, value]) => (value === '' ? name : `${name} = ${value}`));
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' ')}`;
    return `${query.kind.toUpperCase()} OF {${query.path}}${where}`;
  }
  let text = `SELECT ${query.properties.join(', ')} FROM ${query.className}`;
  if (query.within !== undefined) text += ` WITHIN ${query.within}`;
  if (query.where !== undefined) text += ` WHERE ${expressionText(query.where, false)}`;
  if (query.group !== undefined) {
    text += ' GROUP';
    if (query.group.within !== undefined) text += ` WITHIN ${query.group.within}`;
    if (query.group.by.length > 0) text += ` BY ${query.group.by.join(', ')}`;
    if (query.group.having !== undefined) text += ` HAVING ${expressionText(query.group.having, false)}`;
  }
  return text;
}

/** A condition as it would stand in a query, for sentences. */
export function conditionText(expression: WqlExpression): string {
  return expressionText(expression, false);
}
