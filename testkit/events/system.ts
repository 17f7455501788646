import { binary, TYPE, utf16 } from '../evtx/value.ts';
import { fieldValues } from './field-list.ts';
import type { EventModel, Setting } from './model.ts';
import { type EventSource, eventData, modelOf, timeOf } from './source.ts';

const SYSTEM_LOG = { channel: 'System', level: 4 };

const SERVICES: EventSource = {
  ...SYSTEM_LOG,
  provider: 'Service Control Manager',
  providerGuid: '555908d1-a6d7-4695-8e1e-26931d2012f4',
  eventSource: 'Service Control Manager',
  keywords: 0x8080000000000000n,
  qualifiers: 16384,
  processId: 680,
};

const CLASSIC = { keywords: 0x80000000000000n, processId: 0 };
const EVENT_LOG: EventSource = { ...SYSTEM_LOG, ...CLASSIC, provider: 'EventLog', qualifiers: 32768 };

/** 7036: a service changed its state. */
export function serviceState(
  name: string,
  key: string,
  state: 'running' | 'stopped',
  setting: Setting = {},
): EventModel {
  const fields = fieldValues('param1 param2', { param1: name, param2: state });
  const keyAndState = utf16(`${key}/${state === 'running' ? '4' : '1'}\0`);
  const body = {
    kind: 'eventData' as const,
    fields: [...fields, { name: 'Binary', templateType: TYPE.binary, value: binary(keyAndState) }],
  };
  return modelOf(SERVICES, 7036, {}, body, setting);
}

/** 7040: a service's start type changed. */
export function serviceStartType(
  name: string,
  before: string,
  after: string,
  key: string,
  setting: Setting = {},
): EventModel {
  const layout = 'param1 param2 param3 param4';
  const fields = { param1: name, param2: before, param3: after, param4: key };
  return eventData(SERVICES, 7040, { layout }, fields, { userSid: 'S-1-5-18', ...setting });
}

/** 7045: a service was installed. */
export function serviceInstalled(
  name: string,
  path: string,
  account = 'LocalSystem',
  setting: Setting = {},
): EventModel {
  return eventData(
    SERVICES,
    7045,
    { layout: 'ServiceName ImagePath ServiceType StartType AccountName' },
    {
      ServiceName: name,
      ImagePath: path,
      ServiceType: 'user mode service',
      StartType: 'demand start',
      AccountName: account,
    },
    { userSid: 'S-1-5-18', ...setting },
  );
}

/** 104: a log other than Security was cleared. */
export function otherLogCleared(
  facts: { readonly user: string; readonly domain: string; readonly channel: string; readonly backup?: string },
  setting: Setting = {},
): EventModel {
  const source = {
    ...SYSTEM_LOG,
    provider: 'Microsoft-Windows-Eventlog',
    providerGuid: 'FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148',
    keywords: 0x8000000000000000n,
    processId: 1012,
  };
  return modelOf(
    source,
    104,
    { task: 104 },
    {
      kind: 'userData',
      element: 'LogFileCleared',
      xmlns: 'http://manifests.microsoft.com/win/2004/08/windows/eventlog',
      fields: fieldValues('SubjectUserName SubjectDomainName Channel BackupPath', {
        SubjectUserName: facts.user,
        SubjectDomainName: facts.domain,
        Channel: facts.channel,
        BackupPath: facts.backup ?? '',
      }),
    },
    setting,
  );
}

/** 6005 and 6006: the event log service started and stopped; 6013 its uptime in seconds. */
export function eventLogService(eventId: 6005 | 6006, setting: Setting = {}): EventModel {
  return modelOf(
    EVENT_LOG,
    eventId,
    {},
    { kind: 'classic', items: [], binary: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) },
    setting,
  );
}

export function uptime(seconds: number, setting: Setting = {}): EventModel {
  const items = ['', '', '', '', String(seconds), '60', '0 Coordinated Universal Time'];
  return modelOf(EVENT_LOG, 6013, {}, { kind: 'classic', items }, setting);
}

/** Kernel-General 12: the system started. */
export function systemStart(setting: Setting = {}): EventModel {
  return eventData(
    {
      ...SYSTEM_LOG,
      provider: 'Microsoft-Windows-Kernel-General',
      providerGuid: 'A68CA8B7-004F-D7B6-A698-07E2DE0F1F5D',
      keywords: 0x8000000000000080n,
      userSid: 'S-1-5-18',
      processId: 4,
    },
    12,
    {
      task: 1,
      layout:
        'MajorVersion:u32 MinorVersion:u32 BuildVersion:u32 QfeVersion:u32 ServiceVersion:u32 BootMode:u32 StartTime:time',
    },
    { MajorVersion: 10, BuildVersion: 19045, QfeVersion: 4291, StartTime: timeOf(setting) },
    setting,
  );
}

/** Kernel-General 16: a registry hive was saved; the commonest record of a quiet System log. */
export function hiveSaved(hive: string, setting: Setting = {}): EventModel {
  return eventData(
    {
      ...SYSTEM_LOG,
      provider: 'Microsoft-Windows-Kernel-General',
      providerGuid: 'A68CA8B7-004F-D7B6-A698-07E2DE0F1F5D',
      keywords: 0x8000000000000000n,
      userSid: 'S-1-5-18',
      processId: 4,
    },
    16,
    { layout: 'HiveNameLength:u16 HiveName KeysUpdated:u32 DirtyPages:u32' },
    { HiveNameLength: hive.length, HiveName: hive, KeysUpdated: 1, DirtyPages: 1 },
    setting,
  );
}

const WINMGMT: EventSource = {
  channel: 'Application',
  level: 4,
  provider: 'Microsoft-Windows-WMI',
  providerGuid: '1EDEEE53-0AFE-4609-B846-D8C0B2075B1F',
  keywords: 0x8000000000000000n,
  userSid: 'S-1-5-18',
  processId: 2936,
};

/** Application 5615: Winmgmt started; 5617: its subsystems are ready (DOMAIN 2.1). */
export function winmgmtStarted(eventId: 5615 | 5617, setting: Setting = {}): EventModel {
  return eventData(WINMGMT, eventId, { version: 2, layout: '' }, {}, setting);
}

/** Application 10: a filter could not be activated. */
export function filterFailed(
  facts: { readonly namespace: string; readonly query: string; readonly code: string },
  setting: Setting = {},
): EventModel {
  const source = { ...WINMGMT, level: 2, eventSource: 'WinMgmt', qualifiers: 49152 };
  return modelOf(
    source,
    10,
    { version: 0 },
    { kind: 'classic', items: [facts.namespace, facts.query, facts.code] },
    setting,
  );
}
