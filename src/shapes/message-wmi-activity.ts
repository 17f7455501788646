import { mofText, parse5861Cause } from '../wmi/index.ts';
import type { RawField } from './shaped-event.ts';

/**
 * The fields in the rendered message of WMI-Activity 5857 to 5861, told by its structure in every language (SETTLED B15): by
 * the order of values and the characters that part them, which are irregular (DOMAIN 2.1). Undefined for other texts.
 */
export function wmiActivityMessageFields(eventId: number, message: string): readonly RawField[] | undefined {
  switch (eventId) {
    case 5857:
      return startedFields(message);
    case 5858:
      return framed(message, ['Id', 'ClientMachine', 'User', 'ClientProcessId', 'Component'], 'Operation', [
        'ResultCode',
        'PossibleCause',
      ]);
    case 5859:
      return framed(message, ['NamespaceName'], 'Query', ['User', 'Processid', 'Provider', 'queryid', 'PossibleCause']);
    case 5860:
      return framed(message, ['NamespaceName'], 'Query', ['User', 'Processid', 'ClientMachine', 'PossibleCause']);
    case 5861:
      return bindingFields(message);
    default:
      return undefined;
  }
}

/** What a value of these fields looks like: by it a piece is known for what it is. */
const FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['Id', /^\{?[0-9a-fA-F-]{36}\}?$/],
  ['ClientProcessId', /^\d{1,10}$/],
  ['ResultCode', /^0x[0-9a-fA-F]{1,8}$/],
  ['Processid', /^\d{1,10}$/],
  ['ProcessID', /^\d{1,10}$/],
  ['queryid', /^\d{1,20}$/],
]);

function isOfForm(name: string, value: string): boolean {
  return FORMS.get(name)?.test(value) !== false;
}

/** A value between `LABEL =` and the separator behind it. */
interface Piece {
  readonly value: string;
  /** Where the label begins, and where what follows the separator does. */
  readonly start: number;
  readonly next: number;
}

/** The value that the label at `from` names. A label holds neither `=` nor a separator. */
function pieceAt(message: string, from: number): Piece | undefined {
  const equals = message.indexOf('=', from);
  if (equals < 0) return undefined;
  const end = message.indexOf(';', equals);
  if (end < 0) return undefined;
  return { value: message.slice(equals + 1, end).trim(), start: from, next: end + 1 };
}

/** The last value before `end`; its label is parted from what stands before it by `;` or, irregularly, by `,`. */
function pieceBefore(message: string, end: number): Piece | undefined {
  const equals = message.lastIndexOf('=', end - 1);
  if (equals < 0) return undefined;
  const semicolon = message.lastIndexOf(';', equals);
  const comma = message.lastIndexOf(',', equals);
  const start = Math.max(semicolon, comma);
  return start < 0 ? undefined : { value: message.slice(equals + 1, end).trim(), start, next: end };
}

/**
 * Values before and behind one that may hold anything: those before are read from the front, those behind from the end. A
 * message that was cut keeps what stands before the cut.
 */
function framed(
  message: string,
  before: readonly string[],
  free: string,
  behind: readonly string[],
): readonly RawField[] | undefined {
  const fields: RawField[] = [];
  let at = 0;
  for (const name of before) {
    const piece = pieceAt(message, at);
    if (piece === undefined || !isOfForm(name, piece.value)) return undefined;
    fields.push([name, piece.value]);
    at = piece.next;
  }
  const equals = message.indexOf('=', at);
  if (equals < 0) return undefined;
  const tail: RawField[] = [];
  let end = message.trimEnd().length;
  for (const name of behind.toReversed()) {
    const piece = pieceBefore(message, end);
    if (piece === undefined || piece.start <= equals || !isOfForm(name, piece.value)) {
      return [...fields, [free, afterBlank(message.slice(equals + 1).trimEnd())]];
    }
    tail.unshift([name, piece.value]);
    end = piece.start;
  }
  return [...fields, [free, afterBlank(message.slice(equals + 1, end))], ...tail];
}

/** What stands behind `=`: the one blank there is the message's own. */
function afterBlank(text: string): string {
  return text.startsWith(' ') ? text.slice(1) : text;
}

