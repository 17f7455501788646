import { wbemCall, ZEEK } from '../windows/index.ts';
import { filledText } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { type RawField, shapedEvent } from './shaped-event.ts';
import { epochSeconds, statedTime } from './stated-time.ts';
import type { Reading, Shape, StatedTime, Unit } from './types.ts';
import { asArray, asObject, own } from './wrappers.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** Members that say which log a line is of, or how it came here; the rest are fields of the log. */
const NO_FIELDS: ReadonlySet<string> = new Set([
  'ts',
  '@stream',
  '@system',
  '@proc',
  '@timestamp',
  '_path',
  '_stream',
  '_system_name',
  '_write_ts',
]);
/** Members that name the sensor: JSON Streaming Logs, Corelight. */
const SENSOR = ['@system', '_system_name'] as const;
const STREAM = ['@stream', '_path', '_stream'] as const;
const LOG_NAME = /^[a-z][a-z0-9_]{0,63}$/;
/** Set members that one value may list. */
const MAX_LISTED = 4096;

/** A line of Zeek, whatever wrote it. */
interface ZeekLine {
  /** `dce_rpc`. */
  readonly log: string;
  readonly why: string;
  time(): StatedTime | undefined;
  readonly sensor: string | undefined;
  /** A field by Zeek's name, undefined for what is not set or no text. */
  text(name: string): string | undefined;
  fields(): readonly RawField[];
}

function lineOf(unit: Unit): ZeekLine | undefined {
  if (unit.kind === 'row') return rowLine(unit);
  if (unit.kind !== 'json') return undefined;
  return jsonLine(unit.value, unit.numberText) ?? filebeatLine(unit.value, unit.numberText);
}

type NumberText = ((...path: readonly (string | number)[]) => string | undefined) | undefined;

function rowLine(unit: Unit & { readonly kind: 'row' }): ZeekLine | undefined {
  const { path, columns, values } = unit;
  const log = path?.toLowerCase();
  if (log === undefined || !LOG_NAME.test(log)) return undefined;
  const at = columns.indexOf('ts');
  return {
    log,
    why: '#path and #fields of Zeek',
    time: () => (at < 0 ? undefined : timeOf(values[at], undefined)),
    sensor: undefined,
    text: (name) => values[columns.indexOf(name)] ?? values[columns.indexOf(name.replace('.', '_'))],
    fields: () => columns.flatMap((name, i) => (name === 'ts' ? [] : [[dotted(name), values[i] ?? ''] as const])),
  };
}

function jsonLine(value: Members, numberText: NumberText): ZeekLine | undefined {
  const ts = own(value, 'ts');
  if (ts === undefined) return undefined;
  const stream = first(value, STREAM);
  const hasIds = isFilled(own(value, 'uid')) && filledText(memberOf(value, 'id.orig_h')) !== undefined;
  const isOfCertificate = isCertificate(value);
  const named =
    stream !== undefined &&
    LOG_NAME.test(stream) &&
    (hasIds || isOfCertificate || isFilled(own(value, 'uid') ?? own(value, 'fuid')));
  const log = named ? stream : hasIds ? logOfFields(value) : isOfCertificate ? 'x509' : undefined;
  if (log === undefined) return undefined;
  return {
    log,
    why: whyOf(named, isOfCertificate),
    time: () => timeOf(ts, digitsOf(ts, numberText, 'ts')),
    sensor: first(value, SENSOR),
    text: (name) => filledText(memberOf(value, name)),
    fields: () => fieldsOf(value, numberText, []),
  };
}

function whyOf(isNamed: boolean, isOfCertificate: boolean): string {
  if (isNamed) return `the name of a Zeek log beside ts and ${isOfCertificate ? 'a certificate' : 'uid'}`;
  return isOfCertificate ? 'ts and a certificate as in Zeek' : 'uid, id.orig_h and the fields of a Zeek log';
}

