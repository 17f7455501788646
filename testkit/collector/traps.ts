import { auditLines, collectorDocument, denied, type Json, type JsonObject, plainError } from './collector-document.ts';
import type { DescribedHost } from './described-host.ts';

/** One file that a collector, or a tool on its way, may leave (HARDENING 7.7 point 3). */
export interface CollectorFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** False where the document itself was damaged: it is no longer what the schema says. */
  readonly isWhole: boolean;
}

/** As the collector writes it: ASCII, a line each part. */
export function writeCollector(document: JsonObject): string {
  const parts = Object.entries(document).map(([key, value]) => `${JSON.stringify(key)}:${ascii(value)}`);
  return `{\n${parts.join(',\n')}\n}\n`;
}

function ascii(value: Json): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Every trap for one host, each as a file. */
export function collectorTraps(host: DescribedHost): readonly CollectorFile[] {
  const document = collectorDocument(host);
  const text = writeCollector(document);
  const whole = (name: string, changed: JsonObject): CollectorFile => file(name, writeCollector(changed), true);
  const broken = (name: string, changed: Json): CollectorFile => file(name, ascii(changed), false);
  return [
    file('plain', text, true),
    file('utf-8 with BOM', `\ufeff${text}`, true),
    { name: 'utf-16le', bytes: Buffer.from(`\ufeff${text}`, 'utf16le'), isWhole: true },
    { name: 'utf-16be', bytes: Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), isWhole: true },
    file('crlf', text.replaceAll('\n', '\r\n'), true),
    whole('access denied', { ...document, ...part(document, 'wmi', { namespaces: [] }), errors: [problem('wmi')] }),
    whole('constrained language', {
      ...document,
      ...part(document, 'collector', { clm: true, language_mode: 'ConstrainedLanguage' }),
    }),
    whole('32-bit', { ...document, ...part(document, 'collector', { bitness: 32 }) }),
    ...['Erfolg und Fehler', 'Succ\u00e8s et \u00e9chec', '\u6210\u529f\u304a\u3088\u3073\u5931\u6557'].map((word) =>
      whole(`auditpol: ${word}`, {
        ...document,
        ...part(document, 'audit', { raw: auditLines(host.name, host.audit ?? {}, word) }),
      }),
    ),
    whole('sections not reached', {
      ...document,
      ...part(document, 'run', {
        sections: [{ name: 'wmi', ok: false, ms: 0, items: 0, error: plainError('not_reached') }],
      }),
    }),
    broken('cut at depth 2', cutBelow(document, 2)),
    broken('single items unrolled', unrolled(document)),
    broken('dates of Windows PowerShell', legacyDates(document)),
    broken('a section is missing', without(document, 'registry')),
  ];
}

function file(name: string, text: string, isWhole: boolean): CollectorFile {
  return { name, bytes: Buffer.from(text, 'utf8'), isWhole };
}

function problem(section: string): JsonObject {
  return { section, what: 'namespaces', error: denied('Zugriff verweigert ') };
}

/** A part of the document with some of its keys changed. */
function part(document: JsonObject, name: string, changed: JsonObject): JsonObject {
  return { [name]: { ...(document[name] as JsonObject), ...changed } };
}

function without(document: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== name));
}

function mapped(value: Json, change: (value: Json) => Json): Json {
  if (Array.isArray(value)) return change(value.map((item: Json) => mapped(item, change)));
  if (value === null || typeof value !== 'object') return change(value);
  return change(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapped(inner, change)])));
}

/** What `ConvertTo-Json` leaves below its depth: the name of a type. */
function cutBelow(value: Json, depth: number): Json {
  if (value === null || typeof value !== 'object') return value;
  if (depth < 0) return Array.isArray(value) ? 'System.Object[]' : 'System.Collections.Hashtable';
  if (Array.isArray(value)) return value.map((item: Json) => cutBelow(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cutBelow(inner, depth - 1)]));
}

/** Arrays of one item as that item: what a pipeline makes of them. */
function unrolled(document: JsonObject): Json {
  return mapped(document, (value) => (Array.isArray(value) && value.length === 1 ? (value[0] as Json) : value));
}

function legacyDates(document: JsonObject): Json {
  return mapped(document, (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? `/Date(${Date.parse(value)})/` : value,
  );
}
