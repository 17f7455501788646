import type { Budget } from './budget.ts';
import { addStep, longest } from './fold-step.ts';
import { type Compression, inflate, sniffCompression } from './inflate.ts';
import { joinItems, replaceLiteral, splitByAny, withStep } from './powershell-operate.ts';
import { bytesOf, type Folded, isArray, itemsOf, numberOf, type PsValue, textOf } from './powershell-value.ts';
import { decodeBase64, decodeHex, decodeText } from './text-bytes.ts';

/** Result of `[type]::name(args)` over constants; type and name in lower case, `system.` taken off. */
export function callStatic(type: string, name: string, args: readonly Folded[], budget: Budget): Folded | undefined {
  const [first, second] = args;
  const steps = longest(...args.map((item) => item.steps));
  if (name === 'new') return first === undefined ? undefined : construct(type, args, budget);
  if (first === undefined) return undefined;
  if (type === 'convert') {
    if (name === 'frombase64string') {
      const text = textOf(first.value);
      const bytes = text === undefined || !budget.spend(1 + (text.length >> 4)) ? undefined : decodeBase64(text);
      return bytes === undefined ? undefined : { value: bytes, steps: addStep(steps, 'base64', bytes) };
    }
    if (name === 'fromhexstring') {
      const bytes = decodeHex(textOf(first.value) ?? '');
      return bytes === undefined ? undefined : { value: bytes, steps: addStep(steps, 'hex', bytes) };
    }
    const base = second === undefined ? 10 : numberOf(second.value);
    const text = textOf(first.value)?.trim();
    const number =
      base === 16 || base === 2 || base === 8
        ? /^(?:0x)?[0-9a-f]{1,12}$/i.test(text ?? '')
          ? Number.parseInt(text ?? '', base)
          : undefined
        : numberOf(first.value);
    if (/^to(?:u?int(?:16|32|64)|byte|sbyte)$/.test(name)) {
      return number === undefined || Number.isNaN(number) ? undefined : { value: number, steps };
    }
    if (name === 'tochar') {
      return number === undefined || Number.isNaN(number)
        ? undefined
        : withStep(String.fromCharCode(number & 0xffff), steps, 'character codes');
    }
    if (name === 'tostring') {
      const made = textOf(first.value);
      return made === undefined ? undefined : { value: made, steps };
    }
    return undefined;
  }
  if (type === 'string') {
    if (name === 'join' && second !== undefined) {
      const separator = textOf(first.value);
      const list = args.length > 2 ? args.slice(1).map((item) => item.value) : second.value;
      const made = separator === undefined ? undefined : joinItems(list, separator, budget);
      return made === undefined ? undefined : withStep(made, steps, 'join');
    }
    if (name === 'concat') {
      const list = args.length > 1 ? args.map((item) => item.value) : first.value;
      const made = joinItems(list, '', budget);
      return made === undefined ? undefined : withStep(made, steps, 'string concatenation');
    }
  }
  if (type === 'scriptblock' && name === 'create') return first;
  if (type === 'regex' && name === 'unescape') return first;
  if (type === 'text.encoding' && name === 'getencoding') {
    const encoding = textOf(first.value);
    return encoding === undefined
      ? undefined
      : { value: { kind: 'encoding', name: encodingName(encoding) }, steps: [] };
  }
  return undefined;
}

export function encodingName(name: string): string {
  const plain = name.toLowerCase().replace(/^utf-8$/, 'utf8');
  return plain === 'utf-16' || plain === '1200'
    ? 'unicode'
    : plain === 'iso-8859-1' || plain === '28591'
      ? 'latin1'
      : plain;
}

/** `New-Object type args`, `[type]::new(args)`: streams are their bytes. */
export function construct(type: string, args: readonly Folded[], budget: Budget): Folded | undefined {
  const plain = type.toLowerCase().replace(/^system\./, '');
  const [first] = args;
  if (first === undefined) return undefined;
  if (/(?:^|\.)(?:memorystream|streamreader|bufferedstream|binaryreader)$/.test(plain)) {
    if (typeof first.value === 'string') return first;
    const bytes = bytesOf(
      isArray(first.value) && first.value.length === 1 ? (first.value[0] ?? first.value) : first.value,
    );
    return bytes === undefined ? undefined : { value: bytes, steps: first.steps };
  }
  if (/(?:^|\.)(?:gzipstream|deflatestream|zlibstream)$/.test(plain)) {
    const bytes = bytesOf(first.value);
    if (bytes === undefined) return undefined;
    const kind: Compression = plain.endsWith('gzipstream') ? 'gzip' : plain.endsWith('zlibstream') ? 'zlib' : 'deflate';
    const made = inflate(bytes, sniffCompression(bytes) === 'gzip' ? 'gzip' : kind, budget);
    return made === undefined ? undefined : { value: made, steps: addStep(first.steps, kind, made) };
  }
  if (plain === 'string') {
    const value = itemsOf(first.value);
    const made = joinItems(value, '', budget);
    return made === undefined ? undefined : { value: made, steps: first.steps };
  }
  return undefined;
}

