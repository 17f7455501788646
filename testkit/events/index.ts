import type { LogOptions, WrittenLog } from '../evtx/log-writer.ts';
import { writeLog } from '../evtx/log-writer.ts';
import { recordOf } from './event-record.ts';
import type { EventModel } from './model.ts';

export * as custom from './custom.ts';
export type { FieldInput, FieldInputs } from './field-list.ts';
export { type EventBody, type EventModel, type FieldValue, fieldTexts, type Setting } from './model.ts';
export {
  creatorSid,
  type MofConsumer,
  type MofFilter,
  type MofValue,
  mofInstance,
  mofText,
  possibleCause,
  sysmonText,
} from './mof.ts';
export * as powershell from './powershell.ts';
export type { Account } from './security.ts';
export * as security from './security.ts';
export { DEFAULT_COMPUTER, DEFAULT_TIME } from './source.ts';
export * as sysmon from './sysmon.ts';
export * as system from './system.ts';
export * as winrm from './winrm.ts';
export * as wmi from './wmi-activity.ts';
export { recordOf };

/** A log of these events, in this order: ids rise by one. */
export function writeEvents(events: Iterable<EventModel>, options: LogOptions = {}): WrittenLog {
  return writeLog(Iterator.from(events).map(recordOf), options);
}
