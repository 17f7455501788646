import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  type CollectorFile,
  collectorDocument,
  collectorTraps,
  type DescribedHost,
} from '../../testkit/collector/index.ts';
import { readRoot } from '../house/tree.ts';

const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(
  JSON.parse(readRoot('schemas/collector.schema.json')) as object,
);

const HOST: DescribedHost = {
  name: 'SRV-02',
  domain: 'corp.example',
  namespaces: [
    { path: 'root' },
    {
      path: 'root\\subscription',
      subscriptions: [
        {
          filter: 'caf\u00e9 \ud800 \u0007 "q" \\',
          query: "SELECT * FROM __TimerEvent WHERE TimerId = 'T'",
          eventNamespace: 'root\\cimv2',
          consumer: 'Updater',
          consumerClass: 'CommandLineEventConsumer',
          properties: {
            CommandLineTemplate: 'cmd.exe /c calc',
            KillTimeout: 0,
            RunInteractively: false,
            ExecutablePath: null,
          },
        },
      ],
      timers: [{ id: 'T', intervalMs: 60000 }],
      consumerClasses: ['CommandLineEventConsumer'],
    },
    { path: 'root\\cimv2', processClasses: ['Win32_Proccess'] },
    { path: 'root\\secret', isDenied: true },
    { path: 'root\\slow', isUnreached: true },
  ],
  registry: [
    { key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa', value: 'RunAsPPL', type: 'REG_DWORD', data: 1 },
    { key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa', value: 'LsaCfgFlags', type: 'missing', data: null },
    { key: 'HKLM\\SYSTEM\\A', value: 'DependOnService', type: 'REG_MULTI_SZ', data: ['RPCSS'] },
  ],
  audit: { '0CCE922B': 1, '0CCE9215': 3 },
  rights: { SeDenyNetworkLogonRight: ['S-1-5-114'] },
  channels: [{ name: 'Microsoft-Windows-WMI-Activity/Operational', isEnabled: true, maxBytes: 1052672 }],
};

/** The text behind any of the encodings that a collector's file may have. */
function textOf({ bytes }: CollectorFile): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8').decode(bytes);
}

for (const trap of collectorTraps(HOST)) {
  test(`L29 the file of a collector, ${trap.name}, is ${trap.isWhole ? '' : 'not '}what the schema says`, () => {
    const value: unknown = JSON.parse(textOf(trap));
    assert.equal(validate(value), trap.isWhole, JSON.stringify(validate.errors?.slice(0, 3)));
  });
}

test('the file is ASCII and gives back every text, lone surrogates and control characters too', () => {
  const plain = collectorTraps(HOST).find(({ name }) => name === 'plain');
  assert.ok(plain !== undefined);
  assert.match(textOf(plain), /^[\n\u0020-\u007e]*$/);
  assert.ok(textOf(plain).startsWith('{\n"schema":"triad.collector/1",\n"collector":'));
  assert.deepEqual(JSON.parse(textOf(plain)), collectorDocument(HOST));
});

test('L27 the schema refuses every key that is left out, at every place, and a key that it does not know', () => {
  const document = collectorDocument(HOST) as Record<string, unknown>;
  assert.equal(validate(document), true, JSON.stringify(validate.errors));
  const maps = /^(?:props|types|keys|values|subcategory|rights|preference|server|client|device_guard)$/;
  let tried = 0;
  const spoil = (node: unknown, name: string): void => {
    if (Array.isArray(node)) for (const item of node) spoil(item, name);
    if (node === null || typeof node !== 'object' || Array.isArray(node)) return;
    const table = node as Record<string, unknown>;
    for (const [key, value] of Object.entries(table)) {
      spoil(value, key);
      if (maps.test(name)) continue;
      delete table[key];
      assert.equal(validate(document), false, `${name}.${key} may be left out`);
      table[key] = value;
      tried++;
    }
    if (maps.test(name)) return;
    table['surplus'] = 1;
    assert.equal(validate(document), false, `${name} takes a key that it does not know`);
    delete table['surplus'];
  };
  spoil(document, 'document');
  assert.ok(tried > 150, `${tried} keys`);
});

test('L27 the schema refuses values of another form: bare 64-bit numbers, local times, upper-case hex, unknown types', () => {
  const good = collectorDocument(HOST);
  const host = good['host'] as Record<string, unknown>;
  const registry = good['registry'] as readonly Record<string, unknown>[];
  for (const changed of [
    { ...good, schema: 'triad.collector/2' },
    { ...good, host: { ...host, uptime_ms: 4321000000 } },
    { ...good, host: { ...host, utc_now: '2026-03-12T09:41:10+01:00' } },
    { ...good, host: { ...host, domain_role: 6 } },
    { ...good, registry: [{ ...registry[0], type: 'REG_ODD' }] },
    { ...good, registry: [{ ...registry[0], view: 16 }] },
    { ...good, audit: { ...(good['audit'] as object), subcategory: { '{0cce922b}': 1 } } },
    { ...good, rights: { SeDenyNetworkLogonRight: 'S-1-5-114' } },
  ]) {
    assert.equal(validate(changed), false, JSON.stringify(changed).slice(0, 80));
  }
});
