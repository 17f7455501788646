import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audits } from '../../testkit/index.ts';
import { AUDIT_LIMITS, type AuditDocument, type AuditLimits, readAudit } from './index.ts';

const FILTER = {
  CimClass: 'ROOT/subscription:__EventFilter',
  CimInstanceProperties: [],
  Name: 'x',
  Query: 'select * from a',
  QueryLanguage: 'WQL',
};

function read(text: string, limits: Partial<AuditLimits> = {}): AuditDocument {
  return readAudit(Buffer.from(text), 'x.json', { ...AUDIT_LIMITS, ...limits });
}

function codes(document: AuditDocument): readonly string[] {
  return document.anomalies.map(({ code }) => code.replace('TRIAD-E-AUDIT-', ''));
}

test('L20 a document as long as the bound is read, one byte more is not', () => {
  const text = JSON.stringify(FILTER);
  assert.equal(read(text, { bytes: text.length }).objects.length, 1);
  const over = read(text, { bytes: text.length - 1 });
  assert.deepEqual([over.objects.length, codes(over)], [0, ['SIZE']]);
});

test('L20 as many objects as the bound are read, and what is beyond is told', () => {
  const rows = (count: number): string => `${JSON.stringify(FILTER)}\n`.repeat(count);
  assert.deepEqual(codes(read(rows(3), { objects: 3 })), []);
  const over = read(rows(5), { objects: 3 });
  assert.deepEqual([over.objects.length, codes(over)], [3, ['OBJECTS']]);
});

test('L20 as many properties and items as the bound are read, and what is beyond makes an object that is not whole', () => {
  const held = { ...FILTER, Many: ['1', '2', '3'] };
  const fits = read(JSON.stringify(held), { properties: 4, items: 3 });
  assert.deepEqual([codes(fits), fits.objects[0]?.object.isWhole], [[], true]);
  const properties = read(JSON.stringify(held), { properties: 3 });
  assert.deepEqual([codes(properties), properties.objects[0]?.object.isWhole], [['BOUND'], false]);
  const items = read(JSON.stringify(held), { items: 2 });
  assert.deepEqual([codes(items), items.objects[0]?.object.properties.get('Many')], [['BOUND'], ['1', '2']]);
});

test('L20 as many anomalies as the bound are told one by one, the rest by code', () => {
  const bad = `${JSON.stringify({ ...FILTER, CreatorSID: [9] })}\n`;
  assert.deepEqual(
    read(bad.repeat(2), { anomalies: 2 }).anomalies.map(({ count }) => count),
    [1, 1],
  );
  assert.deepEqual(
    read(bad.repeat(7), { anomalies: 2 }).anomalies.map(({ count }) => count),
    [1, 1, 5],
  );
});

test('L20 values as deep as the bound are read, and what is deeper costs its row', () => {
  const nested = (depth: number): string => {
    const value = '['.repeat(depth) + ']'.repeat(depth);
    return `${JSON.stringify(FILTER).slice(0, -1)},"Deep":${value}}`;
  };
  assert.equal(read(nested(63)).rows.rejected, 0);
  const document = read(`${nested(64)}\n${JSON.stringify(FILTER)}`);
  assert.deepEqual([document.rows.rejected, document.objects.length], [1, 1]);
});

test('L21 a broken row costs itself: what is read, rejected and passed over is what is there', () => {
  const good = JSON.stringify(FILTER);
  const process = JSON.stringify({ CimClass: 'ROOT/cimv2:Win32_Process', Name: 'y' });
  const document = read([good, '{"CimClass": "ROOT', good, process, 'noise', good, '{"a":'].join('\n'));
  assert.deepEqual(document.rows, { read: 3, rejected: 3, passedOver: 1 });
  assert.deepEqual(codes(document), ['ROW', 'OTHER', 'ROW', 'ROW']);
  assert.deepEqual(
    document.objects.map(({ line }) => line),
    [1, 3, 6],
  );
});

test('L21 a broken row of a table and a broken element cost themselves', () => {
  const [csv = ''] = audits.powerShellCsv(audits.SAMPLE_HOST, { hasType: true });
  const table = readAudit(Buffer.from(csv.replace('"Updater"', '"Updater","one more"')), 'x.csv');
  assert.deepEqual([table.rows.read, table.rows.rejected], [1, 1]);
  const xml = audits.powerShellClixml(audits.SAMPLE_HOST, 'Get-CimInstance');
  const whole = readAudit(Buffer.from(xml), 'x.xml').rows.read;
  const broken = readAudit(Buffer.from(xml.replace('<Props>', '<Props><S N=unquoted>')), 'x.xml');
  assert.deepEqual([broken.rows.read, broken.rows.rejected], [whole - 1, 1]);
});

