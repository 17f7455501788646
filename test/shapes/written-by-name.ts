import assert from 'node:assert/strict';
import { COMPUTER, CONSUMER } from './four-events.ts';
import {
  ALL,
  beat,
  body,
  dumpSystem,
  fieldsOf,
  idText,
  type Json,
  jsonOf,
  nxlogHeader,
  nxlogJson,
  secondsOf,
  typed,
  upper,
  type Writing,
  xmlOf,
} from './writing.ts';

/** Shapes whose members are called as the fields are. */
export const WRITTEN_BY_NAME: readonly Writing[] = [
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
];
