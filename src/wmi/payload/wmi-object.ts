import { canonicalPropertyName } from '../consumers.ts';
import { parseNamespace, referenceTo } from '../reference.ts';
import { type PsValue, textOf, type WmiClass, type WmiObject } from './powershell-value.ts';

/** Parts of a class or namespace path as scripts write it; the class is empty where only a namespace stands. */
export interface ClassPath {
  readonly className: string;
  readonly namespace: string | undefined;
  readonly host: string | undefined;
}

/** `\\\\host\\root\\subscription:__EventFilter`, `winmgmts:{..}!root/subscription`, `__EventFilter`. */
export function parseClassPath(text: string): ClassPath {
  let rest = text.trim();
  const moniker = /^winmgmts:(?:\{[^}]{0,256}\})?!?/i.exec(rest);
  if (moniker !== null) rest = rest.slice(moniker[0].length);
  const colon = rest.indexOf(':');
  const key = colon < 0 ? rest : rest.slice(colon + 1);
  const isNamespace = colon >= 0 || /^[\\/]{2}|^[\\/]?root(?:[\\/]|$)/i.test(rest);
  const place = isNamespace ? parseNamespace(colon < 0 ? rest : rest.slice(0, colon)) : undefined;
  const className = isNamespace && colon < 0 ? '' : (/^\w{1,256}/.exec(key)?.[0] ?? '');
  return {
    className,
    namespace: place === undefined || place.namespace === '' ? undefined : place.namespace,
    host: place?.host,
  };
}

/** The reference to an object that a script made; undefined while it has no name. */
export function referenceOf(object: WmiObject): string | undefined {
  const name = object.properties.get('Name');
  return name === undefined ? undefined : referenceTo(object.className, name);
}

export function wmiObjectOf(value: PsValue | undefined): WmiObject | undefined {
  return typeof value === 'object' && 'kind' in value && value.kind === 'wmi' ? value : undefined;
}

export function wmiClassOf(value: PsValue | undefined): WmiClass | undefined {
  return typeof value === 'object' && 'kind' in value && value.kind === 'class' ? value : undefined;
}

/** A property value as text: objects by their reference, lists by `, `. */
export function propertyText(value: PsValue): string | undefined {
  const object = wmiObjectOf(value);
  return object === undefined ? textOf(value, ', ') : referenceOf(object);
}

const MAX_PROPERTIES = 200;

/** Sets a constant property; what is not constant is left out. */
export function setProperty(object: WmiObject, name: string, value: PsValue | undefined): void {
  const text = value === undefined ? undefined : propertyText(value);
  if (text !== undefined && object.properties.size < MAX_PROPERTIES)
    object.properties.set(canonicalPropertyName(name), text);
}