test('names that JavaScript gives a meaning are names like others', () => {
  const text = JSON.stringify(FILTER).replace(
    '"Name"',
    '"__proto__":{"Query":"y"},"constructor":"z","toString":"t","Name"',
  );
  const { objects } = read(text);
  assert.deepEqual(
    [...(objects[0]?.object.properties ?? [])],
    [
      ['constructor', 'z'],
      ['toString', 't'],
      ['Name', 'x'],
      ['Query', 'select * from a'],
      ['QueryLanguage', 'WQL'],
    ],
  );
  assert.equal(Object.hasOwn(Object.prototype, 'Query'), false);
  assert.equal(read('{"__proto__":{"CimClass":"ROOT/subscription:__EventFilter"},"Name":"x"}').objects.length, 0);
  const row = {
    ...JSON.parse('{"__proto__":{"x":1}}'),
    name: 'f',
    query: 'select',
    query_language: 'WQL',
    class: '__EventFilter',
  };
  assert.equal(read(JSON.stringify([row])).objects.length, 1);
});

test('references of CLIXML that multiply end within a bound', () => {
  const level = (id: number, inner: string): string => `<Obj N="P${id}" RefId="${id}"><LST>${inner}</LST></Obj>`;
  let value = level(1, '<S>x</S>'.repeat(100));
  for (let id = 2; id < 9; id++) value += level(id, `<Ref RefId="${id - 1}" />`.repeat(100));
  const type = 'Microsoft.Management.Infrastructure.CimInstance#ROOT/subscription/__EventFilter';
  const text = `<Objs Version="1"><Obj RefId="0"><TN RefId="0"><T>${type}</T></TN><Props><S N="Name">x</S>${value}</Props></Obj></Objs>`;
  const started = performance.now();
  const document = readAudit(Buffer.from(text), 'x.xml');
  assert.equal(document.objects.length, 1);
  assert.ok(performance.now() - started < 2000, 'it took too long');
});

test('a text of nothing but broken rows is given up in time', () => {
  const text = `{"CimClass":"ROOT/subscription:__EventFilter","a":[${'\n{"a":['.repeat(40_000)}`;
  const started = performance.now();
  const document = read(text);
  assert.equal(document.objects.length, 0);
  assert.ok(document.rows.rejected > 0);
  assert.ok(performance.now() - started < 5000, 'it took too long');
});

test('what the depth of an export, or a table, left of a value is told and not guessed', () => {
  const lost = read(JSON.stringify({ ...FILTER, CreatorSID: 'System.Byte[]', EventAccess: {} }));
  assert.deepEqual(codes(lost), ['VALUE', 'VALUE']);
  assert.equal(lost.objects[0]?.object.isWhole, false);
  const binding = {
    CimClass: 'ROOT/subscription:__FilterToConsumerBinding',
    Filter: {},
    Consumer: 'LogFileEventConsumer (Name = "a")',
  };
  const { objects, anomalies } = read(JSON.stringify(binding));
  assert.deepEqual([...(objects[0]?.object.properties ?? [])], [['Consumer', 'LogFileEventConsumer.Name="a"']]);
  assert.deepEqual(
    anomalies.map(({ code }) => code),
    ['TRIAD-E-AUDIT-REFERENCE'],
  );
});

test('a CreatorSID is read from every spelling of it', () => {
  const { bytes, text } = audits.A_USER;
  const spellings = [
    [...bytes],
    { value: [...bytes], Count: bytes.length },
    bytes.join(' '),
    bytes.join(', '),
    Buffer.from(bytes).toString('hex'),
    Buffer.from(bytes).toString('base64'),
    text,
    text.toLowerCase(),
    { sid: text },
  ];
  for (const CreatorSID of spellings) {
    const { objects } = read(JSON.stringify({ ...FILTER, CreatorSID }));
    assert.equal(objects[0]?.object.properties.get('CreatorSID'), text, JSON.stringify(CreatorSID));
  }
  assert.deepEqual(codes(read(JSON.stringify({ ...FILTER, CreatorSID: [1, 2, 3] }))), ['CREATOR']);
});

