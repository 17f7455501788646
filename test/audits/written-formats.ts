import type { AuditDocument, AuditFormat } from '../../src/audits/index.ts';
import { parseReference, referenceName } from '../../src/wmi/index.ts';
import { audits } from '../../testkit/index.ts';

/** What a format can tell of the description; the rest is its stated loss. */
export interface Told {
  readonly creator?: boolean;
  readonly namespace?: string | undefined;
  readonly eventNamespace?: boolean;
  /** Consumers are of `__EventConsumer`, and have one text. */
  readonly isNameOnly?: boolean;
  readonly bindings?: boolean;
  readonly filters?: boolean;
  readonly isWhole?: boolean;
  readonly arrays?: boolean;
  readonly onlyClasses?: readonly string[];
  readonly onlyBound?: boolean;
}

export interface Written {
  readonly title: string;
  readonly format: AuditFormat;
  readonly name: string;
  readonly files: (host: audits.AuditedHost) => readonly (string | Uint8Array)[];
  readonly told: Told;
}

const ALL: Told = {
  creator: true,
  namespace: 'root\\subscription',
  eventNamespace: true,
  bindings: true,
  filters: true,
  isWhole: true,
  arrays: true,
};
const FROM_CSV: Told = { ...ALL, creator: false, isWhole: false, arrays: false };
const FROM_OSQUERY: Told = {
  namespace: 'root\\subscription',
  bindings: true,
  filters: true,
  arrays: true,
  onlyClasses: ['CommandLineEventConsumer', 'ActiveScriptEventConsumer'],
};

function utf16(text: string, mark = true): Uint8Array {
  return Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le');
}

function bigEndian(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
}

export const collected = (host: audits.AuditedHost, hasReferences: boolean): string =>
  JSON.stringify(audits.collectorDocument(host, { hasReferences }));

/** Every form in which a host can be written, and what it tells. */
export const WRITTEN: readonly Written[] = [
  {
    title: 'the collector, references by their parts',
    format: 'triad.collector/1',
    name: 'a.json',
    files: (host) => [collected(host, false)],
    told: ALL,
  },
  {
    title: 'the collector, references as paths, UTF-8 with a mark',
    format: 'triad.collector/1',
    name: 'a.json',
    files: (host) => [`\ufeff${collected(host, true)}`],
    told: ALL,
  },
  {
    title: 'the collector, UTF-16',
    format: 'triad.collector/1',
    name: 'a.json',
    files: (host) => [utf16(collected(host, true))],
    told: ALL,
  },
  ...(['5.1', '7'] as const).flatMap((edition): readonly Written[] =>
    [1, 2, 3].map((depth) => ({
      title: `Get-CimInstance to JSON, PowerShell ${edition}, depth ${depth}`,
      format: 'cim-json',
      name: 'a.json',
      files: (host) => [audits.powerShellJson(host, { edition, depth, cmdlet: 'Get-CimInstance' })],
      told: { ...ALL, isWhole: depth > 1, arrays: depth > 1 },
    })),
  ),
  {
    title: 'Get-CimInstance to JSON, appended, UTF-16',
    format: 'cim-json',
    name: 'a.json',
    files: (host) => [
      utf16(audits.powerShellJson(host, { edition: '5.1', depth: 2, cmdlet: 'Get-CimInstance', isAppended: true })),
    ],
    told: ALL,
  },
  {
    title: 'Get-CimInstance to JSON, UTF-16 big-endian',
    format: 'cim-json',
    name: 'a.txt',
    files: (host) => [bigEndian(audits.powerShellJson(host, { edition: '7', depth: 3, cmdlet: 'Get-CimInstance' }))],
    told: ALL,
  },
  {
    title: 'Get-WmiObject to JSON',
    format: 'cim-json',
    name: 'a.json',
    files: (host) => [audits.powerShellJson(host, { edition: '5.1', depth: 2, cmdlet: 'Get-WmiObject' })],
    told: { ...ALL, namespace: 'ROOT\\subscription' },
  },
  {
    title: 'Export-Csv with #TYPE',
    format: 'cim-csv',
    name: 'a.csv',
    files: (host) => audits.powerShellCsv(host, { hasType: true }),
    told: FROM_CSV,
  },
  {
    title: 'Export-Csv without #TYPE, UTF-16',
    format: 'cim-csv',
    name: 'a.csv',
    files: (host) => audits.powerShellCsv(host, { hasType: false }).map((text) => utf16(text)),
    told: FROM_CSV,
  },
  {
    title: 'Export-Clixml of Get-CimInstance',
    format: 'clixml',
    name: 'a.xml',
    files: (host) => [utf16(audits.powerShellClixml(host, 'Get-CimInstance'))],
    told: { ...ALL, namespace: 'ROOT\\subscription' },
  },
  {
    title: 'Export-Clixml of Get-WmiObject behind #< CLIXML',
    format: 'clixml',
    name: 'a.xml',
    files: (host) => [`#< CLIXML\r\n${audits.powerShellClixml(host, 'Get-WmiObject')}`],
    told: { ...ALL, namespace: 'ROOT\\subscription' },
  },
  {
    title: 'Velociraptor, JSON Lines',
    format: 'velociraptor',
    name: 'a.json',
    files: (host) => [
      audits
        .velociraptorRows(host)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    ],
    told: { ...ALL, isWhole: false, onlyBound: true },
  },
  {
    title: 'Velociraptor, an array',
    format: 'velociraptor',
    name: 'a.json',
    files: (host) => [JSON.stringify(audits.velociraptorRows(host), null, 1)],
    told: { ...ALL, isWhole: false, onlyBound: true },
  },
  {
    title: 'Velociraptor, CSV',
    format: 'velociraptor',
    name: 'a.csv',
    files: (host) => [audits.velociraptorCsv(host)],
    told: { ...ALL, isWhole: false, onlyBound: true },
  },
  {
    title: 'osqueryi',
    format: 'osquery',
    name: 'a.json',
    files: (host) => [audits.osqueryiJson(audits.osqueryRows(host))],
    told: FROM_OSQUERY,
  },
  {
    title: 'osqueryd results',
    format: 'osquery',
    name: 'osqueryd.results.log',
    files: (host) => [
      audits
        .osqueryRows(host)
        .map((row) => `${audits.osqueryLine(host, row, 'added', 1773308642)}\n`)
        .join(''),
    ],
    told: FROM_OSQUERY,
  },
  {
    title: 'osqueryd snapshots',
    format: 'osquery',
    name: 'osqueryd.snapshots.log',
    files: (host) => [`${audits.osquerySnapshot(host, audits.osqueryRows(host), 1773308642)}\n`],
    told: FROM_OSQUERY,
  },
  {
    title: 'Autoruns CSV',
    format: 'autoruns-csv',
    name: 'a.csv',
    files: (host) => [utf16(audits.autorunsCsv(host))],
    told: { isNameOnly: true },
  },
  {
    title: 'Autoruns with tabs, behind a banner',
    format: 'autoruns-csv',
    name: 'a.csv',
    files: (host) => [
      utf16(`Sysinternals Autoruns v14.2 - Autostart program viewer\r\n\r\n${audits.autorunsCsv(host, '\t')}`),
    ],
    told: { isNameOnly: true },
  },
  {
    title: 'Autoruns XML',
    format: 'autoruns-xml',
    name: 'a.xml',
    files: (host) => [utf16(audits.autorunsXml(host))],
    told: { isNameOnly: true },
  },
];

