import type { Budget } from './budget.ts';
import { addStep, type FoldStep, longest } from './fold-step.ts';
import { bytesOf, type Folded, isArray, itemsOf, numberOf, type PsValue, textOf } from './powershell-value.ts';

const MAX_ITEMS = 200_000;

/** Result of a binary operator over constants (lower-case operator, `c` and `i` forms joined), else undefined. */
export function operate(operator: string, left: Folded, right: Folded, budget: Budget): Folded | undefined {
  const steps = longest(left.steps, right.steps);
  const done = (value: PsValue | undefined, operation?: string): Folded | undefined =>
    value === undefined ? undefined : withStep(value, steps, operation);
  switch (operator) {
    case '+':
      return add(left.value, right.value, steps, budget);
    case '*':
      return done(multiply(left.value, right.value, budget));
    case '-':
    case '/':
    case '%':
    case '-shl':
    case '-shr':
    case '-band':
    case '-bor':
      return done(arithmetic(operator, left.value, right.value));
    case '-bxor': {
      const value = arithmetic(operator, left.value, right.value);
      return value === undefined ? undefined : { value, steps: addStep(steps, 'xor', String(value)) };
    }
    case '..':
      return done(range(left.value, right.value, budget));
    case '-f':
      return done(format(left.value, itemsOf(right.value)), 'format operator');
    case '-join': {
      const separator = textOf(right.value);
      return separator === undefined ? undefined : done(joinItems(left.value, separator, budget), 'join');
    }
    case '-split':
      return done(splitText(left.value, textOf(right.value)), 'split');
    case '-replace':
      return done(replaceText(left.value, itemsOf(right.value), budget), 'replace');
    case '-as':
      return undefined;
    case '-eq':
    case '-ne': {
      const a = textOf(left.value);
      const b = textOf(right.value);
      if (a === undefined || b === undefined) return undefined;
      return done((a.toLowerCase() === b.toLowerCase()) === (operator === '-eq'));
    }
    default:
      return undefined;
  }
}

/** A value with one step more when it is text or bytes. */
export function withStep(value: PsValue, steps: readonly FoldStep[], operation: string | undefined): Folded {
  if (operation === undefined) return { value, steps };
  if (typeof value === 'string' || value instanceof Uint8Array) {
    return { value, steps: addStep(steps, operation, value) };
  }
  if (isArray(value)) {
    const text = textOf(value);
    return { value, steps: text === undefined ? steps : addStep(steps, operation, text) };
  }
  return { value, steps };
}

function add(left: PsValue, right: PsValue, steps: readonly FoldStep[], budget: Budget): Folded | undefined {
  if (isArray(left) || left instanceof Uint8Array) {
    const items = [...itemsOf(left), ...itemsOf(right)];
    return items.length > MAX_ITEMS || !budget.spend(items.length) ? undefined : { value: items, steps };
  }
  if (typeof left === 'number') {
    const number = numberOf(right);
    return number === undefined ? undefined : { value: left + number, steps };
  }
  const a = textOf(left);
  const b = textOf(right);
  if (a === undefined || b === undefined || typeof left !== 'string') return undefined;
  if (a.length + b.length > budget.limits.outputChars || !budget.spend(1 + (b.length >> 6))) return undefined;
  return withStep(a + b, steps, 'string concatenation');
}

function multiply(left: PsValue, right: PsValue, budget: Budget): PsValue | undefined {
  const times = numberOf(right);
  if (times === undefined) return undefined;
  if (typeof left === 'number') return left * times;
  if (typeof left !== 'string' || times < 0) return undefined;
  const count = Math.trunc(times);
  if (left.length * count > 65536 || !budget.spend(1 + ((left.length * count) >> 6))) return undefined;
  return left.repeat(count);
}

function arithmetic(operator: string, left: PsValue, right: PsValue): number | undefined {
  const a = typeof left === 'string' && left.length === 1 && operator === '-bxor' ? left.charCodeAt(0) : numberOf(left);
  const b =
    typeof right === 'string' && right.length === 1 && operator === '-bxor' && !/\d/.test(right)
      ? right.charCodeAt(0)
      : numberOf(right);
  if (a === undefined || b === undefined) return undefined;
  if (operator === '-') return a - b;
  if (operator === '/') return b === 0 ? undefined : a / b;
  if (operator === '%') return b === 0 ? undefined : a % b;
  if (operator === '-shl') return a << b;
  if (operator === '-shr') return a >> b;
  if (operator === '-band') return a & b;
  if (operator === '-bor') return a | b;
  return a ^ b;
}