test('times of timers are written as WMI writes them', () => {
  for (const stated of ['/Date(1773308642918)/', '2026-03-12T09:44:02.918Z', '20260312094402.918000+000']) {
    const timer = { CimClass: 'ROOT/subscription:__AbsoluteTimerInstruction', TimerId: 't', EventDateTime: stated };
    const { objects } = read(JSON.stringify(timer).replace('"/Date(', '"\\/Date(').replace(')/"', ')\\/"'));
    assert.equal(objects[0]?.object.properties.get('EventDateTime'), '20260312094402.918000+000', stated);
  }
});

interface Bent {
  readonly namespace?: Record<string, unknown>;
  readonly document?: Record<string, unknown>;
}

function collector(bent: Bent): AuditDocument {
  return read(JSON.stringify(audits.collectorDocument(audits.SAMPLE_HOST, bent)));
}

test('a namespace that was not listed whole is not complete', () => {
  const failed = (name: string): Bent => ({
    document: { run: { sections: [{ name, ok: false, error: 'time limit' }] } },
  });
  const cases: readonly (readonly [Bent, readonly string[]])[] = [
    [{}, []],
    [{ namespace: { error: 'access denied' } }, ['NAMESPACE']],
    [{ namespace: { error: { code: '0x80041003', message: 'Access denied' } } }, ['NAMESPACE']],
    [{ namespace: { consumers: null } }, []],
    [{ namespace: { filters: [{ name: null }] } }, ['ROW']],
    [failed('wmi'), ['SECTION', 'NAMESPACE']],
    [failed('wmi:root\\subscription'), ['SECTION', 'NAMESPACE']],
    [{ document: { schema: 'triad.collector/2' } }, ['VERSION']],
  ];
  for (const [bent, expected] of cases) {
    const document = collector(bent);
    assert.deepEqual(codes(document), expected, JSON.stringify(bent));
    const isWhole = expected.length === 0 && bent.namespace === undefined;
    const complete = isWhole || expected[0] === 'VERSION' ? ['root\\subscription'] : [];
    assert.deepEqual(document.complete, complete, JSON.stringify(bent));
  }
  assert.deepEqual(collector(failed('registry')).complete, ['root\\subscription']);
  assert.deepEqual(collector(failed('wmi:root\\default')).complete, ['root\\subscription']);
});

test('namespaces that were not reached are told', () => {
  const wmi = { namespaces: [], unreached: ['ROOT/CIMV2', { path: 'root\\x', reason: 'time' }] };
  const document = collector({ document: { wmi } });
  assert.deepEqual(document.collector?.unreached, ['root\\cimv2', 'root\\x']);
  assert.deepEqual(codes(document), ['UNREACHED', 'UNREACHED']);
});

test('items that PowerShell unrolled from their list are read', () => {
  const [filter] = (audits.collectorDocument(audits.SAMPLE_HOST) as { wmi: { namespaces: { filters: unknown[] }[] } })
    .wmi.namespaces[0]?.filters ?? [undefined];
  const document = collector({ namespace: { filters: filter } });
  assert.equal(document.objects.filter(({ object }) => object.className === '__EventFilter').length, 1);
});

test('osquery: what was removed, and what a later snapshot no longer has, is none of the end state', () => {
  const host = audits.SAMPLE_HOST;
  const rows = audits.osqueryRows(host);
  const [first = {}, second = {}] = rows;
  const log = [
    audits.osqueryLine(host, first, 'added', 1773308600),
    audits.osqueryLine(host, second, 'added', 1773308600),
    audits.osqueryLine(host, second, 'removed', 1773308700),
    audits.osquerySnapshot(host, rows, 1773308600),
    audits.osquerySnapshot(host, [second], 1773308800),
  ].join('\n');
  const document = readAudit(Buffer.from(log), 'osqueryd.results.log');
  assert.deepEqual(
    document.objects.map(({ object, computer, time }) => [object.properties.get('Name'), computer, time?.ms]),
    [
      ['SCM Event Log Filter', 'SRV-02', 1773308600000],
      ['Updater', 'SRV-02', 1773308800000],
    ],
  );
  assert.deepEqual(codes(document), ['REMOVED', 'SUPERSEDED']);
  assert.equal(document.computer, 'SRV-02');
  assert.equal(document.time?.ms, 1773308800000);
});

test('Autoruns that says itself that it saw not all, and a row that it shows as disabled', () => {
  const text = audits
    .autorunsCsv(audits.SAMPLE_HOST)
    .replace('WMI Database Entries,,', 'WMI Database Entries - run as Administrator for complete scan,,')
    .replace('enabled,WMI', 'disabled,WMI');
  assert.deepEqual(codes(readAudit(Buffer.from(text), 'x.csv')), ['UNELEVATED', 'DISABLED']);
});
