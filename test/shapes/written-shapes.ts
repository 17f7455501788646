import assert from 'node:assert/strict';
import type { SystemField } from '../../src/windows/index.ts';
import { COMPUTER, CONSUMER, type Model } from './four-events.ts';

type Json = unknown;
const upper = (guid: string): string => guid.slice(1, -1).toUpperCase();
const fieldsOf = (model: Model): Record<string, Json> => Object.fromEntries(model.fields);
/** Numbers where a converter types them; hexadecimal ones as plain numbers. */
const typed = (model: Model): Record<string, Json> =>
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
const jsonOf = (value: Json): string => JSON.stringify(value).replaceAll('"@@9007199254740993"', '9007199254740993');
const idOf = (model: Model): Json => (typeof model.recordId === 'number' ? model.recordId : `@@${model.recordId}`);
const idText = (model: Model): string => String(model.recordId);
const secondsOf = (model: Model): string =>
  String(Date.parse(model.time.slice(0, 19) + 'Z') / 1000) + model.time.slice(19, -1);
const body = (model: Model, data: Json): Record<string, Json> =>
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

const ALL: readonly SystemField[] = ['ProviderGuid', 'Level', 'Keywords', 'ProcessID', 'ThreadID', 'UserID'];
export const SYSTEM: Readonly<Partial<Record<SystemField, string>>> = {
  Level: '4',
  ProcessID: '2428',
  ThreadID: '6328',
  UserID: 'S-1-5-18',
};

