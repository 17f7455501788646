/** A value as a file, a variable or a flag gives it: text, number, truth, or a list of texts. */
export type GivenValue = string | number | boolean | readonly string[];

export type ValueReading<T> =
  | { readonly kind: 'value'; readonly value: T }
  /** What is expected instead, as the rest of the sentence "must be …". */
  | { readonly kind: 'wrong'; readonly expected: string };

/** One setting: what it means, what it is without being set, and how a given value is read. */
export interface Setting<T> {
  readonly isSetting: true;
  /** One line for documents and `triad config explain`. */
  readonly text: string;
  /** As a person would write it; undefined where there is none. */
  readonly preset: GivenValue | undefined;
  /** The form of a value, in words: "bytes", "duration". */
  readonly form: string;
  /** A value in the wrong place may be a secret: no message repeats it. */
  readonly isSecret?: true;
  read(given: GivenValue): ValueReading<T>;
}

function wrong(expected: string): { readonly kind: 'wrong'; readonly expected: string } {
  return { kind: 'wrong', expected };
}

function value<T>(of: T): ValueReading<T> {
  return { kind: 'value', value: of };
}

const BYTE_UNITS: Readonly<Record<string, number>> = { b: 1, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 };
const TIME_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** A number with a unit; undefined when the text is none. */
function amountOf(given: GivenValue, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,3})?) ?([A-Za-z]+)$/.exec(String(given).trim());
  const unit = units[(match?.[2] ?? '').toLowerCase()];
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

function amount(
  form: string,
  units: Readonly<Record<string, number>>,
  preset: string,
  range: readonly [string, string],
  text: string,
): Setting<number> {
  const [least, most] = range.map((bound) => amountOf(bound, units) ?? Number.NaN) as [number, number];
  const example = form === 'bytes' ? '64 MiB' : '90s';
  const expected = `${form} from ${range[0]} to ${range[1]}, such as ${example}`;
  const read = (given: GivenValue): ValueReading<number> => {
    const found = amountOf(given, units);
    return found === undefined || found < least || found > most ? wrong(expected) : value(found);
  };
  return { isSetting: true, text, preset, form, read };
}

/** Bytes with a unit: `64 MiB`. */
export function bytes(preset: string, range: readonly [string, string], text: string): Setting<number> {
  return amount('bytes', BYTE_UNITS, preset, range, text);
}

/** Milliseconds, written with a unit: `90s`, `2m`, `24h`. */
export function duration(preset: string, range: readonly [string, string], text: string): Setting<number> {
  return amount('a duration', TIME_UNITS, preset, range, text);
}

/** A duration, or none at all where `none` is said or nothing is preset. */
export function optionalDuration(
  preset: string | undefined,
  range: readonly [string, string],
  text: string,
): Setting<number | undefined> {
  const inner = duration(preset ?? range[0], range, text);
  const read = (given: GivenValue): ValueReading<number | undefined> => {
    if (given === 'none') return value(undefined);
    const found = inner.read(given);
    return found.kind === 'wrong' ? wrong(`${found.expected}, or none`) : found;
  };
  return { isSetting: true, text, preset: preset ?? 'none', form: 'a duration or none', read };
}

/** A whole number. */
export function whole(preset: number, { least, most }: Range, text: string): Setting<number> {
  const read = (given: GivenValue): ValueReading<number> => {
    const found = typeof given === 'number' ? given : /^\d{1,15}$/.test(String(given)) ? Number(given) : Number.NaN;
    return Number.isInteger(found) && found >= least && found <= most
      ? value(found)
      : wrong(`a whole number from ${least} to ${most}`);
  };
  return { isSetting: true, text, preset, form: 'a whole number', read };
}

export function yesNo(preset: boolean, text: string): Setting<boolean> {
  const read = (given: GivenValue): ValueReading<boolean> => {
    if (given === true || given === 'true') return value(true);
    return given === false || given === 'false' ? value(false) : wrong('true or false');
  };
  return { isSetting: true, text, preset, form: 'true or false', read };
}

/** One of some words. */
export function oneOf<const W extends string>(preset: W, words: readonly W[], text: string): Setting<W> {
  const form = words.join(', ');
  const read = (given: GivenValue): ValueReading<W> => {
    const found = words.find((word) => word === given);
    return found === undefined ? wrong(`one of ${form}`) : value(found);
  };
  return { isSetting: true, text, preset, form, read };
}

/** Text of a pattern; absent when it is not set. */
export function optionalText(
  form: string,
  isFit: (text: string) => boolean,
  text: string,
): Setting<string | undefined> {
  const read = (given: GivenValue): ValueReading<string | undefined> => {
    const found = typeof given === 'string' ? given.trim() : '';
    return found !== '' && found.length <= 4096 && isFit(found) ? value(found) : wrong(form);
  };
  return { isSetting: true, text, preset: undefined, form, read };
}

/** Texts of a pattern. A variable or flag gives them with commas. */
export function texts(form: string, isFit: (text: string) => boolean, text: string): Setting<readonly string[]> {
  const read = (given: GivenValue): ValueReading<readonly string[]> => {
    const list =
      typeof given === 'string' ? given.split(',') : Array.isArray(given) ? (given as readonly string[]) : undefined;
    const found = list?.map((item) => item.trim()).filter((item) => item !== '');
    return found !== undefined && found.length <= 1000 && found.every((item) => item.length <= 4096 && isFit(item))
      ? value(found)
      : wrong(`a list of ${form}`);
  };
  return { isSetting: true, text, preset: [], form: `a list of ${form}`, read };
}

/** Where a listener listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT`; an IPv6 address stands in brackets; port 0 lets the system choose one. */
export function readAddress(given: GivenValue): ValueReading<ListenAddress> {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]{1,253})):(\d{1,5})$/.exec(String(given).trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535
    ? wrong('HOST:PORT, such as 127.0.0.1:8443 or [::1]:8443')
    : value({ host, port });
}

export function address(preset: string, text: string): Setting<ListenAddress> {
  return { isSetting: true, text, preset, form: 'HOST:PORT', read: readAddress };
}

/** An address that there need not be. */
export function optionalAddress(text: string): Setting<ListenAddress | undefined> {
  return { isSetting: true, text, preset: undefined, form: 'HOST:PORT', read: readAddress };
}
