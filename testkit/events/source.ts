import { filetimeOf } from '../evtx/filetime.ts';
import { type FieldInputs, fieldValues, type Layout } from './field-list.ts';
import type { EventBody, EventModel, Setting } from './model.ts';

/** Who logs an event, and the System fields that its events share. */
export interface EventSource {
  readonly provider: string;
  readonly providerGuid?: string;
  readonly eventSource?: string;
  readonly channel: string;
  readonly level: number;
  readonly keywords: bigint;
  readonly qualifiers?: number;
  readonly userSid?: string;
  readonly processId: number;
}

/** What one event id of a source adds (DOMAIN 2.1). */
export interface EventKind {
  readonly version?: number;
  readonly level?: number;
  readonly task?: number;
  readonly opcode?: number;
  readonly keywords?: bigint;
  readonly qualifiers?: number;
  readonly layout: Layout;
}

export const DEFAULT_COMPUTER = 'WS-01.corp.example.com';
export const DEFAULT_TIME = '2026-03-12T09:00:00.1234567Z';

/** Time of a setting as FILETIME. */
export function timeOf(setting: Setting): bigint {
  const time = setting.time ?? DEFAULT_TIME;
  return typeof time === 'bigint' ? time : filetimeOf(time);
}

export function modelOf(
  source: EventSource,
  eventId: number,
  kind: Omit<EventKind, 'layout'>,
  body: EventBody,
  setting: Setting,
): EventModel {
  const qualifiers = kind.qualifiers ?? source.qualifiers;
  const userSid = setting.userSid ?? source.userSid;
  return {
    provider: source.provider,
    ...(source.providerGuid === undefined ? {} : { providerGuid: source.providerGuid }),
    ...(source.eventSource === undefined ? {} : { eventSource: source.eventSource }),
    channel: source.channel,
    eventId,
    version: kind.version ?? 0,
    level: kind.level ?? source.level,
    task: kind.task ?? 0,
    opcode: kind.opcode ?? 0,
    keywords: kind.keywords ?? source.keywords,
    ...(qualifiers === undefined ? {} : { qualifiers }),
    computer: setting.computer ?? DEFAULT_COMPUTER,
    time: timeOf(setting),
    ...(setting.writtenOffset === undefined ? {} : { writtenOffset: setting.writtenOffset }),
    processId: setting.processId ?? source.processId,
    threadId: setting.threadId ?? 1234,
    ...(userSid === undefined ? {} : { userSid }),
    ...(setting.activityId === undefined ? {} : { activityId: setting.activityId }),
    ...(setting.recordId === undefined ? {} : { recordId: setting.recordId }),
    body,
  };
}

/** An event with EventData fields of its layout. */
export function eventData(
  source: EventSource,
  eventId: number,
  kind: EventKind,
  inputs: FieldInputs,
  setting: Setting,
): EventModel {
  const fields = kind.layout === '' ? [] : fieldValues(kind.layout, inputs);
  return modelOf(source, eventId, kind, { kind: 'eventData', fields }, setting);
}
