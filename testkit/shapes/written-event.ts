import { type EventModel, fieldTexts } from '../events/index.ts';
import { textOfFiletime } from '../evtx/filetime.ts';
import { TYPE } from '../evtx/value.ts';

/** An event with the record id that its log gave it: what a shape is written from. */
export interface LoggedEvent {
  readonly model: EventModel;
  readonly recordId: bigint;
}

/** One field as the log holds it. */
export interface WrittenField {
  /** Name of its `Data` or element; undefined for the unnamed ones. */
  readonly name?: string;
  /** Canonical text (EVTX 5.1). */
  readonly text: string;
  /** Value type (EVTX 5.1), for shapes that type their values. */
  readonly type: number;
}

/** The fields in order, NULL ones left out; unnamed values and bytes of sources without a manifest too. */
export function fieldsOf({ model }: LoggedEvent): readonly WrittenField[] {
  const { body } = model;
  if (body.kind === 'classic') {
    return fieldTexts(model).map(([name, text]) =>
      name === 'Binary' ? { name, text, type: TYPE.binary } : { text, type: TYPE.text },
    );
  }
  if (body.kind === 'custom') return [];
  return body.fields.flatMap(({ name, value }): WrittenField[] => {
    if (value.kind !== 'plain') return [];
    if (value.items !== undefined) return value.items.map((text) => ({ name, text, type: value.type & 0x7f }));
    return value.text === undefined || value.text === null ? [] : [{ name, text: value.text, type: value.type }];
  });
}

/** `2026-03-12T09:44:02.9180123Z`. */
export function utcText({ model }: LoggedEvent): string {
  return textOfFiletime(model.time);
}

/** The same without the last four digits: `2026-03-12T09:44:02.918Z`. */
export function utcMilliseconds(event: LoggedEvent): string {
  return `${utcText(event).slice(0, 23)}Z`;
}

/** Wall clock of a zone so many minutes ahead of UTC: `2026-03-12 11:44:02`. */
export function localSeconds({ model }: LoggedEvent, minutesAhead: number): string {
  return textOfFiletime(model.time + BigInt(minutesAhead) * 600_000_000n)
    .slice(0, 19)
    .replace('T', ' ');
}

export function hexKeywords({ model }: LoggedEvent): string {
  return `0x${model.keywords.toString(16)}`;
}

/** The provider's GUID in braces and upper case, as the shippers write it; undefined for classic sources. */
export function bracedGuid({ model }: LoggedEvent): string | undefined {
  return model.providerGuid === undefined ? undefined : `{${model.providerGuid.toUpperCase()}}`;
}

export const LEVEL_NAMES: readonly string[] = ['LogAlways', 'Critical', 'Error', 'Warning', 'Information', 'Verbose'];

export function levelName({ model }: LoggedEvent): string {
  return model.level === 0 ? 'Information' : (LEVEL_NAMES[model.level] ?? 'Information');
}

/** A value that JSON.stringify cannot write so: numbers digit for digit, dates with their escapes. */
export class Digits {
  readonly text: string;

  constructor(value: bigint | string) {
    this.text = String(value);
  }
}

export type Json = null | boolean | number | string | Digits | readonly Json[] | JsonMembers | undefined;
export interface JsonMembers {
  readonly [name: string]: Json;
}

/** JSON on one line, or indented; members that are undefined are left out. */
export function jsonText(value: Json, indent = ''): string {
  const inner = indent === '' ? '' : `${indent}  `;
  const [open, comma, colon, close] = indent === '' ? ['', ',', ':', ''] : [inner, `,${inner}`, ': ', indent];
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => jsonText(item ?? null, inner));
    return items.length === 0 ? '[]' : `[${open}${items.join(comma)}${close}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `${JSON.stringify(name)}${colon}${jsonText(item, inner)}`);
  return members.length === 0 ? '{}' : `{${open}${members.join(comma)}${close}}`;
}

/** Lines of JSON, one an event. */
export function jsonLines(events: readonly LoggedEvent[], write: (event: LoggedEvent) => Json): string {
  return events.map((event) => `${jsonText(write(event))}\n`).join('');
}

/** The fields as one flat object: of equal names the first counts, unnamed ones are `param1`, `param2`, … */
export function flatFields(
  event: LoggedEvent,
  unnamed: (position: number) => string = (n) => `param${n}`,
): JsonMembers {
  const members = new Map<string, Json>();
  let position = 0;
  for (const { name, text } of fieldsOf(event)) {
    position++;
    const key = name ?? unnamed(position);
    if (!members.has(key)) members.set(key, text);
  }
  return Object.fromEntries(members);
}
