export interface WmiPath {
  readonly className: string;
  readonly namespace: string | undefined;
  readonly host: string | undefined;
}

/**
 * Parts of an object path: `\\host\root\subscription:__EventFilter.Name="x"`, `root/subscription:__EventFilter`,
 * `__EventFilter`. A host of `.` means this one and is left out. The class is empty where only a namespace stands.
 */
export function parseWmiPath(text: string): WmiPath {
  let rest = text
    .trim()
    .replace(/\//g, '\\')
    .replace(/^winmgmts:(?:\{[^}]{0,256}\}!?)?/i, '');
  let host: string | undefined;
  const machine = /^\\\\([^\\:]{1,256})(?:\\|$)/.exec(rest);
  if (machine !== null) {
    const name = machine[1] ?? '';
    if (name !== '.' && name !== '') host = name;
    rest = rest.slice(machine[0].length);
  }
  const colon = rest.indexOf(':');
  const key = colon < 0 ? rest : rest.slice(colon + 1);
  const className = /^[\w]{1,256}/.exec(key)?.[0] ?? '';
  if (colon >= 0) return { className, namespace: canonicalNamespace(rest.slice(0, colon)), host };
  if (/^\\?root(?:\\|$)/i.test(rest)) return { className: '', namespace: canonicalNamespace(rest), host };
  return { className, namespace: undefined, host };
}

/** `ROOT/Subscription` as `root\subscription`; undefined for an empty text. */
export function canonicalNamespace(text: string): string | undefined {
  const plain = text
    .trim()
    .replace(/\//g, '\\')
    .replace(/\\{2,}/g, '\\')
    .replace(/^\\|\\$/g, '')
    .toLowerCase();
  return plain === '' ? undefined : plain;
}

/** `Class.Name="value"` with the name escaped as WMI does. */
export function referenceTo(className: string, name: string): string {
  return `${className}.Name="${name.replace(/[\\"]/g, '\\$&')}"`;
}
