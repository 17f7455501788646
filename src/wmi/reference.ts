/** A namespace in one spelling, and the host that the text named, if it named one. */
export interface NamespacePath {
  /** Lower case, backslashes, no leading one: `root\cimv2` (DOMAIN 2.2 #4). */
  readonly namespace: string;
  /** As written; absent for `.` and for a path without host. */
  readonly host?: string;
}

/** A WMI object path taken apart (DOMAIN 2.2 #3, #5). */
export interface WmiReference {
  readonly host?: string;
  /** Canonical; absent in a relative reference: the namespace of storage is then not stated. */
  readonly namespace?: string;
  readonly className: string;
  /** Key values by key name as written; empty for a path to a class. */
  readonly keys: ReadonlyMap<string, string>;
}

const MAX_REFERENCE = 65536;
const MAX_KEYS = 64;
const ROOT = /^root$/i;
/** Object paths know these escapes only; `\\n` in a name is a backslash and an n. */
const KEY_ESCAPE = /\\([\\"'])/g;

/**
 * One spelling for a namespace: `root\CimV2`, `\\root\\cimv2`, `root/cimv2`, `//./ROOT/CIMV2` and `\\HOST\root\cimv2` are
 * one namespace (DOMAIN 2.2 #4). The host is kept apart.
 */
export function parseNamespace(text: string): NamespacePath {
  const trimmed = text.trim().replaceAll('"', '');
  const hasHostMark = /^[\\/]{2}/.test(trimmed);
  const parts = trimmed.split(/[\\/]+/).filter((part) => part !== '');
  let host: string | undefined;
  // `\\root\\cimv2` is `\root\cimv2` with doubled backslashes; a host called root would be followed by another root.
  const first = parts[0];
  if (first !== undefined && (first === '.' || (hasHostMark && (!ROOT.test(first) || ROOT.test(parts[1] ?? ''))))) {
    if (first !== '.') host = first;
    parts.shift();
  }
  const namespace = parts.join('\\').toLowerCase();
  return host === undefined ? { namespace } : { namespace, host };
}

/** The namespace part of `parseNamespace`. */
export function canonicalNamespace(text: string): string {
  return parseNamespace(text).namespace;
}

function isNameCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code >= 0x80
  );
}

/** Reads `key=value,key=value`; names may hold quotes, `=` and `,` (DOMAIN 2.2 #5). Undefined when it is none of that. */
function readKeys(text: string): Map<string, string> | undefined {
  const keys = new Map<string, string>();
  let at = 0;
  while (at < text.length && keys.size < MAX_KEYS) {
    const equals = text.indexOf('=', at);
    if (equals < 0) return undefined;
    const name = text.slice(at, equals).trim();
    if (name === '' || ![...name].every((c) => isNameCode(c.codePointAt(0) ?? 0))) return undefined;
    at = equals + 1;
    while (text.charAt(at) === ' ') at++;
    const quote = text.charAt(at);
    if (quote !== '"' && quote !== "'") {
      const comma = text.indexOf(',', at);
      keys.set(name, text.slice(at, comma < 0 ? text.length : comma).trim());
      at = comma < 0 ? text.length : comma + 1;
      continue;
    }
    const close = closingQuote(text, at + 1, quote);
    keys.set(name, text.slice(at + 1, close).replace(KEY_ESCAPE, '$1'));
    at = close + 1;
    while (text.charAt(at) === ' ') at++;
    if (text.charAt(at) === ',') at++;
  }
  return keys;
}

const NEXT_KEY = /\s{0,8}(?:$|,\s{0,8}[\p{L}_][\p{L}\p{N}_]{0,255}\s{0,8}=)/uy;

/**
 * The quote that ends a key value: the first unescaped one behind which the text ends or another `key=` begins; a name
 * with bare quotes in it is read whole. Without one the value runs to the end.
 */
function closingQuote(text: string, from: number, quote: string): number {
  let last = -1;
  for (let at = from; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '\\') {
      at++;
    } else if (c === quote) {
      last = at;
      NEXT_KEY.lastIndex = at + 1;
      if (NEXT_KEY.test(text)) return at;
    }
  }
  return last < 0 ? text.length : last;
}

/**
 * Takes an object path apart: absolute (`\\HOST\root\subscription:Class.Name="X"`), relative (`Class.Name="X"`), the
 * `Class="X"` of a 5861's CONSUMER (key `Name`), a singleton (`Class=@`) and a class path. A moniker in front
 * (`winmgmts:{..}!`) is passed over. Undefined when no class name can be found.
 */
export function parseReference(text: string): WmiReference | undefined {
  if (text.length > MAX_REFERENCE) return undefined;
  let path = text.trim();
  if (/^winmgmts:/i.test(path)) {
    path = path.slice('winmgmts:'.length);
    if (path.startsWith('{')) {
      const close = path.indexOf('}');
      if (close < 0) return undefined;
      path = path.slice(close + 1);
    }
    if (path.startsWith('!')) path = path.slice(1);
  }
  let space: NamespacePath | undefined;
  const colon = path.search(/[:."'=]/);
  if (/^[\\/]/.test(path) || path.charAt(colon) === ':') {
    // Behind a host mark dots belong to the host, so the colon is what ends the namespace.
    const end = path.indexOf(':');
    const firstQuote = path.search(/["']/);
    if (end < 0 || (firstQuote >= 0 && firstQuote < end)) return undefined;
    space = parseNamespace(path.slice(0, end));
    path = path.slice(end + 1);
  }
  let at = 0;
  while (at < path.length && isNameCode(path.charCodeAt(at))) at++;
  const className = path.slice(0, at);
  if (className === '') return undefined;
  const rest = path.slice(at);
  let keys: Map<string, string> | undefined;
  if (rest.trim() === '' || /^=\s?@\s?$/.test(rest)) keys = new Map();
  else if (rest.startsWith('.')) keys = readKeys(rest.slice(1));
  else if (rest.trimStart().startsWith('=')) keys = readKeys(`Name${rest.trimStart()}`);
  if (keys === undefined) return undefined;
  return {
    ...(space?.host === undefined ? {} : { host: space.host }),
    ...(space === undefined || space.namespace === '' ? {} : { namespace: space.namespace }),
    className,
    keys,
  };
}

/** The value of the key `Name`, found without case; all parts of a subscription have it (DOMAIN 1.1). */
export function referenceName(reference: WmiReference): string | undefined {
  for (const [key, value] of reference.keys) {
    if (key.toLowerCase() === 'name') return value;
  }
  return undefined;
}

/** `Class.Name="value"` with the name escaped as WMI does. */
export function referenceTo(className: string, name: string, key = 'Name'): string {
  return `${className}.${key}="${name.replace(/[\\"]/g, '\\$&')}"`;
}
