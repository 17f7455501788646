import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { audits } from '../../testkit/index.ts';
import { formatTime } from '../windows/index.ts';
import { parseReference, referenceName } from '../wmi/index.ts';
import { type AuditDocument, type AuditFormat, isAudit, readAudit } from './index.ts';

const { SAMPLE_HOST } = audits;

/** What a format can tell of the description; the rest is its stated loss. */
interface Told {
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

interface Written {
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

const collected = (host: audits.AuditedHost, hasReferences: boolean): string =>
  JSON.stringify(audits.collectorDocument(host, { hasReferences }));

const WRITTEN: readonly Written[] = [
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
type Fact = Readonly<Record<string, unknown>>;

function expected(host: audits.AuditedHost, told: Told): readonly Fact[] {
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

function told(documents: readonly AuditDocument[]): readonly Fact[] {
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

function unique(facts: readonly Fact[]): readonly Fact[] {
  const byText = new Map(
    facts.map((fact) => [JSON.stringify(Object.entries(fact).sort(([a], [b]) => (a < b ? -1 : 1))), fact]),
  );
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text) : text;
}

function readAll({ files, name }: Written, host: audits.AuditedHost): readonly AuditDocument[] {
  return files(host).map((file) => {
    assert.ok(isAudit(bytesOf(file).subarray(0, 4096), name), 'it is not known as an audit');
    return readAudit(bytesOf(file), name);
  });
}

for (const written of WRITTEN) {
  test(`L28 one host is read back as far as the format tells: ${written.title}`, () => {
    const documents = readAll(written, SAMPLE_HOST);
    for (const { format, rows } of documents) {
      assert.equal(format, written.format);
      assert.equal(rows.rejected, 0);
    }
    assert.deepEqual(told(documents), expected(SAMPLE_HOST, written.told));
    const wholes = documents.flatMap(({ objects }) => objects).filter(({ object }) => object.kind === 'instance');
    if (written.told.isWhole === true) assert.ok(wholes.every(({ object }) => object.isWhole));
    else if (written.told.isWhole === false) assert.ok(wholes.some(({ object }) => !object.isWhole));
    else assert.ok(wholes.every(({ object }) => !object.isWhole));
  });
}

test('each object stands where it is said to stand', () => {
  const mark = '__EventFilter';
  for (const written of WRITTEN) {
    for (const file of written.files(SAMPLE_HOST)) {
      const bytes = bytesOf(file);
      for (const { object, offset, length, line } of readAudit(bytes, written.name).objects) {
        assert.ok(offset >= 0 && length > 0 && offset + length <= bytes.length, written.title);
        assert.ok((line ?? 0) >= 1, written.title);
        const name = String(object.properties.get('Name') ?? '');
        if (object.className !== mark || name === '') continue;
        const stretch = Buffer.from(bytes.subarray(offset, offset + length));
        const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
        const text = bytes[1] === 0 || bytes[0] === 0xff ? stretch.toString('utf16le') : stretch.toString('utf8');
        assert.ok((isBig ? stretch.swap16().toString('utf16le') : text).includes(name), `${written.title}: ${name}`);
      }
    }
  }
});

test('what the collector knows of its host, and what it listed wholly', () => {
  const document = readAudit(Buffer.from(collected(SAMPLE_HOST, false)), 'a.json');
  assert.equal(document.computer, 'SRV-02.corp.example');
  assert.equal(document.domain, 'corp.example');
  assert.equal(document.time && formatTime(document.time.ms, document.time.ticks), SAMPLE_HOST.time);
  assert.deepEqual(document.complete, ['root\\subscription']);
  assert.deepEqual(document.anomalies, []);
  assert.equal(document.collector?.namespaces[0]?.classes, 87);
  assert.equal(document.collector?.providers[0]?.dll, 'C:\\Windows\\System32\\wbem\\wbemcons.dll');
  const others = document.objects.slice(-4).map(({ object }) => [object.kind, object.className]);
  assert.deepEqual(others, [
    ['instance', '__IntervalTimerInstruction'],
    ['instance', '__Win32Provider'],
    ['instance', '__EventConsumerProviderRegistration'],
    ['class', 'CommandLineEventConsumer'],
  ]);
  const timer = document.objects.at(-4)?.object;
  assert.deepEqual(
    [...(timer?.properties ?? [])],
    [
      ['TimerId', 'TI_Updater'],
      ['IntervalBetweenEvents', '60000'],
      ['SkipIfPassed', 'false'],
    ],
  );
});

test('PyWMIPersistenceFinder: bindings, names and queries, and no text that is no query', () => {
  const document = readAudit(Buffer.from(audits.pyWmiText(SAMPLE_HOST)), 'out.txt');
  assert.equal(document.format, 'pywmipersistencefinder');
  assert.equal(document.computer, undefined);
  assert.equal(document.time, undefined);
  assert.deepEqual(
    told([document]),
    [
      {
        className: '__EventFilter',
        namespace: undefined,
        Name: 'SCM Event Log Filter',
        Query: 'select * from MSFT_SCMEventLogEvent',
      },
      { className: '__EventFilter', namespace: undefined, Name: 'Updater', Query: SAMPLE_HOST.filters[1]?.query },
      {
        className: '__FilterToConsumerBinding',
        namespace: undefined,
        Filter: '__EventFilter "SCM Event Log Filter"',
        Consumer: 'NTEventLogEventConsumer "SCM Event Log Consumer"',
      },
      {
        className: '__FilterToConsumerBinding',
        namespace: undefined,
        Filter: '__EventFilter "Updater"',
        Consumer: 'ActiveScriptEventConsumer "Script Updater"',
      },
      {
        className: '__FilterToConsumerBinding',
        namespace: undefined,
        Filter: '__EventFilter "Updater"',
        Consumer: 'CommandLineEventConsumer "Updater"',
      },
      { className: 'ActiveScriptEventConsumer', namespace: undefined, Name: 'Script Updater' },
      {
        className: 'CommandLineEventConsumer',
        namespace: undefined,
        Name: 'Updater',
        CommandLineTemplate: SAMPLE_HOST.consumers[1]?.values['CommandLineTemplate'],
      },
      { className: 'NTEventLogEventConsumer', namespace: undefined, Name: 'SCM Event Log Consumer' },
    ]
      .map((fact) => unique([fact])[0])
      .sort(byText),
  );
  assert.deepEqual(new Set(document.anomalies.map(({ code }) => code)), new Set(['TRIAD-E-AUDIT-QUERY']));
});

function byText(a: Fact | undefined, b: Fact | undefined): number {
  const text = (fact: Fact | undefined): string =>
    JSON.stringify(Object.entries(fact ?? {}).sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) < text(b) ? -1 : 1;
}

const NAME = fc
  .string({
    unit: fc.constantFrom('a', 'Z', '0', '_', '-', ' ', '"', "'", '\\', ',', '=', '<', '&', 'é', '🙂'),
    minLength: 1,
    maxLength: 10,
  })
  .filter((name) => name.trim() === name);
const TEXT = fc
  .string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '"',
      "'",
      '\\',
      ',',
      '\n',
      '\r',
      '\t',
      '<',
      '>',
      '&',
      ']',
      '{',
      'é',
      '🙂',
      '_x000D_',
      '%',
    ),
    minLength: 1,
    maxLength: 24,
  })
  .filter((text) => text.trim() === text);

const HOST: fc.Arbitrary<audits.AuditedHost> = fc
  .record({
    filters: fc.uniqueArray(NAME, { minLength: 1, maxLength: 3, selector: (name) => name.toLowerCase() }),
    consumers: fc.uniqueArray(NAME, { minLength: 1, maxLength: 3, selector: (name) => name.toLowerCase() }),
    texts: fc.array(TEXT, { minLength: 6, maxLength: 6 }),
    isScript: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  })
  .map(({ filters, consumers, texts, isScript }) => ({
    ...SAMPLE_HOST,
    filters: filters.map((name, i) => ({
      name,
      query: `SELECT * FROM ${texts[i]}`,
      eventNamespace: 'root\\cimv2',
      creator: audits.A_USER,
    })),
    consumers: consumers.map((name, i) => ({
      className: isScript[i] === true ? 'ActiveScriptEventConsumer' : 'CommandLineEventConsumer',
      name,
      values:
        isScript[i] === true
          ? { ScriptingEngine: 'JScript', ScriptText: texts[i + 3] ?? '' }
          : { CommandLineTemplate: texts[i + 3] ?? '' },
      creator: audits.ADMINISTRATORS,
    })),
    bindings: filters.flatMap((filter) => consumers.map((consumer) => ({ filter, consumer, creator: audits.A_USER }))),
  }));

test('any host is read back equal from every format, as far as the format tells', () => {
  fc.assert(
    fc.property(fc.constantFrom(...WRITTEN), HOST, (written, host) => {
      assert.deepEqual(told(readAll(written, host)), expected(host, written.told), written.title);
    }),
    { numRuns: 400, seed: 20260312 },
  );
});
