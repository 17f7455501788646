import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLLECTED, copyOf, type Hunted, hunted, kept } from '../../test/at-rest.ts';
import {
  keyProperty,
  property,
  type RepositoryWriter,
  smallRepository,
  type TrueClass,
  targetPath,
  touch,
  updater,
} from '../../testkit/cim/index.ts';
import { collectorDocument } from '../../testkit/collector/index.ts';

/** Takes a class away with its keys. */
function dropClass(repository: RepositoryWriter, { namespace, layout, address }: TrueClass): void {
  const { name, superclass = '' } = layout.model;
  repository.index.remove(repository.names.classDefinition(namespace, name, address));
  repository.index.remove(repository.names.derivation(namespace, superclass, name));
  repository.objects.remove(address);
}

/** Analytic, level and title of what these say. */
function told({ result }: Hunted, ...ids: readonly string[]): readonly string[] {
  return result.findings
    .filter(({ analytic }) => ids.includes(analytic))
    .map(({ analytic, level, title }) => `${analytic} ${level} ${title.replace(/repository:[0-9a-f]{16}/, 'HOST')}`);
}

function huntOf(repository: RepositoryWriter): Hunted {
  return hunted(copyOf(repository));
}

function register(repository: RepositoryWriter, provider: string, classes: readonly string[], clsid?: string): void {
  const namespace = 'root\\subscription';
  repository.put(namespace, '__Win32Provider', {
    Name: provider,
    CLSID: clsid ?? '{11111111-2222-3333-4444-555555555555}',
    HostingModel: 'LocalSystemHost',
  });
  repository.put(namespace, '__EventConsumerProviderRegistration', {
    provider: targetPath('__Win32Provider', { Name: provider }, { host: '.', namespace }),
    ConsumerClassNames: [...classes],
  });
}

test('S12: another provider behind a known consumer class is told', () => {
  const repository = smallRepository();
  register(repository, 'Updater', ['CommandLineEventConsumer']);
  repository.checkpoint();
  assert.ok(
    told(huntOf(repository), 'S12').includes(
      'S12 high On HOST the provider Updater is registered for CommandLineEventConsumer of root\\subscription',
    ),
  );
});

test('S12: a provider under a name of Windows with another class id is told', () => {
  const repository = smallRepository();
  repository.put('root\\subscription', '__Win32Provider', {
    Name: 'CommandLineEventConsumer',
    CLSID: '{11111111-2222-3333-4444-555555555555}',
    HostingModel: 'LocalSystemHost',
  });
  repository.checkpoint();
  const [finding, ...others] = huntOf(repository).result.findings.filter(({ analytic }) => analytic === 'S12');
  assert.deepEqual(others, []);
  assert.equal(
    finding?.terms[0]?.text,
    "the provider CommandLineEventConsumer is loaded from {11111111-2222-3333-4444-555555555555}, Windows' own is {266c72e5-62e8-11d1-ad89-00c04fd8fdff}",
  );
});

test('S12: a provider that came between two generations is told', () => {
  const repository = smallRepository();
  repository.put('root\\cimv2', '__Win32Provider', { Name: 'Later', CLSID: '{1}', HostingModel: 'NetworkServiceHost' });
  repository.checkpoint();
  assert.deepEqual(told(huntOf(repository), 'S12'), ['S12 high A provider of root\\cimv2 on HOST came: Later']);
});

test('S12: providers that came together in one namespace are one finding, which names three and counts the rest', () => {
  const repository = smallRepository();
  for (const name of ['A', 'B', 'C', 'D', 'E']) {
    repository.put('root\\cimv2', '__Win32Provider', { Name: name, CLSID: '{1}', HostingModel: 'NetworkServiceHost' });
  }
  repository.checkpoint();
  const hunt = huntOf(repository);
  assert.deepEqual(told(hunt, 'S12'), ['S12 high 5 providers of root\\cimv2 on HOST came: A, B, C and 2 more']);
  const finding = hunt.result.findings.find(({ analytic }) => analytic === 'S12');
  assert.deepEqual([finding?.count, finding?.aliases.length], [5, 4]);
});

