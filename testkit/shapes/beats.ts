import { messageOf } from './messages.ts';
import { hasOwnBody, type ShapeWriter } from './shape-writer.ts';
import {
  bracedGuid,
  Digits,
  fieldsOf,
  type Json,
  type JsonMembers,
  jsonLines,
  jsonText,
  type LoggedEvent,
  levelName,
  utcMilliseconds,
} from './written-event.ts';

/**
 * Fields as Beats keep them (SERVE 2.1 S4): of equal names the first, none that is empty, LF for CRLF, unnamed ones by their
 * position, dots in a name as nesting.
 */
function shippedFields(event: LoggedEvent): Map<string, string> {
  const fields = new Map<string, string>();
  let position = 0;
  for (const { name, text } of fieldsOf(event)) {
    position++;
    const key = name ?? `param${position}`;
    if (text !== '' && !fields.has(key)) fields.set(key, text.replaceAll('\r\n', '\n'));
  }
  return fields;
}

function nested(fields: ReadonlyMap<string, string>): JsonMembers {
  const members: Record<string, Json> = {};
  for (const [name, text] of fields) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let at = members;
    for (const step of path) {
      const below: Record<string, Json> = { ...(at[step] as JsonMembers | undefined) };
      at[step] = below;
      at = below;
    }
    at[last] = text;
  }
  return members;
}

const BEAT_LOSSES = { time: 'ms', level: true, system: true, emptyAndRepeated: true } as const;

function account(sid: string | undefined): JsonMembers | undefined {
  if (sid === undefined) return undefined;
  return sid === 'S-1-5-18'
    ? { identifier: sid, name: 'SYSTEM', domain: 'NT AUTHORITY', type: 'User' }
    : { identifier: sid };
}

function winlog(event: LoggedEvent, fields: ReadonlyMap<string, string>, isPipeline: boolean): JsonMembers {
  const { model, recordId } = event;
  const { body } = model;
  return {
    channel: model.channel,
    provider_name: model.provider,
    provider_guid: bracedGuid(event),
    computer_name: model.computer,
    event_id: String(model.eventId),
    record_id: isPipeline ? String(recordId) : new Digits(recordId),
    api: 'wineventlog',
    opcode: 'Info',
    ...(model.version === 0 ? {} : { version: model.version }),
    process: { pid: model.processId, thread: { id: model.threadId } },
    user: account(model.userSid),
    activity_id: model.activityId === undefined ? undefined : `{${model.activityId.toUpperCase()}}`,
    ...(body.kind === 'userData'
      ? { user_data: { ...nested(fields), xml_name: body.element } }
      : fields.size === 0
        ? {}
        : { event_data: nested(fields) }),
  };
}

function beat(event: LoggedEvent): JsonMembers {
  const { model } = event;
  return {
    '@timestamp': utcMilliseconds(event),
    event: {
      kind: 'event',
      code: String(model.eventId),
      provider: model.provider,
      created: '2026-11-01T00:00:00.000Z',
    },
    log: { level: levelName(event).toLowerCase() },
    message: messageOf(event)?.replaceAll('\r\n', '\n'),
    host: { name: model.computer },
    agent: { type: 'winlogbeat', version: '8.15.0', name: 'collector', id: '7d1d5f6a-0d6c-4a56-bb2a-2f7b1bd9a001' },
    ecs: { version: '8.0.0' },
  };
}

const winlogbeat8 = (event: LoggedEvent): JsonMembers => ({
  ...beat(event),
  winlog: winlog(event, shippedFields(event), false),
});

type Moves = Readonly<Record<string, string>>;

const OWN: Moves = {
  RuleName: 'rule.name',
  ProcessGuid: 'process.entity_id',
  ProcessId: 'process.pid',
  Image: 'process.executable',
  User: '',
  UtcTime: '',
};

/** Where Elastic's Sysmon pipeline puts the fields that it takes out of event_data (SERVE 2.2); '' for those it takes apart. */
const SYSMON_MOVES: Readonly<Record<number, Moves>> = {
  1: {
    ...OWN,
    CommandLine: 'process.command_line',
    CurrentDirectory: 'process.working_directory',
    OriginalFileName: 'process.pe.original_file_name',
    FileVersion: 'process.pe.file_version',
    Description: 'process.pe.description',
    Product: 'process.pe.product',
    Company: 'process.pe.company',
    Hashes: '',
    ParentProcessGuid: 'process.parent.entity_id',
    ParentProcessId: 'process.parent.pid',
    ParentImage: 'process.parent.executable',
    ParentCommandLine: 'process.parent.command_line',
  },
  3: {
    ...OWN,
    Protocol: 'network.transport',
    SourceIp: 'source.ip',
    SourcePort: 'source.port',
    SourceHostname: 'source.domain',
    DestinationIp: 'destination.ip',
    DestinationPort: 'destination.port',
    DestinationHostname: 'destination.domain',
    Initiated: '',
    SourceIsIpv6: '',
    DestinationIsIpv6: '',
  },
  5: OWN,
  7: { ...OWN, ImageLoaded: 'file.path', Hashes: '' },
  11: { ...OWN, TargetFilename: 'file.path' },
  12: { ...OWN, TargetObject: 'registry.path' },
  13: { ...OWN, TargetObject: 'registry.path' },
  14: { ...OWN, TargetObject: 'registry.path' },
  17: { ...OWN, PipeName: 'file.name' },
  18: { ...OWN, PipeName: 'file.name' },
  19: { RuleName: 'rule.name', UtcTime: '', User: '' },
  20: { RuleName: 'rule.name', UtcTime: '', User: '', Destination: 'process.executable' },
  21: { RuleName: 'rule.name', UtcTime: '', User: '' },
  22: { ...OWN, QueryName: 'dns.question.name' },
  23: { ...OWN, TargetFilename: 'file.path', Hashes: '' },
  26: { ...OWN, TargetFilename: 'file.path', Hashes: '' },
};