/** Result of `target.name(args)`, or of the property where `args` is absent. */
export function callMethod(
  target: Folded,
  name: string,
  args: readonly Folded[] | undefined,
  budget: Budget,
): Folded | undefined {
  const { value } = target;
  const steps = longest(target.steps, ...(args ?? []).map((item) => item.steps));
  const text = typeof value === 'string' ? value : undefined;
  if (args === undefined) {
    if (name === 'length' || name === 'count') {
      if (text !== undefined) return { value: text.length, steps: [] };
      if (isArray(value) || value instanceof Uint8Array) return { value: value.length, steps: [] };
    }
    return undefined;
  }
  const [first, second] = args;
  if (value instanceof Uint8Array) {
    if (name === 'toarray' || name === 'getbuffer') return target;
    if (name === 'readtoend') {
      const made = decodeText(value, value[1] === 0 && value[0] !== 0 ? 'unicode' : 'utf8');
      return { value: made, steps: target.steps };
    }
    return undefined;
  }
  if (typeof value === 'object' && 'kind' in value && value.kind === 'encoding') {
    if (first === undefined) return undefined;
    if (name === 'getstring') {
      const bytes = bytesOf(first.value);
      return bytes === undefined || !budget.emit(0)
        ? undefined
        : { value: decodeText(bytes, value.name), steps: first.steps };
    }
    if (name === 'getbytes' && typeof first.value === 'string') {
      const bytes = new Uint8Array(Buffer.from(first.value, value.name === 'unicode' ? 'utf16le' : 'utf8'));
      return { value: bytes, steps: first.steps };
    }
    return undefined;
  }
  if (name === 'tostring' && args.length === 0) return text === undefined ? numberText(target) : target;
  if (name === 'invoke' || name === 'invokereturnasis') return target;
  if (text === undefined) return undefined;
  if (!budget.spend(1 + (text.length >> 4))) return undefined;
  switch (name) {
    case 'readtoend':
    case 'trim':
    case 'trimstart':
    case 'trimend':
      return { value: name === 'readtoend' ? text : trimText(text, name, first?.value), steps };
    case 'replace': {
      const from = first === undefined ? undefined : textOf(first.value);
      const to = second === undefined ? undefined : textOf(second.value);
      if (from === undefined || to === undefined) return undefined;
      const made = replaceLiteral(text, from, to, false, budget);
      return made === undefined ? undefined : withStep(made, steps, 'replace');
    }
    case 'split': {
      const marks = args.flatMap((item) => itemsOf(item.value)).map((item) => textOf(item));
      const letters = marks.filter((item): item is string => item !== undefined && item !== '');
      if (letters.length === 0) return undefined;
      const isList = first !== undefined && isArray(first.value);
      return withStep(splitByAny(text, isList ? letters : [...letters.join('')]), steps, 'split');
    }
    case 'substring': {
      const from = first === undefined ? undefined : numberOf(first.value);
      const length = second === undefined ? text.length : numberOf(second.value);
      if (from === undefined || length === undefined || from < 0 || length < 0) return undefined;
      return withStep(text.slice(from, from + length), steps, 'substring');
    }
    case 'remove': {
      const from = first === undefined ? undefined : numberOf(first.value);
      const length = second === undefined ? text.length : numberOf(second.value);
      if (from === undefined || length === undefined || from < 0 || length < 0) return undefined;
      return withStep(text.slice(0, from) + text.slice(from + length), steps, 'substring');
    }
    case 'insert': {
      const at = first === undefined ? undefined : numberOf(first.value);
      const extra = second === undefined ? undefined : textOf(second.value);
      if (at === undefined || extra === undefined) return undefined;
      return withStep(text.slice(0, at) + extra + text.slice(at), steps, 'string concatenation');
    }
    case 'tolower':
    case 'tolowerinvariant':
      return withStep(text.toLowerCase(), steps, 'case change');
    case 'toupper':
    case 'toupperinvariant':
      return withStep(text.toUpperCase(), steps, 'case change');
    case 'tochararray':
      return { value: [...text], steps };
    case 'chars': {
      const at = first === undefined ? undefined : numberOf(first.value);
      return at === undefined ? undefined : withStep(text.charAt(at), steps, 'substring');
    }
    case 'padleft':
    case 'padright':
      return undefined;
    default:
      return undefined;
  }
}

function numberText(target: Folded): Folded | undefined {
  const text = textOf(target.value);
  return text === undefined ? undefined : { value: text, steps: target.steps };
}

function trimText(text: string, name: string, marks: PsValue | undefined): string {
  const letters = marks === undefined ? undefined : (textOf(marks, '') ?? '');
  const isTrimmed = (ch: string): boolean => (letters === undefined ? /\s/.test(ch) : letters.includes(ch));
  let from = 0;
  let to = text.length;
  if (name !== 'trimend') while (from < to && isTrimmed(text.charAt(from))) from++;
  if (name !== 'trimstart') while (to > from && isTrimmed(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}