test('S12: what Windows registers for its own consumers is none', () => {
  const repository = smallRepository();
  repository.put('root\\cimv2', '__Win32Provider', { Name: 'Old', CLSID: '{1}', HostingModel: 'NetworkServiceHost' });
  const first = repository.checkpoint();
  assert.ok(first.instances.some(({ className }) => className === '__EventConsumerProviderRegistration'));
  const files = new Map([...repository.files()].filter(([name]) => !/^MAPPING/.test(name) || name === first.mapFile));
  assert.deepEqual(told(hunted(copyOf(repository, { files })), 'S12'), []);
});

function defineProcesses(repository: RepositoryWriter): void {
  repository.defineClass('root\\cimv2', { name: 'Win32_Process', properties: [keyProperty('Handle')] });
}

test('S13: a class that derives from Win32_Process is told, also one that is gone again', () => {
  const repository = smallRepository();
  defineProcesses(repository);
  repository.defineClass('root\\cimv2', { name: 'Middle', superclass: 'Win32_Process' });
  repository.defineClass('root\\cimv2', { name: 'Win32_Quiet', superclass: 'Middle' });
  repository.checkpoint();
  assert.deepEqual(told(huntOf(repository), 'S13'), [
    'S13 high The class Middle in root\\cimv2 on HOST derives from Win32_Process',
    'S13 high The class Win32_Quiet in root\\cimv2 on HOST derives from Win32_Process',
  ]);
  const gone = smallRepository();
  defineProcesses(gone);
  const quiet = gone.defineClass('root\\cimv2', { name: 'Win32_Quiet', superclass: 'Win32_Process' });
  gone.checkpoint();
  dropClass(gone, quiet);
  gone.checkpoint();
  assert.deepEqual(told(huntOf(gone), 'S13'), [
    'S13 high The class Win32_Quiet in root\\cimv2 on HOST derived from Win32_Process',
  ]);
  assert.deepEqual(told(hunted(copyOf(gone), [], { feeding: 'backwards' }), 'S13'), told(huntOf(gone), 'S13'));
});

test('S13: a class that only has a like name is none', () => {
  const repository = smallRepository();
  defineProcesses(repository);
  repository.defineClass('root\\cimv2', { name: 'Win32_ProcessQuiet', properties: [keyProperty('Name')] });
  repository.defineClass('root\\cimv2', { name: 'Child', superclass: 'Win32_ProcessQuiet' });
  repository.checkpoint();
  assert.deepEqual(told(huntOf(repository), 'S13'), []);
});

const PROGRAM = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(3000, 7)]).toString('base64');

