import { COMPUTER } from './four-events.ts';
import {
  ALL,
  body,
  dumpSystem,
  fieldsOf,
  idOf,
  idText,
  jsonOf,
  nxlogJson,
  otelBody,
  sentinelNames,
  typed,
  upper,
  type Writing,
  xmlOf,
} from './writing.ts';

/** Shapes that number, wrap or rename what they hold. */
export const WRITTEN_OTHERWISE: readonly Writing[] = [
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
