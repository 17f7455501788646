import type { Value } from './value.ts';

/** Any bytes at any point; a function is told the chunk offset at which they will stand. */
export interface RawPart {
  readonly kind: 'raw';
  readonly bytes: Uint8Array | ((chunkOffset: number) => Uint8Array);
}

/** What may stand as content of an element or as value of an attribute (EVTX 2). `more` sets bit 0x40 of the token. */
export type Part =
  | Element
  | RawPart
  | { readonly kind: 'text'; readonly text: string; readonly more?: boolean }
  | { readonly kind: 'cdata'; readonly text: string; readonly more?: boolean }
  | { readonly kind: 'charRef'; readonly code: number; readonly more?: boolean }
  | { readonly kind: 'entityRef'; readonly name: string; readonly more?: boolean }
  | { readonly kind: 'instruction'; readonly target: string; readonly data: string }
  | { readonly kind: 'slot'; readonly index: number; readonly type: number; readonly isOptional: boolean };

export interface Attribute {
  readonly name: string;
  readonly parts: readonly Part[];
}

export interface Element {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly content: readonly Part[];
  /** Dependency id, where it shall not be the first optional content substitution. */
  readonly dependency?: number;
}

/** A template definition (EVTX 4.3). Two objects are two definitions, also with one GUID. */
export interface Template {
  readonly guid: string;
  /** The root element, or raw bytes after the fragment header where the definition shall be broken. */
  readonly root: Element | RawPart;
  /** The size that the definition claims, where it shall be wrong. */
  readonly claimedSize?: number;
  /** False leaves out the 00 at the end. */
  readonly hasEof?: boolean;
}

/** A template instance (EVTX 4.1). */
export interface Instance {
  readonly kind: 'instance';
  readonly template: Template;
  readonly values: readonly Value[];
  /** True stores the definition again although the chunk has it (EVTX 4.1, T4). */
  readonly isStoredAgain?: boolean;
  /** The value count that is written, where it shall be wrong. */
  readonly claimedCount?: number;
  /** The definition offset that is written instead of the true one; no definition is stored. */
  readonly definitionOffset?: number | ((tokenOffset: number) => number);
  /** The template id that is written instead of the GUID's first dword. */
  readonly templateId?: number;
}

/** An element: `element('Data', { Name: 'q' }, slot(1, TYPE.text))`. Attribute values are texts or lists of parts. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | Part | readonly Part[]>> = {},
  ...content: readonly (Part | string)[]
): Element {
  return {
    kind: 'element',
    name,
    attributes: Object.entries(attributes).map(([key, value]) => ({ name: key, parts: partsOf(value) })),
    content: content.map((part) => (typeof part === 'string' ? textPart(part) : part)),
  };
}

function partsOf(value: string | Part | readonly Part[]): readonly Part[] {
  if (typeof value === 'string') return [textPart(value)];
  return 'kind' in value ? [value] : value;
}

export function textPart(text: string, more = false): Part {
  return { kind: 'text', text, ...(more ? { more } : {}) };
}

/** A substitution; optional ones (0E) are what Windows writes, normal ones (0D) are rare. */
export function slot(index: number, type: number, isOptional = true): Part {
  return { kind: 'slot', index, type, isOptional };
}

export function rawPart(bytes: Uint8Array | readonly number[] | ((chunkOffset: number) => Uint8Array)): RawPart {
  return { kind: 'raw', bytes: typeof bytes === 'function' ? bytes : Uint8Array.from(bytes) };
}

export function instance(
  template: Template,
  values: readonly Value[],
  oddities: Omit<Partial<Instance>, 'kind' | 'template' | 'values'> = {},
): Instance {
  return { kind: 'instance', template, values, ...oddities };
}
