import { detectEncoding, splitRow } from '../shapes/index.ts';
import { AUTORUNS_COLUMNS } from './autoruns.ts';
import { pathParts, typeParts } from './class-paths.ts';
import { areEventingNames, isEventingClass, isEventingParent } from './eventing-classes.ts';
import type { AuditFormat } from './formats.ts';

/** Bytes from the start that are looked at. */
export const AUDIT_HEAD_BYTES = 4096;

const QUERY_LOG = /(?:^|[\\/])osqueryd?[.\-_](?:results|snapshots)\b[^\\/]{0,64}$/i;

/**
 * True when the first bytes of a file are those of an audit of a live host. Strict: a text of events stays a log, whatever its
 * fields hold. The name counts only for the logs of osqueryd, in which rows of other queries may come first.
 */
export function isAudit(head: Uint8Array, name: string): boolean {
  return auditFormatOf(head, name) !== undefined;
}

/** The format that the first bytes are of; undefined when they are of none. */
export function auditFormatOf(head: Uint8Array, name: string): AuditFormat | undefined {
  const text = headText(head.subarray(0, AUDIT_HEAD_BYTES)).trimStart();
  const first = text.charAt(0);
  if (first === '{' || first === '[') return jsonFormat(text, name);
  if (first === '<' || text.startsWith('#< CLIXML')) return xmlFormat(text);
  if (
    /\bFilterToConsumerBinding\(s\) Found\b/.test(text) ||
    /\bEnumerating FilterToConsumerBindings\.\.\./.test(text)
  ) {
    return 'pywmipersistencefinder';
  }
  return tableFormat(text);
}

function headText(head: Uint8Array): string {
  const { encoding, markBytes } = detectEncoding(head);
  const body = Buffer.from(head.subarray(markBytes));
  if (encoding === 'utf-8') return body.toString('utf8');
  const whole = body.subarray(0, body.length & ~1);
  return (encoding === 'utf-16be' ? whole.swap16() : whole).toString('utf16le');
}

/** Keys that events have and audits have not. */
const EVENT_KEYS =
  /"(?:EventID|EventId|event_id|EventRecordID|EventRecordId|RecordNumber|RecordId|TimeCreated|SystemTime|ProviderName|provider_name|Channel|channel|winlog|System|Event|Event\.System|EventData|event_data|SourceName|Hostname|log_name|computer_name)"\s{0,8}:/;
const KEY = /"([\w.@]{1,64})"\s{0,8}:/g;
const CIM_CLASS = /"(?:CimClass|ClassName|CimClassName|__CLASS)"\s{0,8}:\s{0,8}"([^"\\\n]{1,512})"/g;
const CIM_PARENT = /"CimSuperClassName"\s{0,8}:\s{0,8}"(\w{1,128})"/;

function jsonFormat(text: string, name: string): AuditFormat | undefined {
  if (/"schema"\s{0,8}:\s{0,8}"triad\.collector\/\d/.test(text)) return 'triad.collector/1';
  const keys = new Set(Array.from(text.matchAll(KEY), (match) => match[1] ?? ''));
  if (isOsquery(keys, name)) return 'osquery';
  // A long payload may hide the filter behind it.
  if (keys.has('ConsumerDetails') && (keys.has('FilterDetails') || areEventingNames(keys))) {
    return isOfEvents(text, keys) ? undefined : 'velociraptor';
  }
  for (const match of text.matchAll(CIM_CLASS)) {
    if (isEventingClass(pathParts(match[1] ?? '').className ?? '')) return 'cim-json';
  }
  // Deep exports begin with the class, and name it behind more than is looked at.
  if (keys.has('CimClass') && isEventingParent(CIM_PARENT.exec(text)?.[1] ?? '')) return 'cim-json';
  if (keys.has('__CLASS') || isOfEvents(text, keys)) return undefined;
  return areEventingNames(keys) ? 'cim-json' : undefined;
}

/** True for keys of events. `SourceName` and `EventID` are properties of an event log consumer, too. */
function isOfEvents(text: string, keys: ReadonlySet<string>): boolean {
  if (!EVENT_KEYS.test(text)) return false;
  const isConsumer = keys.has('InsertionStringTemplates') || keys.has('NumberOfInsertionStrings');
  return (
    !isConsumer || ['System', 'Event', 'winlog', 'TimeCreated', 'Channel', 'EventRecordID'].some((key) => keys.has(key))
  );
}

const LOG_LINE = ['name', 'hostIdentifier', 'unixTime'];

function isOsquery(keys: ReadonlySet<string>, name: string): boolean {
  const isLog = LOG_LINE.every((key) => keys.has(key));
  if (isLog && QUERY_LOG.test(name)) return true;
  const isTable =
    (keys.has('command_line_template') && (keys.has('executable_path') || keys.has('relative_path'))) ||
    (keys.has('script_text') && keys.has('scripting_engine')) ||
    (keys.has('query_language') && keys.has('query') && keys.has('name')) ||
    (keys.has('consumer') && keys.has('filter') && (keys.has('relative_path') || keys.has('__relpath')));
  return (
    isTable && (isLog || keys.has('relative_path') || keys.has('__relpath') || keys.has('class') || keys.has('__class'))
  );
}

function xmlFormat(text: string): AuditFormat | undefined {
  const body = text.replace(/^#< CLIXML\s{0,8}/, '').replace(/^<\?xml[^>]{0,256}\?>\s{0,8}/, '');
  if (/^<autoruns[\s>]/i.test(body)) return 'autoruns-xml';
  if (!/^<Objs\s/.test(body)) return undefined;
  for (const match of body.matchAll(/<T>([^<]{1,1024})<\/T>/g)) {
    const { className = '' } = typeParts(match[1] ?? '');
    if (isEventingClass(className)) return 'clixml';
  }
  return undefined;
}

const MOST_BANNER = 16;

function tableFormat(text: string): AuditFormat | undefined {
  const lines = text.split(/\r\n|\n/, MOST_BANNER);
  const type = /^#TYPE (.{1,1024})$/.exec(lines[0] ?? '')?.[1];
  if (type !== undefined) return isEventingClass(typeParts(type.trim()).className ?? '') ? 'cim-csv' : undefined;
  for (const line of lines) {
    const columns = new Set(splitRow(line, line.includes('\t') ? '\t' : ',').map((name) => name.trim()));
    if (AUTORUNS_COLUMNS.every((name) => columns.has(name))) return 'autoruns-csv';
  }
  const [header = '', row = ''] = lines;
  const separator = [',', ';', '\t'].find((mark) => header.includes(mark));
  if (separator === undefined) return undefined;
  const columns = splitRow(header, separator).map((name) => name.trim());
  if (columns.includes('ConsumerDetails') && columns.includes('FilterDetails')) return 'velociraptor';
  const at = Math.max(columns.indexOf('CimClass'), columns.indexOf('__CLASS'));
  if (at >= 0) {
    const className = pathParts(splitRow(row, separator)[at] ?? '').className ?? '';
    // A row with line breaks in its cells does not show its class here; the properties of one class do.
    return isEventingClass(className) || areEventingNames(new Set(columns)) ? 'cim-csv' : undefined;
  }
  const isOfEventLog = columns.some((name) =>
    /^(?:TimeCreated|TimeGenerated|EventRecordID|RecordNumber|Channel|Computer|Id|RecordId)\b/i.test(name),
  );
  return !isOfEventLog && areEventingNames(new Set(columns)) ? 'cim-csv' : undefined;
}
