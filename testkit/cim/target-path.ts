/** The object that a reference leads to (CIM 7.3). */
export interface TargetPath {
  /** As given, back-slashes; undefined in a relative path. */
  readonly namespace: string | undefined;
  readonly className: string;
  readonly keys: readonly (readonly [name: string, text: string])[];
}

/** Text of a reference: `\\.\root\subscription:__EventFilter.Name="x"`, relative without a namespace. */
export function targetPath(
  className: string,
  keys: Readonly<Record<string, string>>,
  place: { readonly host?: string; readonly namespace?: string } = {},
): string {
  const list = Object.entries(keys).map(([name, text]) => `${name}="${text.replace(/[\\"]/g, '\\$&')}"`);
  const object = list.length === 0 ? `${className}=@` : `${className}.${list.join(',')}`;
  const { host, namespace } = place;
  if (namespace === undefined) return object;
  return host === undefined ? `${namespace}:${object}` : `\\\\${host}\\${namespace}:${object}`;
}

/** What a reference names, read unit by unit; undefined for a text that is none. */
export function readTargetPath(text: string): TargetPath | undefined {
  const quote = text.search(/["']/);
  const colon = text.slice(0, quote < 0 ? text.length : quote).indexOf(':');
  const place = colon < 0 ? undefined : text.slice(0, colon).replaceAll('/', '\\');
  const namespace = place?.startsWith('\\\\') === true ? place.slice(2).split('\\').slice(1).join('\\') : place;
  const object = text.slice(colon + 1);
  const match = /^([^.=]+)(?:=@|=(["'][\s\S]*)|\.([\s\S]*))?$/.exec(object);
  const className = match?.[1];
  if (className === undefined) return undefined;
  // A class with one key may leave its name out: real provider registrations do.
  const rest = match?.[2] === undefined ? (match?.[3] ?? '') : `_=${match[2]}`;
  const keys: [string, string][] = [];
  const part = /([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|([^,"']+))(?:,|$)/gy;
  while (part.lastIndex < rest.length) {
    const found = part.exec(rest);
    if (found === null) return undefined;
    const quoted = found[2] ?? found[3];
    keys.push([found[1] ?? '', quoted === undefined ? (found[4] ?? '') : quoted.replace(/\\([\s\S])/g, '$1')]);
  }
  return { namespace, className, keys };
}