/** Sentences around the provider's name and the result code; only English is taken from real records. */
const STARTED: readonly RegExp[] = [
  /^(?<name>.+) provider started with result code$/s,
  /^(?<name>.+)-Anbieter (?:wurde )?mit (?:dem )?Ergebniscode$/s,
  /^Le fournisseur (?<name>.+) a démarré avec le code de résultat$/s,
  /^El proveedor (?<name>.+) se inició con el código de resultado$/s,
];

/** `X provider started with result code 0x0. HostProcess = …; ProcessID = 1; ProviderPath = …`. */
function startedFields(message: string): readonly RawField[] | undefined {
  const host = message.indexOf('=');
  // A path may hold separators, so the two values before it are looked for from the front.
  const first = host < 0 ? undefined : pieceAt(message, host);
  const second = first === undefined ? undefined : pieceAt(message, first.next);
  if (first === undefined || second === undefined || !isOfForm('ProcessID', second.value)) return undefined;
  const path = message.indexOf('=', second.next);
  if (path < 0) return undefined;
  const head = message.slice(0, host);
  const code = /0x[0-9a-fA-F]{1,8}(?![0-9a-zA-Z])/g;
  let result: RegExpExecArray | undefined;
  for (const found of head.matchAll(code)) result = found;
  const sentence = result === undefined ? '' : head.slice(0, result.index).trimEnd();
  const name = nameIn(sentence);
  return [
    ...(name === undefined ? [] : [['ProviderName', name] as const]),
    ...(result === undefined ? [] : [['Code', result[0]] as const]),
    ['HostProcess', first.value],
    ['ProcessID', second.value],
    ['ProviderPath', message.slice(path + 1).trim()],
  ];
}

function nameIn(sentence: string): string | undefined {
  for (const form of STARTED) {
    const name = form.exec(sentence)?.groups?.['name'];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The instance that stands first in the PossibleCause of a 5861. Values escape their line ends, so its line is the last such. */
const FILTER_INSTANCE = 'instance of __EventFilter';
/** `… (refer to its activate eventid:5859); Consumer = Class="`: behind the filter's name. */
const CONSUMER =
  /[(（][^()（）]{0,120}5859[^()（）]{0,64}[)）]\s*[;；][^=;]{0,64}=\s*(?=[A-Za-z_][A-Za-z0-9_]{0,127}\s?=")/g;

/** `Namespace = …; Eventfilter = F (… 5859); Consumer = C="N"; PossibleCause = …instance of __EventFilter…`. */
function bindingFields(message: string): readonly RawField[] | undefined {
  const namespace = pieceAt(message, 0);
  const filterAt = namespace === undefined ? -1 : message.indexOf('=', namespace.next);
  const instanceAt = lastInstance(message);
  if (namespace === undefined || filterAt < 0 || instanceAt < filterAt) return undefined;
  const causeAt = message.lastIndexOf('=', instanceAt);
  const consumerEnd = message.lastIndexOf(';', causeAt);
  if (consumerEnd <= filterAt) return undefined;
  const cause = message.slice(causeAt + 1).trimStart();
  const head = afterBlank(message.slice(filterAt + 1, consumerEnd));
  const instance = parse5861Cause(cause).filter;
  const name = instance === undefined ? undefined : mofText(instance, 'Name');
  // A filter may be called after this very text: where there is a choice, the name in the instance tells.
  const splits = [...head.matchAll(CONSUMER)];
  const nameBefore = (at: number): string => head.slice(0, head.charAt(at - 1) === ' ' ? at - 1 : at);
  const split = splits.find((found) => nameBefore(found.index) === name) ?? splits[0];
  if (split === undefined) return undefined;
  return [
    ['Namespace', namespace.value],
    ['ESS', nameBefore(split.index)],
    ['CONSUMER', head.slice(split.index + split[0].length)],
    ['PossibleCause', cause],
  ];
}

function lastInstance(message: string): number {
  const onItsLine = message.lastIndexOf(`\n${FILTER_INSTANCE}`);
  return onItsLine < 0 ? message.indexOf(FILTER_INSTANCE) : onItsLine + 1;
}