/** One object in a form in which order and spelling of references do not count. */
export type Fact = Readonly<Record<string, unknown>>;

/** What must come out of a description. */
export function expected(host: audits.AuditedHost, told: Told): readonly Fact[] {
  const creatorOf = (creator: audits.Creator): Fact => (told.creator === true ? { CreatorSID: creator.text } : {});
  const space = { namespace: told.namespace };
  const bound = (name: string): boolean =>
    told.onlyBound !== true || host.bindings.some(({ filter, consumer }) => filter === name || consumer === name);
  const filters = host.filters
    .filter(({ name }) => told.filters === true && bound(name))
    .map(({ name, query, eventNamespace, creator }) => ({
      className: '__EventFilter',
      ...space,
      Name: name,
      Query: query,
      QueryLanguage: 'WQL',
      ...(told.eventNamespace === true ? { EventNamespace: eventNamespace } : {}),
      ...creatorOf(creator),
    }));
  const consumers = host.consumers
    .filter(({ className, name }) => (told.onlyClasses?.includes(className) ?? true) && bound(name))
    .flatMap(({ className, name, values, creator }): readonly Fact[] => {
      if (told.isNameOnly === true) {
        const launch = values['CommandLineTemplate'] ?? values['ScriptText'];
        return launch === undefined
          ? []
          : [{ className: '__EventConsumer', namespace: undefined, Name: name, CommandLineTemplate: launch }];
      }
      const set = Object.entries(values)
        .filter(([, value]) => value !== false && value !== null)
        .filter(([, value]) => told.arrays === true || !Array.isArray(value))
        .map(([property, value]) => [property, Array.isArray(value) ? value : String(value)] as const);
      return [{ className, ...space, Name: name, ...Object.fromEntries(set), ...creatorOf(creator) }];
    });
  const bindings = host.bindings
    .filter(() => told.bindings === true)
    .map(({ filter, consumer, creator }) => ({
      className: '__FilterToConsumerBinding',
      ...space,
      Filter: `__EventFilter "${filter}"`,
      Consumer: `${host.consumers.find(({ name }) => name === consumer)?.className} "${consumer}"`,
      ...(told.onlyBound === true ? {} : creatorOf(creator)),
    }));
  return unique([...filters, ...consumers, ...bindings]);
}

const ENDS = new Set(['Filter', 'Consumer']);

/** What came out of documents. */
export function told(documents: readonly AuditDocument[]): readonly Fact[] {
  const facts = documents
    .flatMap(({ objects }) => objects)
    .filter(({ object }) => object.kind === 'instance' && /Filter|EventConsumer$/.test(object.className))
    .map(({ object: { className, namespace, properties } }) => ({
      className,
      namespace,
      ...Object.fromEntries(
        [...properties].map(([name, value]) => {
          if (!ENDS.has(name)) return [name, value];
          const reference = parseReference(String(value));
          return [name, `${reference?.className} "${reference === undefined ? '' : referenceName(reference)}"`];
        }),
      ),
    }));
  return unique(facts);
}

/** Facts in one order, each once. */
export function unique(facts: readonly Fact[]): readonly Fact[] {
  const byText = new Map(
    facts.map((fact) => [JSON.stringify(Object.entries(fact).sort(([a], [b]) => (a < b ? -1 : 1))), fact]),
  );
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
}

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text) : text;
}
