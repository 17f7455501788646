import type { Value } from '../evtx/value.ts';

/** One field of an event: its name, the type that its template names, and the value that the record carries. */
export interface FieldValue {
  readonly name: string;
  /** Value type in the template (EVTX 5.1); the record's own type rules. */
  readonly templateType: number;
  readonly value: Value;
}

export type EventBody =
  | { readonly kind: 'eventData'; readonly fields: readonly FieldValue[] }
  | {
      readonly kind: 'userData';
      readonly element: string;
      readonly xmlns: string;
      readonly fields: readonly FieldValue[];
    }
  /** Any value in the body's slot, with a template of its own or NULL. */
  | { readonly kind: 'custom'; readonly value: Value }
  /** A source without manifest: unnamed Data items and bytes (EVTX 4.4). */
  | { readonly kind: 'classic'; readonly items: readonly string[]; readonly binary?: Uint8Array };

/** An event before it has a record id: what a maker returns and a log writer takes. */
export interface EventModel {
  readonly provider: string;
  /** Without braces; absent for classic sources. */
  readonly providerGuid?: string;
  readonly eventSource?: string;
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  readonly level: number;
  readonly task: number;
  readonly opcode: number;
  readonly keywords: bigint;
  readonly qualifiers?: number;
  readonly computer: string;
  /** FILETIME of TimeCreated. */
  readonly time: bigint;
  /** Added to `time` for the frame's own time, units of 100 ns. */
  readonly writtenOffset?: bigint;
  readonly processId: number;
  readonly threadId: number;
  readonly userSid?: string;
  readonly activityId?: string;
  /** EventRecordID, where it shall not be the next one. */
  readonly recordId?: bigint;
  readonly body: EventBody;
}

/** Where and when an event happens. Without it: one host, one morning. */
export interface Setting {
  readonly computer?: string;
  /** UTC text or FILETIME. */
  readonly time?: string | bigint;
  readonly processId?: number;
  readonly threadId?: number;
  /** SID of the account that logged it. */
  readonly userSid?: string;
  readonly activityId?: string;
  readonly recordId?: bigint;
  readonly writtenOffset?: bigint;
}

/** Every field as [name, canonical text], NULL ones left out, arrays an entry an item: the ground truth of a record. */
export function fieldTexts(model: EventModel): (readonly [string, string])[] {
  const { body } = model;
  if (body.kind === 'custom') return [];
  if (body.kind === 'classic') {
    const texts: (readonly [string, string])[] = body.items.map((item) => ['Data', item]);
    if (body.binary !== undefined) texts.push(['Binary', Buffer.from(body.binary).toString('hex').toUpperCase()]);
    return texts;
  }
  const texts: (readonly [string, string])[] = [];
  for (const { name, value } of body.fields) {
    if (value.kind !== 'plain') continue;
    if (value.items !== undefined) texts.push(...value.items.map((item) => [name, item] as const));
    else if (value.text !== undefined && value.text !== null) texts.push([name, value.text]);
  }
  return texts;
}