function range(left: PsValue, right: PsValue, budget: Budget): readonly number[] | undefined {
  const from = numberOf(left);
  const to = numberOf(right);
  if (from === undefined || to === undefined) return undefined;
  const count = Math.abs(Math.trunc(to) - Math.trunc(from)) + 1;
  if (count > MAX_ITEMS || !budget.spend(count)) return undefined;
  const step = to >= from ? 1 : -1;
  return Array.from({ length: count }, (_, i) => Math.trunc(from) + i * step);
}

/** `"{1}{0}" -f 'x','ie'`; alignment and number formats are left unfolded. */
export function format(pattern: PsValue, args: readonly PsValue[]): string | undefined {
  if (typeof pattern !== 'string') return undefined;
  let made = '';
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern.charAt(i);
    if ((ch === '{' || ch === '}') && pattern.charAt(i + 1) === ch) {
      made += ch;
      i++;
    } else if (ch === '{') {
      const end = pattern.indexOf('}', i);
      const index = pattern.slice(i + 1, end);
      if (end < 0 || !/^ {0,8}\d{1,4} {0,8}$/.test(index)) return undefined;
      const item = args[Number(index)];
      const text = item === undefined ? undefined : textOf(item);
      if (text === undefined || made.length + text.length > 1 << 22) return undefined;
      made += text;
      i = end;
    } else made += ch;
  }
  return made;
}

export function joinItems(value: PsValue, separator: string, budget: Budget): string | undefined {
  const items = itemsOf(value);
  if (items.length > MAX_ITEMS || !budget.spend(1 + items.length)) return undefined;
  const parts: string[] = [];
  let length = 0;
  for (const item of items) {
    const text = textOf(item);
    if (text === undefined) return undefined;
    length += text.length + separator.length;
    if (length > budget.limits.outputChars) return undefined;
    parts.push(text);
  }
  return parts.join(separator);
}

/** The literal text of a pattern, or undefined when it says more than a literal: no pattern of evidence is ever run. */
function literalOf(pattern: string): string | undefined {
  let made = '';
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern.charAt(i);
    if (ch === '\\') {
      const next = pattern.charAt(++i);
      if (next === '' || /[A-Za-z0-9]/.test(next)) return undefined;
      made += next;
    } else if (ch === '[' && /^\[[^\]\\^]\]/.test(pattern.slice(i, i + 3))) {
      made += pattern.charAt(i + 1);
      i += 2;
    } else if ('.^$*+?()[]{}|'.includes(ch)) return undefined;
    else made += ch;
  }
  return made;
}

export function replaceText(value: PsValue, operands: readonly PsValue[], budget: Budget): PsValue | undefined {
  const [first, second] = operands;
  const pattern = first === undefined ? undefined : textOf(first);
  const replacement = second === undefined ? '' : textOf(second);
  const literal = pattern === undefined ? undefined : literalOf(pattern);
  if (literal === undefined || literal === '' || replacement === undefined || replacement.includes('$'))
    return undefined;
  return replaceLiteral(value, literal, replacement, true, budget);
}

export function replaceLiteral(
  value: PsValue,
  from: string,
  to: string,
  foldCase: boolean,
  budget: Budget,
): string | undefined {
  const text = textOf(value);
  if (text === undefined || from === '' || !budget.spend(1 + (text.length >> 3))) return undefined;
  const searched = foldCase ? lowerSameLength(text) : text;
  const parts = searched.split(foldCase ? lowerSameLength(from) : from);
  if (text.length + (parts.length - 1) * to.length > budget.limits.outputChars) return undefined;
  let made = '';
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    const length = parts[i]?.length ?? 0;
    made += text.slice(at, at + length) + (i < parts.length - 1 ? to : '');
    at += length + from.length;
  }
  return made;
}

/** Lower case by character, so that offsets stay those of the text. */
function lowerSameLength(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]/g, (ch) => ch.toLowerCase());
}

/** `-split` by a literal; a class of single characters splits at each of them. */
export function splitText(value: PsValue, pattern: string | undefined): readonly string[] | undefined {
  const text = textOf(value);
  if (text === undefined || pattern === undefined) return undefined;
  if (pattern === '') return [...text].slice(0, MAX_ITEMS);
  const literal = literalOf(pattern);
  if (literal !== undefined) return text.split(literal).slice(0, MAX_ITEMS);
  const alternatives = pattern.split('|').map(literalOf);
  if (alternatives.some((item) => item === undefined || item === '')) {
    const inside = /^\[([^\]\\^-]{1,32})\]$/.exec(pattern)?.[1];
    return inside === undefined ? undefined : splitByAny(text, [...inside]);
  }
  return splitByAny(text, alternatives as readonly string[]);
}