function dumpSystem(model: Model, attributes: (values: Json) => Json): Record<string, Json> {
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

function beat(model: Model, data: Json): Record<string, Json> {
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

const nxlogHeader = (model: Model): Record<string, Json> => ({
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
const nxlogJson = (value: Json): string => jsonOf(value).replace(/"@@K(-?\d+)"/, '$1');
const xmlOf = (model: Model): string =>
  `<UserData><${model.userData}>${model.fields.map(([name, text]) => `<${name}>${text.replaceAll('<', '&lt;')}</${name}>`).join('')}</${model.userData}></UserData>`;

const otelBody = (model: Model, data: Json): Json => ({
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

const sentinelNames = (model: Model): Record<string, Json> =>
  Object.fromEntries(
    model.fields.map(([name, text]) => [
      name === 'ProcessId' || name === 'LogonGuid' ? `${name}_string` : name,
      text.replace(/^\{(.*)\}$/, '$1'),
    ]),
  );

/** Each shape's own way of writing an event, from SERVE 2 and CORPUS 6. */
export const WRITINGS: readonly Writing[] = [
  {
    name: 'evtx_dump',
    shape: 'S2',
    keeps: ALL,
    precision: 'ticks',
    write: (model) =>
      jsonOf({
        Event: {
          '#attributes': { xmlns: 'x' },
          System: dumpSystem(model, (values) => ({ '#attributes': values })),
          ...body(model, typed(model)),
        },
      }),
  },
  {
    name: 'evtx_dump --separate-json-attributes',
    shape: 'S2',
    keeps: ALL,
    precision: 'ticks',
    write: (model) => {
      const system: Record<string, Json> = {};
      for (const [name, value] of Object.entries(dumpSystem(model, (values) => ({ values })))) {
        const attributes = (value as { values?: Json } | null)?.values;
        system[attributes === undefined ? name : `${name}_attributes`] = attributes ?? value;
      }
      system['Provider'] = null;
      const data = { ...fieldsOf(model) };
      const inside =
        model.userData === undefined
          ? {}
          : { UserData: { [`${model.userData}_attributes`]: { xmlns: 'y' }, [model.userData]: data } };
      return jsonOf({
        Event: {
          System: system,
          Event_attributes: {},
          ...(model.userData === undefined ? { EventData: data } : inside),
        },
      });
    },
  },
  {
    name: 'a tree with @ attributes and lists of Data',
    shape: 'S2',
    keeps: ALL,
    precision: 'ticks',
    write: (model) => {
      const attributes = (values: Json): Json =>
        Object.fromEntries(Object.entries(values as object).map(([key, value]) => [`@${key}`, value]));
      const data =
        model.userData === undefined
          ? { Data: model.fields.map(([name, text]) => ({ '@Name': name, '#text': text })) }
          : fieldsOf(model);
      return jsonOf({ Event: { '@xmlns': 'x', System: dumpSystem(model, attributes), ...body(model, data) } });
    },
  },
  {
    name: 'Velociraptor',
    shape: 'S3',
    keeps: ALL,
    precision: 'ticks',
    write: (model) =>
      jsonOf({
        System: {
          ...dumpSystem(model, (values) => values),
          EventID: { Value: model.eventId },
          TimeCreated: { SystemTime: `@@T${secondsOf(model)}` },
        },
        ...body(model, typed(model)),
        Message: 'text',
        ClientId: 'C.1',
      }).replace(/"@@T([\d.]+)"/, '$1'),
  },
  {
    name: 'Winlogbeat 8',
    shape: 'S4',
    keeps: ['ProviderGuid', 'ProcessID', 'ThreadID', 'UserID'],
    precision: 'ms',
    write: (model) => jsonOf(beat(model, fieldsOf(model))),
  },
  {
    name: 'Winlogbeat after the pipeline of Sysmon',
    shape: 'S4',
    keeps: ['ProviderGuid', 'ProcessID', 'ThreadID', 'UserID'],
    precision: 's',
    write: (model) => {
      if (model !== CONSUMER) return undefined;
      const { Destination, User, UtcTime, RuleName, ...rest } = fieldsOf(model);
      assert.equal(User, 'CORP\\alice');
      return jsonOf({
        ...beat(model, rest),
        '@timestamp': `${String(UtcTime).replace(' ', 'T')}Z`,
        process: { executable: Destination },
        user: { domain: 'CORP', name: 'alice' },
        rule: { name: RuleName },
      });
    },
  },
  {
    name: 'Winlogbeat 6',
    shape: 'S5',
    keeps: ['ProviderGuid', 'ProcessID', 'ThreadID', 'UserID'],
    precision: 'ms',
    write: (model) =>
      jsonOf({
        '@timestamp': `${model.time.slice(0, 23)}Z`,
        beat: { version: '6.7.0' },
        log_name: model.channel,
        source_name: model.provider,
        provider_guid: `{${upper(model.guid)}}`,
        event_id: model.eventId,
        version: model.version,
        record_number: idText(model),
        computer_name: COMPUTER,
        process_id: 2428,
        thread_id: 6328,
        user: { identifier: 'S-1-5-18' },
        ...(model.userData === undefined
          ? { event_data: fieldsOf(model) }
          : { user_data: { xml_name: model.userData, ...fieldsOf(model) } }),
      }),
  },
  {
    name: 'NXLog',
    shape: 'S6',
    keeps: ['ProviderGuid', 'Keywords', 'ProcessID', 'ThreadID', 'UserID'],
    precision: 's',
    write: (model) =>
      nxlogJson(
        model.userData === undefined
          ? { ...nxlogHeader(model), ...fieldsOf(model) }
          : { ...nxlogHeader(model), UserData: xmlOf(model) },
      ),
  },
  {
    name: 'flat TimeCreated with SourceName',
    shape: 'S6',
    keeps: [],
    precision: 'ms',
    hasNoRecordId: true,
    hasNoVersion: true,
    write: (model) =>
      jsonOf({
        EventID: model.eventId,
        SourceName: model.provider,
        Channel: model.channel,
        Hostname: COMPUTER,
        TimeCreated: model.time.slice(0, 23).replace('T', ' '),
        Message: 'm',
        ...fieldsOf(model),
      }),
  },
  {
    name: 'flat TimeCreated without SourceName',
    shape: 'S6',
    keeps: [],
    precision: 'ms',
    hasNoRecordId: true,
    hasNoVersion: true,
    write: (model) =>
      jsonOf({
        EventID: model.eventId,
        Channel: model.channel,
        Hostname: COMPUTER,
        TimeCreated: `${model.time.slice(0, 23)}Z`,
        ...fieldsOf(model),
      }),
  },
  {
    name: 'Fluent Bit',
    shape: 'S7',
    keeps: ['ProviderGuid', 'Level', 'Keywords', 'ProcessID', 'ThreadID', 'UserID'],
    precision: 's',
    write: (model) =>
      jsonOf({
        ProviderName: model.provider,
        ProviderGuid: `{${upper(model.guid)}}`,
        Qualifiers: '',
        EventID: model.eventId,
        Version: model.version,
        Level: 4,
        Task: 1,
        Opcode: 0,
        Keywords: model.keywords,
        TimeCreated: `${model.time.slice(0, 10)} 11:44:${model.time.slice(17, 19)} +0200`,
        EventRecordID: idOf(model),
        ActivityID: '',
        ProcessID: 2428,
        ThreadID: 6328,
        Channel: model.channel,
        Computer: COMPUTER,
        UserID: 'S-1-5-18',
        Message: 'text',
        StringInserts: model.fields.map(([, text]) => text),
      }),
  },
  {
    name: 'Vector',
    shape: 'S9',
    keeps: ALL,
    precision: 'ticks',
    write: (model) =>
      jsonOf({
        source_type: 'windows_event_log',
        channel: model.channel,
        event_id: model.eventId,
        provider_name: model.provider,
        provider_guid: model.guid,
        computer: COMPUTER,
        timestamp: model.time,
        record_id: idOf(model),
        version: model.version,
        level: 'Information',
        level_value: 4,
        keywords: model.keywords,
        process_id: 2428,
        thread_id: 6328,
        user_id: 'S-1-5-18',
        [model.userData === undefined ? 'event_data' : 'user_data']: fieldsOf(model),
      }),
  },
  ...(['map', 'list'] as const).map(
    (layout): Writing => ({
      name: `OpenTelemetry, ${layout}`,
      shape: 'S10',
      keeps: ['ProviderGuid', 'ProcessID', 'ThreadID', 'UserID'],
      precision: 'ticks',
      write: (model) =>
        model.userData === undefined
          ? jsonOf(
              otelBody(
                model,
                layout === 'map' ? fieldsOf(model) : { data: model.fields.map(([name, text]) => ({ [name]: text })) },
              ),
            )
          : undefined,
    }),
  ),
  {
    name: 'Sentinel SecurityEvent',
    shape: 'S13',
    keeps: [],
    precision: 'ms',
    hasNoRecordId: true,
    hasNoVersion: true,
    write: (model) =>
      model.channel === 'Security'
        ? jsonOf({
            TimeGenerated: `${model.time.slice(0, 23)}Z`,
            Computer: COMPUTER,
            EventID: model.eventId,
            Activity: `${model.eventId} - text`,
            EventSourceName: model.provider,
            Channel: model.channel,
            Account: 'CORP\\alice',
            Level: '8',
            ...sentinelNames(model),
          })
        : undefined,
  },
  {
    name: 'Sentinel WindowsEvent',
    shape: 'S15',
    keeps: ['Level'],
    precision: 'ticks',
    hasNoVersion: true,
    write: (model) =>
      jsonOf({
        TimeGenerated: model.time,
        Provider: model.provider,
        Channel: model.channel,
        Computer: COMPUTER,
        EventID: model.eventId,
        EventLevel: 4,
        EventRecordId: idText(model),
        EventOriginId: 'x',
        Type: 'WindowsEvent',
        EventData: JSON.stringify(fieldsOf(model)),
      }),
  },
  ...(['5.1', '7'] as const).map(
    (shell): Writing => ({
      name: `Get-WinEvent of PowerShell ${shell}`,
      shape: 'S17',
      keeps: ALL,
      precision: shell === '7' ? 'ticks' : 'ms',
      write: (model) =>
        nxlogJson({
          Id: model.eventId,
          Version: model.version,
          Qualifiers: null,
          Level: 4,
          Task: 1,
          Opcode: 0,
          Keywords: `@@K${BigInt.asIntN(64, BigInt(model.keywords))}`,
          RecordId: idOf(model),
          ProviderName: model.provider,
          ProviderId: upper(model.guid).toLowerCase(),
          LogName: model.channel,
          ProcessId: 2428,
          ThreadId: 6328,
          MachineName: COMPUTER,
          UserId: { BinaryLength: 12, AccountDomainSid: null, Value: 'S-1-5-18' },
          TimeCreated:
            shell === '7'
              ? `${model.time.slice(0, 10)}T11${model.time.slice(13, -1)}+02:00`
              : `/Date(${Date.parse(model.time)})/`,
          Properties: Object.values(typed(model)).map((value) => ({
            Value: typeof value === 'string' && /^S-1/.test(value) ? { BinaryLength: 28, Value: value } : value,
          })),
        }),
    }),
  ),
  {
    name: 'EvtxECmd',
    shape: 'S18',
    keeps: ['Level', 'Keywords', 'ProcessID', 'ThreadID', 'UserID'],
    precision: 'ticks',
    hasNoVersion: true,
    write: (model) =>
      jsonOf({
        RecordNumber: 7,
        EventRecordId: idText(model),
        TimeCreated: model.time.replace('Z', '+00:00'),
        EventId: model.eventId,
        Level: 'Info',
        Provider: model.provider,
        Channel: model.channel,
        ProcessId: 2428,
        ThreadId: 6328,
        Computer: COMPUTER,
        UserId: 'S-1-5-18',
        Keywords: model.keywords,
        MapDescription: 'm',
        PayloadData1: 'p',
        Payload: JSON.stringify(
          model.userData === undefined
            ? { EventData: { Data: model.fields.map(([name, text]) => ({ '@Name': name, '#text': text })) } }
            : body(model, { '@xmlns': 'x', ...fieldsOf(model) }),
        ),
      }),
  },
  {
    name: 'OpenWEC',
    shape: 'S21',
    keeps: ALL,
    precision: 'ticks',
    write: (model) => {
      const { Version, ...system } = dumpSystem(model, (values) => values);
      return jsonOf({
        System: { ...system, Vesion: Version, TimeCreated: model.time },
        ...(model.userData === undefined ? { EventData: fieldsOf(model) } : { UserData: xmlOf(model) }),
        OpenWEC: { IpAddress: '10.0.0.1', Principal: 'SRV-02$' },
      });
    },
  },
];
