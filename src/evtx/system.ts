import type { SystemField } from '../windows/index.ts';

/** The System fields by number, so that a plan can hold them in flat arrays. */
export const SYS_PROVIDER = 0;
export const SYS_CHANNEL = 1;
export const SYS_COMPUTER = 2;
export const SYS_EVENT_ID = 3;
export const SYS_VERSION = 4;
export const SYS_TIME = 5;
export const SYS_RECORD_ID = 6;

/** Element and attribute below System. */
export const SYSTEM_PATHS: readonly (readonly [string, string | undefined])[] = [
  ['Provider', 'Name'],
  ['Channel', undefined],
  ['Computer', undefined],
  ['EventID', undefined],
  ['Version', undefined],
  ['TimeCreated', 'SystemTime'],
  ['EventRecordID', undefined],
  ['Provider', 'Guid'],
  ['Level', undefined],
  ['Task', undefined],
  ['Opcode', undefined],
  ['Keywords', undefined],
  ['Correlation', 'ActivityID'],
  ['Correlation', 'RelatedActivityID'],
  ['Execution', 'ProcessID'],
  ['Execution', 'ThreadID'],
  ['Security', 'UserID'],
  ['EventID', 'Qualifiers'],
];

export const SYSTEM_COUNT = 18;
export type SystemIndex = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17;

export const SYSTEM_INDEX: Readonly<Record<SystemField, SystemIndex>> = {
  ProviderGuid: 7,
  Level: 8,
  Task: 9,
  Opcode: 10,
  Keywords: 11,
  ActivityID: 12,
  RelatedActivityID: 13,
  ProcessID: 14,
  ThreadID: 15,
  UserID: 16,
  Qualifiers: 17,
};