test('S14: a program in the default of a property is told with its beginning', () => {
  const repository = smallRepository();
  repository.defineClass('root\\cimv2', {
    name: 'Win32_Store',
    properties: [keyProperty('Name'), property('Payload', 'string', { byDefault: PROGRAM })],
  });
  repository.checkpoint();
  const [finding] = huntOf(repository).result.findings.filter(({ analytic }) => analytic === 'S14');
  assert.equal(
    finding?.title.replace(/repository:\w+/, 'HOST'),
    'Data hides in Payload of the class Win32_Store in root\\cimv2 on HOST',
  );
  assert.match(finding?.terms[0]?.text ?? '', /^Payload \(default\): base64, program, \d+ long, begins "?TVqQ/);
  assert.equal(finding?.evidence[0]?.repository?.label, 'live');
});

test('S14: what only a shadow copy still holds is told from it, whatever lies beside', () => {
  const repository = smallRepository();
  const store = repository.defineClass('root\\cimv2', {
    name: 'Win32_Store',
    properties: [keyProperty('Name'), property('Payload', 'string', { byDefault: PROGRAM })],
  });
  repository.checkpoint();
  const shadow = copyOf(repository, { folder: `${COLLECTED}/VSS1/Repository` });
  dropClass(repository, store);
  for (const name of ['a', 'b', 'c', 'd']) {
    touch(repository, name);
    repository.checkpoint();
  }
  const live = copyOf(repository);
  assert.equal(told(hunted(live), 'S14').length, 0);
  for (const files of [
    [...shadow, ...live],
    [...live, ...shadow],
  ]) {
    const [finding, ...others] = hunted(files).result.findings.filter(({ analytic }) => analytic === 'S14');
    assert.deepEqual(others, []);
    assert.match(finding?.title ?? '', /Data hides in Payload of the class Win32_Store/);
    assert.ok(finding?.evidence.every(({ file }) => file.includes('/VSS1/')));
  }
});

test('S14: an ordinary text is none', () => {
  const repository = smallRepository();
  repository.defineClass('root\\cimv2', {
    name: 'Win32_Store',
    properties: [
      keyProperty('Name'),
      property('Payload', 'string', { byDefault: 'The name of the store, as it is shown.' }),
    ],
  });
  repository.checkpoint();
  assert.deepEqual(told(huntOf(repository), 'S14'), []);
});

test('C15: a consumer class that Windows did not bring is told', () => {
  const repository = smallRepository();
  repository.defineClass('root\\subscription', {
    name: 'QuietConsumer',
    superclass: '__EventConsumer',
    properties: [keyProperty('Name')],
  });
  repository.checkpoint();
  assert.deepEqual(told(huntOf(repository), 'C15'), [
    'C15 high HOST has a consumer class of its own: QuietConsumer in root\\subscription',
  ]);
});

test('C15: a consumer class that is gone again had been there, and those of Windows are none', () => {
  const repository = smallRepository();
  assert.deepEqual(told(huntOf(repository), 'C15'), []);
  const quiet = repository.defineClass('root\\subscription', { name: 'QuietConsumer', superclass: '__EventConsumer' });
  repository.checkpoint();
  dropClass(repository, quiet);
  repository.checkpoint();
  assert.deepEqual(told(huntOf(repository), 'C15'), [
    'C15 high HOST had a consumer class of its own: QuietConsumer in root\\subscription',
  ]);
});

test('CT3: a consumer two levels below a standard one runs what the default of its class says', () => {
  const repository = smallRepository();
  repository.defineClass('root\\subscription', { name: 'Middle', superclass: 'CommandLineEventConsumer' });
  repository.defineClass('root\\subscription', {
    name: 'QuietConsumer',
    superclass: 'Middle',
    properties: [property('CommandLineTemplate', 'string', { byDefault: 'powershell.exe -enc AAAA' })],
  });
  updater(repository, { consumer: { className: 'QuietConsumer' } });
  repository.checkpoint();
  const hunt = huntOf(repository);
  const dossier = hunt.result.dossiers.find(({ filter }) => filter.name === 'Updater');
  assert.deepEqual(
    [dossier?.consumer.class, dossier?.consumer.payload, dossier?.consumer.properties['CommandLineTemplate']],
    ['QuietConsumer', 'powershell.exe -enc AAAA', 'powershell.exe -enc AAAA'],
  );
  assert.ok(dossier?.verdict.terms.some(({ code }) => code === 'CT3'));
});

test('A binding whose reference names a superclass leads to the consumer that there is (CIM 7.3)', () => {
  const repository = smallRepository();
  repository.defineClass('root\\subscription', { name: 'QuietConsumer', superclass: 'CommandLineEventConsumer' });
  const { binding } = updater(repository, {
    consumer: { className: 'QuietConsumer', values: { CommandLineTemplate: 'a.exe' } },
  });
  repository.remove(binding);
  repository.put('root\\subscription', '__FilterToConsumerBinding', {
    Filter: binding.values['Filter'] ?? null,
    Consumer: 'CommandLineEventConsumer.Name="Updater"',
  });
  repository.checkpoint();
  const dossiers = hunted(copyOf(repository), [], { carve: false }).result.dossiers.filter(
    ({ filter, consumer }) => filter.name === 'Updater' || consumer.name === 'Updater',
  );
  assert.deepEqual(
    dossiers.map(({ filter, consumer, state }) => [filter.name, consumer.class, consumer.payload, state]),
    [['Updater', 'QuietConsumer', 'a.exe', 'armed']],
  );
});

test('S12, S13 and C15 hold for what an audit of the live host lists', () => {
  const document = collectorDocument({
    name: 'SRV-02',
    namespaces: [{ path: 'root\\subscription', consumerClasses: ['QuietConsumer'], processClasses: ['Win32_Quiet'] }],
  });
  const file = kept(`${COLLECTED}/collector.json`, new TextEncoder().encode(JSON.stringify(document)), 'audit');
  const found = told(hunted([file]), 'C15', 'S13');
  assert.deepEqual(
    found.map((line) => line.split(' ')[0]),
    ['C15', 'S13'],
  );
});
