import { isIP } from 'node:net';
import type { OutboxMessage } from '../outbox/index.ts';
import { parseTime } from '../windows/index.ts';
import { documentOf, linkOf, plain, shownOf } from './shown.ts';
import type { Origin } from './sink.ts';

/** CEF counts from 0 to 10, syslog from 7 down to 0 (RFC 5424). */
const SEVERITY: Readonly<Record<string, readonly [cef: number, syslog: number]>> = {
  critical: [10, 2],
  high: [8, 3],
  medium: [5, 4],
  low: [3, 5],
  informational: [1, 6],
};
/** "Security/authorization" (RFC 5424, table 1). */
const FACILITY = 10;
const MOST_MESSAGE = 1023;
const MOST_NAME = 512;
/** Letters of accounts and hosts, and of paths of programs, in the dictionary of CEF. */
const MOST_USER = 1023;
const MOST_HOST = 255;
const MOST_PATH = 1023;

/** A message as an event of CEF. */
export function cefLine(message: OutboxMessage, origin: Origin): string {
  const { head, reasons, id, dueMs } = message;
  const { what, hosts, title, confidence, link } = { ...shownOf(message, origin), link: linkOf(message, origin) };
  const [cef] = severityOf(head.level);
  const heading = [
    'CEF:0',
    'Triad',
    'triad',
    origin.version,
    `incident.${reasons[0]}`,
    plain(`${what}: ${title}`, MOST_NAME),
  ];
  const fields: readonly (readonly [string, string | number | undefined])[] = [
    ['rt', dueMs],
    ['externalId', head.id],
    ['start', msOf(head.first)],
    ['end', msOf(head.last)],
    ...wayOf(message, hosts[0]),
    ['act', reasons.join(' ')],
    ['msg', title.slice(0, MOST_MESSAGE)],
    ['cs1Label', 'hosts'],
    ['cs1', hosts.join(', ')],
    ['cs2Label', 'link'],
    ['cs2', link],
    ['cs3Label', 'messageId'],
    ['cs3', id],
    ['cs4Label', 'state'],
    ['cs4', head.state],
    ['cs5Label', 'confidence'],
    ['cs5', confidence],
    ['cs6Label', 'number'],
    ['cs6', `INC-${head.number}`],
  ];
  const extension = fields.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${extended(String(value))}`],
  );
  return `${heading.map(headed).join('|')}|${cef}|${extension.join(' ')}`;
}

/** From where to where, by whom and by what: of the surest hop of the incident; without one, its first host and account. */
function wayOf(message: OutboxMessage, host: string | undefined): readonly (readonly [string, string | undefined])[] {
  const incident = documentOf(message)?.incident;
  const hop = incident?.edges.toSorted((a, b) => b.confidence - a.confidence)[0];
  const text = (value: string | undefined, most: number): string | undefined =>
    value === undefined ? undefined : plain(value, most);
  return [
    ['dhost', hop === undefined ? host : text(hop.target.host, MOST_HOST)],
    ['dst', addressOf(hop?.target.address)],
    ['duser', text(hop?.account ?? incident?.accounts[0], MOST_USER)],
    ['dproc', text(hop?.process?.image, MOST_PATH)],
    ['shost', text(hop?.source.host ?? hop?.source.claimedName, MOST_HOST)],
    ['src', addressOf(hop?.source.address)],
    ['suser', text(hop?.source.account, MOST_USER)],
    ['sproc', text(hop?.source.process?.image, MOST_PATH)],
  ];
}

/** CEF has addresses of IP there, and nothing else. */
function addressOf(text: string | undefined): string | undefined {
  return text !== undefined && isIP(text) !== 0 ? text : undefined;
}

/** A frame of syslog: RFC 5424 with its length in bytes before it (RFC 5425, RFC 6587). */
export function syslogFrame(message: OutboxMessage, origin: Origin): Buffer {
  const [, severity] = severityOf(message.head.level);
  const time = new Date(message.dueMs).toISOString();
  const host = origin.host.replace(/[^\x21-\x7e]/g, '').slice(0, 255) || '-';
  const header = `<${FACILITY * 8 + severity}>1 ${time} ${host} triad - incident -`;
  // The mark tells that the text is UTF-8 (RFC 5424, 6.4).
  const text = Buffer.from(`${header} \ufeff${cefLine(message, origin)}`);
  return Buffer.concat([Buffer.from(`${text.length} `), text]);
}

function severityOf(level: string): readonly [number, number] {
  return SEVERITY[level] ?? [5, 4];
}

function msOf(time: string): number | undefined {
  return parseTime(time)?.ms;
}

/** A field of the head: one line, with bar and backslash escaped. */
function headed(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replace(/[\r\n]+/g, ' ');
}

/** A value behind a key: backslash, equals sign and ends of lines escaped. */
function extended(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('=', '\\=').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}
