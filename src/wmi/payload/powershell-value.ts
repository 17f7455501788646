import type { FoldStep } from './fold-step.ts';
import type { Statement } from './powershell-tree.ts';

/** A WMI object that a script makes: what its calls set, as far as it is constant. */
export interface WmiObject {
  readonly kind: 'wmi';
  readonly className: string;
  readonly namespace: string | undefined;
  readonly host: string | undefined;
  readonly properties: Map<string, string>;
  /** Offset of the creating call. */
  readonly at: number;
}

/** `[wmiclass]"\\host\namespace:Class"`, from which instances are made. */
export interface WmiClass {
  readonly kind: 'class';
  readonly className: string;
  readonly namespace: string | undefined;
  readonly host: string | undefined;
}

export interface ScriptBlock {
  readonly kind: 'block';
  readonly body: readonly Statement[];
}

/** A value of a table: keys in lower case with their spelling kept. */
export type Table = Map<string, { readonly key: string; readonly value: PsValue | undefined }>;

export type PsValue =
  | string
  | number
  | boolean
  | Uint8Array
  | readonly PsValue[]
  | Table
  | WmiObject
  | WmiClass
  | ScriptBlock
  | { readonly kind: 'type'; readonly name: string }
  | { readonly kind: 'encoding'; readonly name: string };

export interface Folded {
  readonly value: PsValue;
  readonly steps: readonly FoldStep[];
}

export function isArray(value: PsValue): value is readonly PsValue[] {
  return Array.isArray(value);
}

export function isTable(value: PsValue): value is Table {
  return value instanceof Map;
}

/** The items that a value stands for in a pipeline or an array operator. */
export function itemsOf(value: PsValue): readonly PsValue[] {
  if (isArray(value)) return value;
  if (value instanceof Uint8Array) return [...value];
  return [value];
}

/** PowerShell's text of a value; undefined for what has no constant text. */
export function textOf(value: PsValue, separator = ' '): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Uint8Array) return value.length > 65536 ? undefined : [...value].join(separator);
  if (isArray(value)) {
    const parts: string[] = [];
    for (const item of value) {
      const part = textOf(item);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return parts.join(separator);
  }
  return undefined;
}

export function numberOf(value: PsValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^[-+]?(?:0x[0-9a-f]{1,8}|\d{1,15}(?:\.\d{1,15})?)$/i.test(text)) return Number(text);
  return undefined;
}

/** Bytes of a byte array, or of a list of numbers 0..255. */
export function bytesOf(value: PsValue): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number' && value >= 0 && value < 256) return Uint8Array.of(value);
  if (!isArray(value) || value.length === 0) return undefined;
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const item = value[i];
    const number = item === undefined ? undefined : item instanceof Uint8Array ? undefined : numberOf(item);
    if (number === undefined || number < 0 || number > 255) return undefined;
    bytes[i] = number;
  }
  return bytes;
}