export function splitByAny(text: string, marks: readonly string[]): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length && parts.length < MAX_ITEMS; ) {
    const mark = marks.find((item) => text.startsWith(item, i));
    if (mark === undefined) {
      i++;
      continue;
    }
    parts.push(text.slice(from, i));
    i += mark.length;
    from = i;
  }
  parts.push(text.slice(from));
  return parts;
}

/** `$x[...]` over text, lists and bytes; negative indexes count from the end. */
export function indexed(target: Folded, index: PsValue): Folded | undefined {
  const source = target.value;
  const list: readonly PsValue[] = typeof source === 'string' ? [...source] : itemsOf(source);
  const picks = itemsOf(index);
  const chosen: PsValue[] = [];
  for (const pick of picks) {
    const number = numberOf(pick);
    if (number === undefined) return undefined;
    const item = list.at(Math.trunc(number));
    if (item !== undefined && Math.trunc(number) < list.length && -Math.trunc(number) <= list.length) chosen.push(item);
  }
  const [only] = chosen;
  if (!isArray(index))
    return only === undefined ? undefined : withStep(only, target.steps, pickOperation(source, picks));
  return withStep(chosen, target.steps, pickOperation(source, picks));
}

function pickOperation(source: PsValue, picks: readonly PsValue[]): string | undefined {
  if (typeof source !== 'string' && !(isArray(source) && source.every((item) => typeof item === 'string')))
    return undefined;
  const [first, second] = picks;
  return typeof first === 'number' && typeof second === 'number' && first - second === 1 && picks.length > 2
    ? 'reverse'
    : 'substring';
}

/** `[char]`, `[char[]]`, `[string]`, `[byte[]]`, `[int]`, and casts that pass a value through. */
export function cast(type: string, operand: Folded, budget: Budget): Folded | undefined {
  const { value, steps } = operand;
  switch (type) {
    case 'char': {
      if (typeof value === 'string' && value.length === 1) return operand;
      const code = numberOf(value);
      if (code === undefined || code < 0 || code > 0xffff) return undefined;
      return withStep(String.fromCharCode(code), steps, 'character codes');
    }
    case 'char[]': {
      const items = typeof value === 'string' ? [...value] : itemsOf(value);
      if (!budget.spend(1 + items.length)) return undefined;
      let text = '';
      for (const item of items) {
        const code =
          typeof item === 'string' && item.length === 1 && !/\d/.test(item) ? item.charCodeAt(0) : numberOf(item);
        if (typeof value === 'string') text += typeof item === 'string' ? item : '';
        else if (code === undefined || code < 0 || code > 0xffff) return undefined;
        else text += String.fromCharCode(code);
      }
      const isFromCodes =
        typeof value !== 'string' && items.some((item) => typeof item !== 'string' || item.length > 1);
      return { value: [...text], steps: isFromCodes ? addStep(steps, 'character codes', text) : steps };
    }
    case 'string': {
      const text = textOf(value);
      return text === undefined ? undefined : { value: text, steps };
    }
    case 'string[]':
    case 'object[]':
    case 'array':
      return { value: itemsOf(value), steps };
    case 'byte[]': {
      const bytes = bytesOf(value);
      return bytes === undefined ? undefined : { value: bytes, steps };
    }
    case 'int':
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'long':
    case 'byte':
    case 'double': {
      const number =
        typeof value === 'string' && value.length === 1 && !/\d/.test(value) ? value.charCodeAt(0) : numberOf(value);
      return number === undefined ? undefined : { value: type === 'double' ? number : Math.round(number), steps };
    }
    case 'int[]':
    case 'int32[]': {
      const numbers = itemsOf(value).map((item) =>
        typeof item === 'string' && item.length === 1 && !/\d/.test(item) ? item.charCodeAt(0) : numberOf(item),
      );
      return numbers.some((item) => item === undefined) ? undefined : { value: numbers as readonly number[], steps };
    }
    default:
      return /^(?:ref|void|bool|switch|hashtable|ordered|pscustomobject|psobject|ciminstance|uri|object|io\.memorystream|scriptblock|regex|guid|text\.encoding|management\.managementobject)$/.test(
        type,
      )
        ? operand
        : undefined;
  }
}