const NUMBERS: ReadonlySet<string> = new Set(['process.pid', 'process.parent.pid', 'source.port', 'destination.port']);

function put(document: Record<string, Json>, path: string, value: Json): void {
  const steps = path.split('.');
  const last = steps.pop() ?? path;
  let at = document;
  for (const step of steps) {
    const below: Record<string, Json> = { ...(at[step] as JsonMembers | undefined) };
    at[step] = below;
    at = below;
  }
  at[last] = value;
}

/** The document after the ingest pipeline of the Sysmon integration; other events pass as they are. */
function processed(event: LoggedEvent): JsonMembers {
  const { model } = event;
  const moves = model.provider === 'Microsoft-Windows-Sysmon' ? SYSMON_MOVES[model.eventId] : undefined;
  if (moves === undefined) return winlogbeat8(event);
  const fields = shippedFields(event);
  const document: Record<string, Json> = { ...beat(event) };
  const utc = fields.get('UtcTime');
  if (utc !== undefined) put(document, '@timestamp', `${utc.replace(' ', 'T')}Z`);
  put(document, 'event.ingested', '2026-11-01T00:00:05.000Z');
  put(document, 'event.module', 'sysmon');
  const [domain, user] = (fields.get('User') ?? '').split('\\');
  if (user !== undefined) put(document, 'user', { domain, name: user });
  for (const pair of (fields.get('Hashes') ?? '').split(',')) {
    const [kind = '', hash] = pair.split('=');
    const place = model.eventId === 1 ? 'process' : 'file';
    if (hash !== undefined) put(document, `${place}.hash.${kind.toLowerCase()}`, hash.toLowerCase());
  }
  const initiated = fields.get('Initiated');
  if (initiated !== undefined) put(document, 'network.direction', initiated === 'true' ? 'egress' : 'ingress');
  for (const [name, text] of [...fields]) {
    const target = moves[name];
    if (text === '-' || text === '{00000000-0000-0000-0000-000000000000}') fields.delete(name);
    else if (target === undefined) continue;
    else if (target !== '') put(document, target, NUMBERS.has(target) ? Number(text) : text);
    if (target !== undefined) fields.delete(name);
  }
  document['winlog'] = winlog(event, fields, true);
  return document;
}

const winlogbeat6 = (event: LoggedEvent): JsonMembers => {
  const { model, recordId } = event;
  const { body } = model;
  const fields = nested(shippedFields(event));
  return {
    '@timestamp': utcMilliseconds(event),
    '@metadata': { beat: 'winlogbeat', type: 'doc', version: '6.7.0' },
    message: messageOf(event)?.replaceAll('\r\n', '\n'),
    version: model.version === 0 ? undefined : model.version,
    thread_id: model.threadId,
    process_id: model.processId,
    user: account(model.userSid),
    beat: { name: 'collector', hostname: 'collector', version: '6.7.0' },
    record_number: String(recordId),
    opcode: 'Info',
    source_name: model.provider,
    provider_guid: bracedGuid(event),
    log_name: model.channel,
    event_id: model.eventId,
    computer_name: model.computer,
    level: levelName(event),
    type: 'wineventlog',
    activity_id: model.activityId === undefined ? undefined : `{${model.activityId.toUpperCase()}}`,
    ...(body.kind === 'userData'
      ? { user_data: { ...fields, xml_name: body.element } }
      : Object.keys(fields).length === 0
        ? {}
        : { event_data: fields }),
  };
};

/** A hit of Elasticsearch around the document. */
const hit = (document: JsonMembers, i: number): JsonMembers => ({
  _index: '.ds-winlogbeat-8.15.0-2026.03.12-000001',
  _id: `AZ${i.toString(36).padStart(18, '0')}`,
  _score: 1,
  _source: document,
});

export const BEATS_WRITERS: readonly ShapeWriter[] = [
  {
    shape: 'S4',
    style: 'Winlogbeat 8',
    ending: 'ndjson',
    losses: BEAT_LOSSES,
    cannotCarry: hasOwnBody,
    write: (events) => jsonLines(events, winlogbeat8),
  },
  {
    shape: 'S4',
    style: 'Elastic Agent after the Sysmon pipeline',
    ending: 'ndjson',
    losses: { ...BEAT_LOSSES, moved: true },
    cannotCarry: hasOwnBody,
    write: (events) => jsonLines(events, processed),
  },
  {
    shape: 'S4',
    style: 'Winlogbeat 8, hits of Elasticsearch',
    ending: 'json',
    losses: BEAT_LOSSES,
    cannotCarry: hasOwnBody,
    write: (events) => {
      const hits = events.map((event, i) => hit(winlogbeat8(event), i));
      const total = { value: hits.length, relation: 'eq' };
      return jsonText({ took: 5, timed_out: false, hits: { total, max_score: 1, hits } });
    },
  },
  {
    shape: 'S5',
    style: 'Winlogbeat 6',
    ending: 'json',
    losses: BEAT_LOSSES,
    cannotCarry: hasOwnBody,
    write: (events) => jsonLines(events, winlogbeat6),
  },
];
