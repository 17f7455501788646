import type { Budget } from './budget.ts';
import { longest } from './fold-step.ts';
import { callMethod } from './powershell-method.ts';
import { joinItems, replaceLiteral, withStep } from './powershell-operate.ts';
import { type Folded, isArray, itemsOf, numberOf, type PsValue, textOf } from './powershell-value.ts';
import type { Dialect } from './script-tokens.ts';

const VB_CONSTANTS: ReadonlyMap<string, string | number | boolean> = new Map<string, string | number | boolean>([
  ['vbcrlf', '\r\n'],
  ['vbnewline', '\r\n'],
  ['vbcr', '\r'],
  ['vblf', '\n'],
  ['vbtab', '\t'],
  ['vbnullstring', ''],
  ['true', true],
  ['false', false],
]);

export function constantOf(name: string, dialect: Dialect): Folded | undefined {
  const value =
    dialect === 'vbscript' ? VB_CONSTANTS.get(name) : name === 'true' ? true : name === 'false' ? false : undefined;
  return value === undefined ? undefined : { value, steps: [] };
}

/** Result of a built-in function over constants; the name in lower case. */
export function callFunction(
  name: string,
  args: readonly Folded[],
  dialect: Dialect,
  budget: Budget,
): Folded | undefined {
  const [first, second, third] = args;
  if (first === undefined) return undefined;
  const steps = longest(...args.map((item) => item.steps));
  const text = textOf(first.value);
  const number = numberOf(first.value);
  if (dialect === 'jscript') {
    if (name === 'unescape' || name === 'decodeuri' || name === 'decodeuricomponent') {
      return text === undefined ? undefined : withStep(percentDecoded(text), steps, 'character codes');
    }
    if (name === 'parseint') {
      const base = second === undefined ? 10 : numberOf(second.value);
      const made = text === undefined ? Number.NaN : Number.parseInt(text, base);
      return Number.isNaN(made) ? undefined : { value: made, steps };
    }
    if (name === 'string') return text === undefined ? undefined : { value: text, steps };
    return name === 'atob' && text !== undefined
      ? withStep(new Uint8Array(Buffer.from(text, 'base64')), steps, 'base64')
      : undefined;
  }
  if (text !== undefined && !budget.spend(1 + (text.length >> 4))) return undefined;
  switch (name) {
    case 'chr':
    case 'chrw':
    case 'chrb':
      if (number === undefined || number < -32768 || number > 65535) return undefined;
      return withStep(String.fromCharCode(number & 0xffff), steps, 'character codes');
    case 'asc':
    case 'ascw':
      return text === undefined || text === '' ? undefined : { value: text.charCodeAt(0), steps: [] };
    case 'strreverse':
      return text === undefined ? undefined : withStep([...text].reverse().join(''), steps, 'reverse');
    case 'replace': {
      const from = second === undefined ? undefined : textOf(second.value);
      const to = third === undefined ? undefined : textOf(third.value);
      if (from === undefined || to === undefined) return undefined;
      const made = replaceLiteral(first.value, from, to, false, budget);
      return made === undefined ? undefined : withStep(made, steps, 'replace');
    }
    case 'mid':
    case 'left':
    case 'right': {
      const a = second === undefined ? undefined : numberOf(second.value);
      if (text === undefined || a === undefined || a < 0) return undefined;
      if (name === 'left') return withStep(text.slice(0, a), steps, 'substring');
      if (name === 'right') return withStep(a === 0 ? '' : text.slice(-a), steps, 'substring');
      const length = third === undefined ? text.length : numberOf(third.value);
      return length === undefined || length < 0 || a < 1
        ? undefined
        : withStep(text.slice(a - 1, a - 1 + length), steps, 'substring');
    }
    case 'lcase':
      return text === undefined ? undefined : withStep(text.toLowerCase(), steps, 'case change');
    case 'ucase':
      return text === undefined ? undefined : withStep(text.toUpperCase(), steps, 'case change');
    case 'trim':
    case 'ltrim':
    case 'rtrim':
    case 'cstr':
      return text === undefined ? undefined : { value: name === 'cstr' ? text : text.trim(), steps };
    case 'clng':
    case 'cint':
    case 'cbyte':
    case 'cdbl': {
      const hex = /^&h([0-9a-f]{1,8})$/i.exec(text ?? '')?.[1];
      const value = hex === undefined ? number : Number.parseInt(hex, 16);
      return value === undefined ? undefined : { value: name === 'cdbl' ? value : Math.round(value), steps };
    }
    case 'len':
      return text === undefined ? undefined : { value: text.length, steps: [] };
    case 'space':
      return number === undefined || number < 0 || number > 4096 ? undefined : { value: ' '.repeat(number), steps };
    case 'string': {
      const fill = second === undefined ? undefined : textOf(second.value);
      if (number === undefined || fill === undefined || number < 0 || number > 4096) return undefined;
      return { value: fill.charAt(0).repeat(number), steps };
    }
    case 'hex':
      return number === undefined ? undefined : { value: number.toString(16).toUpperCase(), steps };
    case 'array':
      return { value: args.map((item) => item.value), steps };
    case 'split': {
      const mark = second === undefined ? ' ' : textOf(second.value);
      return text === undefined || mark === undefined || mark === ''
        ? undefined
        : withStep(text.split(mark), steps, 'split');
    }
    case 'join': {
      const mark = second === undefined ? ' ' : textOf(second.value);
      const made = mark === undefined ? undefined : joinItems(first.value, mark, budget);
      return made === undefined ? undefined : withStep(made, steps, 'join');
    }
    default:
      return undefined;
  }
}

