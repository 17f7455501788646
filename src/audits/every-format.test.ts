import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bytesOf,
  collected,
  expected,
  type Fact,
  told,
  unique,
  WRITTEN,
  type Written,
} from '../../test/audits/written-formats.ts';
import { audits } from '../../testkit/index.ts';
import { formatTime } from '../windows/index.ts';
import { type AuditDocument, isAudit, readAudit } from './index.ts';

const { SAMPLE_HOST } = audits;

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
    const wholes = documents
      .flatMap(({ objects }) => objects)
      .filter(
        ({ object }) => object.kind === 'instance' && !/^__(?:Win32Provider|\w+Registration)$/.test(object.className),
      );
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
