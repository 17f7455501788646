import type { SystemField } from '../../src/windows/index.ts';
import { COMPUTER, type Model } from './four-events.ts';

export type Json = unknown;
export const upper = (guid: string): string => guid.slice(1, -1).toUpperCase();
export const fieldsOf = (model: Model): Record<string, Json> => Object.fromEntries(model.fields);
/** Numbers where a converter types them; hexadecimal ones as plain numbers. */
export const typed = (model: Model): Record<string, Json> =>
  Object.fromEntries(
    model.fields.map(([name, text]) => {
      if (/^0x/.test(text)) return [name, Number(text)];
      return [
        name,
        /^\{/.test(text) ? text.toUpperCase() : /^\d+$/.test(text) && name !== 'IpPort' ? Number(text) : text,
      ];
    }),
  );
/** JSON with `recordId` digit for digit, which no double holds. */
export const jsonOf = (value: Json): string =>
  JSON.stringify(value).replaceAll('"@@9007199254740993"', '9007199254740993');
export const idOf = (model: Model): Json =>
  typeof model.recordId === 'number' ? model.recordId : `@@${model.recordId}`;
export const idText = (model: Model): string => String(model.recordId);
export const secondsOf = (model: Model): string =>
  String(Date.parse(model.time.slice(0, 19) + 'Z') / 1000) + model.time.slice(19, -1);
export const body = (model: Model, data: Json): Record<string, Json> =>
  model.userData === undefined ? { EventData: data } : { UserData: { [model.userData]: data } };

export interface Writing {
  readonly name: string;
  readonly shape: string;
  /** Undefined where the shape cannot carry the event. */
  write(model: Model): string | undefined;
  /** System fields that it keeps. */
  readonly keeps: readonly SystemField[];
  readonly precision: 'ticks' | 'ms' | 's';
  readonly hasNoRecordId?: true;
  readonly hasNoVersion?: true;
}

export const ALL: readonly SystemField[] = ['ProviderGuid', 'Level', 'Keywords', 'ProcessID', 'ThreadID', 'UserID'];
export const SYSTEM: Readonly<Partial<Record<SystemField, string>>> = {
  Level: '4',
  ProcessID: '2428',
  ThreadID: '6328',
  UserID: 'S-1-5-18',
};

export function dumpSystem(model: Model, attributes: (values: Json) => Json): Record<string, Json> {
  return {
    Provider: attributes({ Name: model.provider, Guid: upper(model.guid) }),
    EventID: model.eventId,
    Version: model.version,
    Level: 4,
    Keywords: model.keywords,
    TimeCreated: attributes({ SystemTime: model.time }),
    EventRecordID: idOf(model),
    Correlation: null,
    Execution: attributes({ ProcessID: 2428, ThreadID: 6328 }),
    Channel: model.channel,
    Computer: COMPUTER,
    Security: attributes({ UserID: 'S-1-5-18' }),
  };
}

export function beat(model: Model, data: Json): Record<string, Json> {
  return {
    '@timestamp': `${model.time.slice(0, 23)}Z`,
    event: { code: String(model.eventId), provider: model.provider },
    log: { level: 'information' },
    winlog: {
      channel: model.channel,
      provider_name: model.provider,
      provider_guid: model.guid,
      event_id: String(model.eventId),
      ...(model.version === 0 ? {} : { version: model.version }),
      record_id: idText(model),
      computer_name: COMPUTER,
      process: { pid: 2428, thread: { id: 6328 } },
      user: { identifier: 'S-1-5-18' },
      ...(model.userData === undefined
        ? { event_data: data }
        : { user_data: { xml_name: model.userData, ...(data as object) } }),
    },
  };
}

export const nxlogHeader = (model: Model): Record<string, Json> => ({
  EventTime: `${model.time.slice(0, 10)} ${model.time.slice(11, 19)}`,
  Hostname: COMPUTER,
  Keywords: `@@K${BigInt.asIntN(64, BigInt(model.keywords))}`,
  EventType: 'INFO',
  SeverityValue: 2,
  Severity: 'INFO',
  EventID: model.eventId,
  SourceName: model.provider,
  ProviderGuid: `{${upper(model.guid)}}`,
  Version: model.version,
  OpcodeValue: 0,
  RecordNumber: idOf(model),
  ExecutionProcessID: 2428,
  ThreadID: 6328,
  Channel: model.channel,
  UserID: 'S-1-5-18',
  Domain: 'NT AUTHORITY',
  AccountName: 'SYSTEM',
  EventReceivedTime: `${model.time.slice(0, 10)} ${model.time.slice(11, 19)}`,
  host: 'collector',
  port: 64545,
});
export const nxlogJson = (value: Json): string => jsonOf(value).replace(/"@@K(-?\d+)"/, '$1');
export const xmlOf = (model: Model): string =>
  `<UserData><${model.userData}>${model.fields.map(([name, text]) => `<${name}>${text.replaceAll('<', '&lt;')}</${name}>`).join('')}</${model.userData}></UserData>`;

export const otelBody = (model: Model, data: Json): Json => ({
  body: {
    channel: model.channel,
    computer: COMPUTER,
    event_id: { id: model.eventId, qualifiers: 0 },
    keywords: [model.channel === 'Security' ? 'Audit Success' : '0x0'],
    level: 'Information',
    provider: { guid: `{${upper(model.guid)}}`, name: model.provider },
    record_id: idOf(model),
    version: model.version,
    system_time: model.time,
    execution: { process_id: 2428, thread_id: 6328 },
    security: { user_id: 'S-1-5-18' },
    event_data: data,
  },
});

export const sentinelNames = (model: Model): Record<string, Json> =>
  Object.fromEntries(
    model.fields.map(([name, text]) => [
      name === 'ProcessId' || name === 'LogonGuid' ? `${name}_string` : name,
      text.replace(/^\{(.*)\}$/, '$1'),
    ]),
  );