/** Result of a JScript method or of `String.fromCharCode`; names in lower case. */
export function callScriptMethod(
  owner: string,
  target: Folded | undefined,
  name: string,
  args: readonly Folded[],
  budget: Budget,
): Folded | undefined {
  const steps = longest(target?.steps ?? [], ...args.map((item) => item.steps));
  if (owner === 'string' && name === 'fromcharcode') {
    let made = '';
    for (const item of args.flatMap((arg): readonly PsValue[] => itemsOf(arg.value))) {
      const code = numberOf(item);
      if (code === undefined) return undefined;
      made += String.fromCharCode(code & 0xffff);
    }
    return withStep(made, steps, 'character codes');
  }
  if (target === undefined) return undefined;
  const { value } = target;
  const [first, second] = args;
  if (isArray(value)) {
    if (name === 'reverse') return withStep([...value].reverse(), steps, 'reverse');
    if (name === 'join') {
      const mark = first === undefined ? ',' : textOf(first.value);
      const made = mark === undefined ? undefined : joinItems(value, mark, budget);
      return made === undefined ? undefined : withStep(made, steps, 'join');
    }
    return undefined;
  }
  const text = textOf(value);
  if (text === undefined || typeof value === 'boolean') return undefined;
  switch (name) {
    case 'split': {
      const mark = first === undefined ? undefined : textOf(first.value);
      return mark === undefined || !budget.spend(text.length) ? undefined : withStep(text.split(mark), steps, 'split');
    }
    case 'replace': {
      const from = first === undefined ? undefined : textOf(first.value);
      const to = second === undefined ? undefined : textOf(second.value);
      if (from === undefined || to === undefined) return undefined;
      const pattern = /^\/(.{1,256})\/([gi]{0,2})$/s.exec(from);
      if (pattern === null)
        return withStep(
          text.replace(from, () => to),
          steps,
          'replace',
        );
      const literal = pattern[1]?.replace(/\\(?=[^A-Za-z0-9])/g, '') ?? '';
      if (/[.^$*+?()[\]{}|]/.test(pattern[1]?.replace(/\\[^A-Za-z0-9]/g, '') ?? '')) return undefined;
      const made = replaceLiteral(text, literal, to, pattern[2]?.includes('i') === true, budget);
      return made === undefined ? undefined : withStep(made, steps, 'replace');
    }
    case 'concat': {
      const made = joinItems([text, ...args.map((item) => item.value)], '', budget);
      return made === undefined ? undefined : withStep(made, steps, 'string concatenation');
    }
    case 'charat':
      return withStep(text.charAt(numberOf(first?.value ?? 0) ?? 0), steps, 'substring');
    case 'charcodeat':
      return { value: text.charCodeAt(numberOf(first?.value ?? 0) ?? 0), steps: [] };
    case 'substr':
    case 'substring':
    case 'slice': {
      const a = first === undefined ? 0 : numberOf(first.value);
      const b = second === undefined ? undefined : numberOf(second.value);
      if (a === undefined) return undefined;
      const end = b === undefined ? text.length : name === 'substr' ? a + b : b;
      return withStep(text.slice(a, end), steps, 'substring');
    }
    case 'tostring':
      return { value: text, steps };
    default:
      return callMethod(target, name, args, budget);
  }
}

function percentDecoded(text: string): string {
  return text.replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (_, wide: string | undefined, narrow: string | undefined) =>
    String.fromCharCode(Number.parseInt(wide ?? narrow ?? '0', 16)),
  );
}
