import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audits } from '../../testkit/index.ts';
import { AUDIT_LIMITS, type AuditDocument, readAudit } from './index.ts';

const { SAMPLE_HOST } = audits;

/** Characters of two, three and four bytes, and more of them than lie between two marks of a place. */
const WIDE = 'é€🙂'.repeat(12_000);

type Lists = Record<string, readonly unknown[]>;

/** A document whose lists stand in the order given, each item bearing its place in a member of its own. */
function collected(order: readonly string[], encoding: BufferEncoding): Buffer {
  const document = audits.collectorDocument(SAMPLE_HOST) as { wmi: { namespaces: Lists[] } };
  const [namespace = {}] = document.wmi.namespaces;
  const lists = Object.fromEntries(order.map((name) => [name, namespace[name] ?? []]));
  document.wmi.namespaces = ['root\\a', 'root\\b'].map((path) => ({ path, note: WIDE, ...lists }) as unknown as Lists);
  return Buffer.from(`\ufeff${JSON.stringify(document)}`, encoding);
}

test('items of the collector stand where they are said to stand, in any order of lists and any encoding', () => {
  for (const order of [
    ['filters', 'consumers', 'bindings', 'timers'],
    ['timers', 'bindings', 'consumers', 'filters'],
  ]) {
    for (const encoding of ['utf8', 'utf16le'] as const) {
      const bytes = collected(order, encoding);
      const { objects, rows } = readAudit(bytes, 'x.json');
      assert.equal(rows.rejected, 0);
      assert.equal(objects.length, 18);
      for (const { object, offset, length, line } of objects) {
        const item = JSON.parse(bytes.subarray(offset, offset + length).toString(encoding)) as Record<string, unknown>;
        assert.equal(item['name'], object.properties.get('Name'));
        assert.equal(item['timer_id'], object.properties.get('TimerId'));
        assert.equal(line, 1);
      }
    }
  }
});

test('rows of JSON, tables and XML stand where they are said to stand behind wide characters', () => {
  const wide = { CimClass: 'ROOT/subscription:__EventFilter', Name: 'x', Query: WIDE, QueryLanguage: 'WQL' };
  const json = `${JSON.stringify(wide)}\r\n${JSON.stringify({ ...wide, Query: 'select' })}`;
  const csv = `"Name","Query","QueryLanguage"\r\n"x","${WIDE}\n${WIDE}","WQL"\r\n"y","select","WQL"\r\n`;
  const xml = `<autoruns>\n<item><location>WMI</location><itemname>x</itemname><launchstring>${WIDE}</launchstring></item>\n<item><location>WMI</location><itemname>y</itemname></item></autoruns>`;
  for (const [name, text, start, line] of [
    ['x.json', json, '{"CimClass"', 2],
    ['x.csv', csv, '"y","select"', 4],
    ['x.xml', xml, '<item><location>', 3],
  ] as const) {
    for (const encoding of ['utf8', 'utf16le'] as const) {
      const bytes = Buffer.from(`\ufeff${text}`, encoding);
      const last = readAudit(bytes, name).objects.at(-1);
      const stretch = bytes.subarray(last?.offset, (last?.offset ?? 0) + (last?.length ?? 0)).toString(encoding);
      assert.ok(stretch.startsWith(start), `${name}: ${stretch.slice(0, 40)}`);
      assert.equal(last?.line, line, name);
    }
  }
});

function codes(document: AuditDocument): readonly string[] {
  return document.anomalies.map(({ code }) => code.replace('TRIAD-E-AUDIT-', ''));
}