/** Filebeat's module and the Elastic integration move a line below `zeek.<log>`, and its connection to ECS. */
function filebeatLine(value: Members, numberText: NumberText): ZeekLine | undefined {
  const zeek = asObject(own(value, 'zeek'));
  if (zeek === undefined) return undefined;
  const dataset = filledText(own(asObject(own(value, 'event')) ?? {}, 'dataset'))?.replace(/^zeek\./, '');
  const names = Object.keys(zeek).filter((key) => LOG_NAME.test(key) && asObject(zeek[key]) !== undefined);
  const log = dataset !== undefined && names.includes(dataset) ? dataset : names.length === 1 ? names[0] : dataset;
  const time = own(value, '@timestamp');
  if (log === undefined || !LOG_NAME.test(log) || typeof time !== 'string') return undefined;
  const body = asObject(own(zeek, log)) ?? {};
  return {
    log: log === 'connection' ? 'conn' : log,
    why: `zeek.${log} of Filebeat`,
    time: () =>
      'ts' in body
        ? timeOf(own(body, 'ts'), digitsOf(own(body, 'ts'), numberText, 'zeek', log, 'ts'))
        : statedTime(time),
    sensor: filledText(own(asObject(own(value, 'observer')) ?? {}, 'hostname')) ?? nameOf(own(value, 'host')),
    text: (name) => {
      const written = filledText(memberOf(body, name));
      if (written !== undefined) return written;
      const paths = ecsOf(log).flatMap(([field, ...path]) => (field === name ? [path] : []));
      return paths.map((path) => filledText(path.reduce<JsonValue | undefined>(member, value))).find(Boolean);
    },
    fields: () => {
      const fields: RawField[] = [...fieldsOf(body, numberText, ['zeek', log])];
      const has = (name: string): boolean => fields.some(([key]) => key === name);
      for (const [name, ...path] of ecsOf(log)) {
        const found = path.reduce<JsonValue | undefined>(member, value);
        const text = scalarText(found, digitsOf(found, numberText, ...path));
        if (text !== undefined && !has(name)) fields.push([name, text]);
      }
      return fields;
    },
  };
}

type EcsPath = readonly [name: string, ...path: string[]];

/** Where Filebeat's pipelines put the fields that all logs of connections have. */
const ECS: readonly EcsPath[] = [
  ['uid', 'zeek', 'session_id'],
  ['id.orig_h', 'source', 'address'],
  ['id.orig_h', 'source', 'ip'],
  ['id.orig_p', 'source', 'port'],
  ['id.resp_h', 'destination', 'address'],
  ['id.resp_h', 'destination', 'ip'],
  ['id.resp_p', 'destination', 'port'],
];

/** The same of single logs (Filebeat's module `zeek`, its configurations of http and dns). */
const ECS_OF_LOG: ReadonlyMap<string, readonly EcsPath[]> = new Map([
  [
    'http',
    [
      ...ECS,
      ['method', 'http', 'request', 'method'],
      ['referrer', 'http', 'request', 'referrer'],
      ['request_body_len', 'http', 'request', 'body', 'bytes'],
      ['response_body_len', 'http', 'response', 'body', 'bytes'],
      ['status_code', 'http', 'response', 'status_code'],
      ['version', 'http', 'version'],
      ['uri', 'url', 'original'],
      ['host', 'url', 'domain'],
      ['username', 'url', 'username'],
      ['password', 'url', 'password'],
      ['user_agent', 'user_agent', 'original'],
    ],
  ],
  ['dns', [...ECS, ['proto', 'network', 'transport']]],
]);

function ecsOf(log: string): readonly EcsPath[] {
  return ECS_OF_LOG.get(log) ?? ECS;
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  const object = asObject(value);
  return object === undefined ? undefined : own(object, key);
}

function nameOf(host: JsonValue | undefined): string | undefined {
  return filledText(host) ?? filledText(member(host, 'name')) ?? filledText(member(host, 'hostname'));
}

/** The log that a line without a name is of (SETTLED B1). */
function logOfFields(value: Members): string | undefined {
  const has = (...keys: readonly string[]): boolean => keys.every((key) => isFilled(own(value, key)));
  if (has('endpoint', 'operation')) return 'dce_rpc';
  if (has('request_type') && (has('service') || has('client'))) return 'kerberos';
  if (has('server_nb_computer_name') || has('server_dns_computer_name') || has('domainname', 'username')) return 'ntlm';
  if (has('path', 'share_type')) return 'smb_mapping';
  if (/^SMB::/.test(filledText(own(value, 'action')) ?? '')) return 'smb_files';
  if (has('query') && DNS_MARKS.some((key) => isThere(own(value, key)))) return 'dns';
  if (isThere(own(value, 'trans_depth')) && HTTP_MARKS.some((key) => isThere(own(value, key)))) return 'http';
  if (has('security_protocol') || (has('cookie') && RDP_MARKS.some((key) => isThere(own(value, key))))) return 'rdp';
  return has('proto', 'conn_state') ? 'conn' : undefined;
}

/** Fields that tell a look-up, a request and a session from other lines of connections; at least one of each is always set. */
const DNS_MARKS = ['qtype_name', 'qtype', 'qclass_name', 'rcode_name'] as const;
const HTTP_MARKS = ['method', 'status_code', 'uri', 'user_agent'] as const;
const RDP_MARKS = ['result', 'client_build', 'encryption_level', 'cert_count'] as const;

