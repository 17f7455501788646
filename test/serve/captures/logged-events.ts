import { type Event, type FieldType, fieldLayoutOf } from '../../../src/windows/index.ts';
import { type EventBody, type EventModel, type FieldValue, type LoggedEvent, TYPE } from '../../../testkit/index.ts';

type UserData = { readonly element: string; readonly xmlns: string };

const EPOCH_1970 = 116444736000000000n;
const WMI_XMLNS = 'http://manifests.microsoft.com/win/2006/windows/WMI';
/** Record ids of records that came without one count from here, so that they are not those of others. */
const FIRST_OWN_ID = 1_000_000_000n;

/** An event with where it lies in its capture. */
export interface CapturedEvent extends LoggedEvent {
  readonly place: string;
}

/** Where a record lies below the one file of a capture. */
export function placeText({ container = [] }: { readonly container?: readonly string[] }, offset: number): string {
  return [...container, offset].join('|');
}

/** Says of an event, by its place and how many came before it, whether it is taken. */
export type Wants = (place: string, before: number) => boolean;

/** Gathers events that were read as models that can be written. */
export class LoggedEvents {
  readonly left: Map<string, number> = new Map();
  readonly #events: CapturedEvent[] = [];
  readonly #ownIds = new Map<string, bigint>();
  readonly #wants: Wants;
  /** Events that can be written, wanted or not. */
  count = 0;

  constructor(wants: Wants) {
    this.#wants = wants;
  }

  /** `created` is TimeCreated in UTC; `userData` says what stands below UserData where the record itself tells. */
  add(
    event: Event,
    created: { readonly ms: number; readonly ticks: number },
    userData: () => UserData | undefined,
  ): void {
    const reason = unwritable(event);
    if (reason !== undefined) {
      this.leave(reason);
      return;
    }
    const place = placeText(event.place.source, event.place.offset);
    if (!this.#wants(place, this.count++)) return;
    const model = modelOf(event, EPOCH_1970 + BigInt(created.ms) * 10_000n + BigInt(created.ticks), userData);
    const recordId = event.recordId === undefined ? this.#ownId(event) : BigInt(event.recordId);
    this.#events.push({ model, recordId, place });
  }

  leave(reason: string, count = 1): void {
    if (count > 0) this.left.set(reason, (this.left.get(reason) ?? 0) + count);
  }

  /** All of them by time, those of one time by record id. */
  inOrder(): readonly CapturedEvent[] {
    return this.#events.toSorted((a, b) => compare(a.model.time, b.model.time) || compare(a.recordId, b.recordId));
  }

  #ownId({ computer, channel }: Event): bigint {
    const log = `${computer}|${channel}`;
    const id = this.#ownIds.get(log) ?? FIRST_OWN_ID;
    this.#ownIds.set(log, id + 1n);
    return id;
  }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function unwritable(event: Event): string | undefined {
  if (event.shape === 'zeek') return 'a line of Zeek';
  if (!Number.isFinite(event.createdMs) || event.createdMs < 0) return 'it has no time';
  const isNested = ([name]: readonly [string, string]): boolean => /[/@]/.test(name);
  return isUserData(event) && event.entries().some(isNested) ? 'its fields are nested' : undefined;
}

function isUserData({ provider, eventId }: Event): boolean {
  return fieldLayoutOf(provider, eventId)?.userData !== undefined;
}

function modelOf(event: Event, time: bigint, userData: () => UserData | undefined): EventModel {
  const text = (field: Parameters<Event['system']>[0]): string | undefined => event.system(field) || undefined;
  const number = (field: Parameters<Event['system']>[0]): number => Number(text(field) ?? 0) || 0;
  const [guid, sid, activity] = [text('ProviderGuid'), text('UserID'), text('ActivityID')];
  const [keywords, qualifiers] = [text('Keywords') ?? '', text('Qualifiers')];
  return {
    provider: event.provider,
    ...(guid === undefined ? {} : { providerGuid: guid.replace(/[{}]/g, '') }),
    channel: event.channel,
    eventId: event.eventId,
    version: event.version,
    level: number('Level'),
    task: number('Task'),
    opcode: number('Opcode'),
    keywords: /^0x[0-9a-f]+$/i.test(keywords) ? BigInt(keywords) : 0n,
    ...(qualifiers === undefined ? {} : { qualifiers: Number(qualifiers) || 0 }),
    computer: event.computer,
    time,
    processId: number('ProcessID'),
    threadId: number('ThreadID'),
    ...(sid === undefined ? {} : { userSid: sid }),
    ...(activity === undefined ? {} : { activityId: activity.replace(/[{}]/g, '') }),
    body: bodyOf(event, userData),
  };
}

function bodyOf(event: Event, userData: () => UserData | undefined): EventBody {
  const entries = event.entries();
  const layout = fieldLayoutOf(event.provider, event.eventId);
  const isUnnamed = entries.length > 0 && entries.every(([name]) => name === 'Data' || name === 'Binary');
  if (isUnnamed) return classicBody(entries);
  const fields = entries.map(([name, text]) => fieldOf(name, text, layout?.field(name)?.type));
  if (layout?.userData === undefined) {
    const own = userData();
    return own === undefined ? { kind: 'eventData', fields } : { kind: 'userData', ...own, fields };
  }
  return { kind: 'userData', element: layout.userData, xmlns: userData()?.xmlns ?? WMI_XMLNS, fields };
}

function classicBody(entries: ReturnType<Event['entries']>): EventBody {
  const binary = entries.find(([name]) => name === 'Binary')?.[1];
  const items = entries.filter(([name]) => name === 'Data').map(([, text]) => text);
  return { kind: 'classic', items, ...(binary === undefined ? {} : { binary: Buffer.from(binary, 'hex') }) };
}

/** Kinds of values by what the layouts of the product call them, with the texts that are such a value. */
const KINDS: Readonly<Partial<Record<FieldType, readonly [number, RegExp]>>> = {
  dec: [TYPE.uint64, /^(?:0|[1-9]\d{0,18})$/],
  hex: [TYPE.hex64, /^0x[0-9a-f]{1,16}$/],
  guid: [TYPE.guid, /^\{[0-9a-f-]{36}\}$/i],
  sid: [TYPE.sid, /^S-1-[\d-]+$/],
  bool: [TYPE.bool, /^(?:true|false)$/],
};

/** A value as the writers of texts take it: with its canonical text alone, for no log is written of it. */
function fieldOf(name: string, text: string, kind: FieldType | undefined): FieldValue {
  const [type, pattern] = (kind === undefined ? undefined : KINDS[kind]) ?? [TYPE.text, /^/];
  const written = pattern.test(text) ? type : TYPE.text;
  return { name, templateType: written, value: { kind: 'plain', type: written, bytes: new Uint8Array(), text } };
}