test('a text whose broken rows would be scanned again and again is given up, and that is told', () => {
  const text = `{"CimClass":"ROOT/subscription:__EventFilter","a":[${`\n{"a":[${' '.repeat(10_000)}`.repeat(200)}`;
  assert.ok(codes(readAudit(Buffer.from(text), 'x.json')).includes('CUT'));
});

test('what an item of the collector says of its ends wins over what could be built from it', () => {
  const binding = {
    filter: { class: '__EventFilter', name: 'f', namespace: 'root\\cimv2' },
    consumer: { class: 'LogFileEventConsumer', name: 'c' },
    filter_ref: null,
    consumer_ref: null,
  };
  const read = (bent: object): readonly unknown[] => {
    const document = audits.collectorDocument(SAMPLE_HOST, { namespace: { bindings: [{ ...binding, ...bent }] } });
    const { objects } = readAudit(Buffer.from(JSON.stringify(document)), 'x.json');
    const found = objects.find(({ object }) => object.className === '__FilterToConsumerBinding')?.object.properties;
    return [found?.get('Filter'), found?.get('Consumer')];
  };
  const built = [
    '\\\\.\\root\\cimv2:__EventFilter.Name="f"',
    '\\\\.\\root\\subscription:LogFileEventConsumer.Name="c"',
  ];
  assert.deepEqual(read({}), built);
  assert.deepEqual(read({ filter_ref: '__EventFilter.Name="g"' }), ['__EventFilter.Name="g"', built[1]]);
});

test('a namespace that was not reached, or whose objects were too many, is not complete', () => {
  const document = audits.collectorDocument(SAMPLE_HOST) as { wmi: Record<string, unknown> };
  document.wmi['unreached'] = ['ROOT/Subscription'];
  assert.deepEqual(readAudit(Buffer.from(JSON.stringify(document)), 'x.json').complete, []);
  document.wmi['unreached'] = [];
  const bytes = Buffer.from(JSON.stringify(document));
  const count = readAudit(bytes, 'x.json').objects.length;
  assert.deepEqual(readAudit(bytes, 'x.json', { ...AUDIT_LIMITS, objects: count }).complete, ['root\\subscription']);
  assert.deepEqual(readAudit(bytes, 'x.json', { ...AUDIT_LIMITS, objects: count - 1 }).complete, []);
});

test('a document that speaks of several hosts names none for itself', () => {
  const of = (name: string): string =>
    audits.powerShellJson({ ...SAMPLE_HOST, name }, { edition: '7', depth: 2, cmdlet: 'Get-CimInstance' });
  assert.equal(readAudit(Buffer.from(`${of('A')}\n${of('a')}`), 'x.json').computer, 'A');
  const both = readAudit(Buffer.from(`${of('A')}\n${of('B')}`), 'x.json');
  assert.equal(both.computer, undefined);
  assert.deepEqual(new Set(both.objects.map(({ computer }) => computer)), new Set(['A', 'B']));
});

test('a table tells booleans as .NET shows them, and they are read as WMI has them', () => {
  const csv =
    '"Name","CommandLineTemplate","RunInteractively","CreateNewConsole","Odd"\r\n"x","a","True","False","False"\r\n';
  const [first] = readAudit(Buffer.from(csv), 'x.csv').objects;
  assert.deepEqual([...(first?.object.properties ?? [])].slice(2), [
    ['RunInteractively', 'true'],
    ['Odd', 'false'],
  ]);
});

test('Autoruns lists more than WMI, and only that is taken', () => {
  const csv = audits.autorunsCsv(SAMPLE_HOST).replace('Services,,,Services', 'Run,Cloud,enabled,Logon');
  const document = readAudit(Buffer.from(csv), 'x.csv');
  assert.deepEqual(
    document.objects.map(({ object }) => object.properties.get('Name')),
    ['Updater', 'Script Updater'],
  );
  assert.equal(document.rows.passedOver, 2);
});

test('an empty element is an element, and one that does not end is told', () => {
  const item = '<item><location>WMI</location><itemname>x</itemname></item>';
  const whole = readAudit(Buffer.from(`<autoruns><item/>${item}</autoruns>`), 'x.xml');
  assert.deepEqual(whole.rows, { read: 1, rejected: 0, passedOver: 1 });
  const cut = readAudit(Buffer.from(`<autoruns>${item}<item><location>WMI`), 'x.xml');
  assert.deepEqual(cut.rows, { read: 1, rejected: 1, passedOver: 0 });
});

test('lists in which an export put its objects are opened', () => {
  const rows = JSON.parse(
    audits.powerShellJson(SAMPLE_HOST, { edition: '7', depth: 2, cmdlet: 'Get-CimInstance' }),
  ) as unknown[];
  const wrapped = readAudit(Buffer.from(JSON.stringify({ value: rows, Count: rows.length })), 'x.json');
  assert.equal(wrapped.objects.length, 8);
  const xml = audits.powerShellClixml(SAMPLE_HOST, 'Get-CimInstance').replaceAll('<T>Micro', '<T>Deserialized.Micro');
  const [head = ''] = /^<Objs[^>]*>/.exec(xml) ?? [];
  const list = `<Obj RefId="9000"><TN RefId="9000"><T>System.Object[]</T></TN><LST>${xml.slice(head.length, -7)}</LST></Obj>`;
  const listed = readAudit(Buffer.from(`${head}${list}</Objs>`), 'x.xml');
  assert.deepEqual([listed.objects.length, listed.rows.rejected], [8, 0]);
  assert.equal(listed.computer, 'SRV-02');
  assert.deepEqual(listed.objects[2]?.object.superclasses, ['__EventConsumer', '__IndicationRelated', '__SystemClass']);
});