/** A line of x509, which is of no connection: `certificate.serial` and who it is for or from. */
function isCertificate(value: Members): boolean {
  const part = (name: string): boolean =>
    isFilled(own(value, `certificate.${name}`) ?? member(own(value, 'certificate'), name));
  return part('serial') && (part('subject') || part('issuer'));
}

/** A member by Zeek's name; those of the connection have three spellings. */
function memberOf(value: Members, name: string): JsonValue | undefined {
  const written = own(value, name);
  if (written !== undefined || !name.startsWith('id.')) return written;
  const part = name.slice(3);
  return own(value, `id_${part}`) ?? member(own(value, 'id'), part);
}

/** `id.orig_h` for `id_orig_h`, which writers that cannot have dots in names make of it. */
function dotted(name: string): string {
  return name.replace(/^id_(orig|resp)_(h|p)$/, 'id.$1_$2');
}

function fieldsOf(value: Members, numberText: NumberText, prefix: readonly string[]): readonly RawField[] {
  const fields: RawField[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (NO_FIELDS.has(key)) continue;
    const below = asObject(item);
    if (below !== undefined) {
      for (const [name, part] of Object.entries(below)) {
        const text = scalarText(part, digitsOf(part, numberText, ...prefix, key, name));
        if (text !== undefined) fields.push([`${key}.${name}`, text]);
      }
      continue;
    }
    const text = scalarText(item, digitsOf(item, numberText, ...prefix, key));
    if (text !== undefined) fields.push([dotted(key), text]);
  }
  return fields;
}

/** A number as it is written; looked for only where there is one, since the whole text is walked for it. */
function digitsOf(
  value: JsonValue | undefined,
  numberText: NumberText,
  ...path: readonly string[]
): string | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? numberText?.(...path) : undefined;
}

/** A value as text: numbers as they are written, lists with commas as in Zeek's own format. */
function scalarText(value: JsonValue | undefined, written: string | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const list = asArray(value);
  if (list === undefined) return asObject(value) === undefined ? (written ?? String(value)) : undefined;
  return list
    .slice(0, MAX_LISTED)
    .flatMap((item) => scalarText(item, undefined) ?? [])
    .join(',');
}

/** `ts`: seconds since 1970, read from the digits, or ISO (SETTLED B10). */
function timeOf(value: JsonValue | undefined, written: string | undefined): StatedTime | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return exact(epochSeconds(written ?? String(value)));
  if (typeof value !== 'string') return undefined;
  return exact(epochSeconds(value)) ?? statedTime(value);
}

/** Zeek's clock has microseconds; a fraction that is written shorter has lost zeros only. */
function exact(time: StatedTime | undefined): StatedTime | undefined {
  return time === undefined ? undefined : { ...time, precision: 'ticks' };
}

function first(value: Members, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = filledText(own(value, key));
    if (text !== undefined) return text;
  }
  return undefined;
}

function isThere(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function isFilled(value: JsonValue | undefined): boolean {
  return filledText(value) !== undefined;
}

/**
 * Zeek's logs as it writes them, as JSON, and as Corelight, JSON Streaming Logs and Filebeat send them. The channel is
 * `zeek/<log>`, the fields have Zeek's names. A remote call is of the machine that it was made to, by its address, where no
 * sensor is named (SETTLED C9); what other lines tell is of the network and of no machine.
 */
export const zeek: Shape = {
  id: 'zeek',
  title: 'Zeek logs, TSV and JSON',
  proof: 'real sample',
  losses: [
    {
      code: 'dce-rpc-arguments',
      what: 'calls on WMI have no arguments: names of filters, consumers and commands are not in it',
      close: 'collect Sysmon and WMI-Activity of the called host',
      blinds: [],
    },
  ],

  detect(unit) {
    return lineOf(unit)?.why;
  },

  read(unit, source): Reading {
    const line = lineOf(unit);
    if (line === undefined) return { kind: 'broken', reason: 'it is no line of Zeek' };
    const stated = line.time();
    if (stated === undefined) return { kind: 'broken', reason: 'its ts is missing or no time' };
    const isCall = line.log === 'dce_rpc' && wbemCall(line.text('endpoint'), line.text('operation')) !== undefined;
    const event = shapedEvent({
      shape: 'zeek',
      source,
      place: unit,
      provider: ZEEK,
      channel: `zeek/${line.log}`,
      eventId: 0,
      computer: line.sensor ?? (line.log === 'dce_rpc' ? (line.text('id.resp_h') ?? '') : ''),
      stated,
      fields: () => line.fields(),
    });
    return { kind: 'event', event, losses: isCall ? ['dce-rpc-arguments'] : [] };
  },
};
