import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Configuration,
  changedSettings,
  configurationOf,
  isLoopback,
  type LayerReading,
  readConfigText,
  readVariables,
} from './index.ts';

function settingsOf(...layers: readonly LayerReading[]): Extract<Configuration, { kind: 'settings' }> {
  const found = configurationOf(layers);
  assert.equal(found.kind, 'settings', JSON.stringify(found));
  if (found.kind !== 'settings') throw new Error('no settings');
  return found;
}

function problemsOf(...layers: readonly LayerReading[]): readonly string[] {
  const found = configurationOf(layers);
  return found.kind === 'problems' ? found.problems.map(({ place, message }) => `${place} ${message}`) : [];
}

test('without a file everything has its preset', () => {
  const { settings, explained } = settingsOf();
  assert.deepEqual(settings.listen, { host: '127.0.0.1', port: 8443 });
  assert.equal(settings.limits.bodyBytes, 16 * 2 ** 20);
  assert.equal(settings.detection.lateness, 120_000);
  assert.equal(settings.publicUrl, undefined);
  assert.ok(explained.every(({ source }) => source === 'preset'));
});

test('later layers win, and every value names its place', () => {
  const file = readConfigText('listen: 127.0.0.1:9000\nlimits:\n  ratio: 100\n  bodiesBytes: 2 GiB\n', 'triad.yaml');
  const more = readConfigText('limits: { ratio: 50 }\n', 'conf.d/10.yaml');
  const variables = readVariables({ TRIAD_LIMITS__BODIES_BYTES: '512 MiB', PATH: '/bin' });
  const { settings, explained } = settingsOf(file, more, variables);
  assert.equal(settings.listen.port, 9000);
  assert.equal(settings.limits.ratio, 50);
  assert.equal(settings.limits.bodiesBytes, 512 * 2 ** 20);
  const sources = Object.fromEntries(explained.map(({ name, source }) => [name, source]));
  assert.equal(sources['listen'], 'triad.yaml:1:9');
  assert.equal(sources['limits.ratio'], 'conf.d/10.yaml:1:18');
  assert.equal(sources['limits.bodiesBytes'], 'TRIAD_LIMITS__BODIES_BYTES');
  assert.equal(sources['limits.bodyBytes'], 'preset');
});

test('L30 all that is wrong is told at once, each with its place', () => {
  const file = readConfigText(
    'lissen: 127.0.0.1:1\nlimits:\n  ratio: 1\n  ratioo: 3\n  bodyBytes: 16\ntls: yes\nlateness: 2m\n',
    'triad.yaml',
  );
  assert.deepEqual(problemsOf(file, readVariables({ TRIAD_LISTENN: 'x' })), [
    'triad.yaml:1:1 There is no setting "lissen".',
    'triad.yaml:4:3 There is no setting "limits.ratioo".',
    'triad.yaml:6:6 "tls" must hold settings.',
    'triad.yaml:7:1 There is no setting "lateness".',
    'TRIAD_LISTENN There is no such setting.',
    'triad.yaml:5:14 "limits.bodyBytes" must be bytes from 64 KiB to 256 MiB, such as 64 MiB; it is 16.',
    'triad.yaml:3:10 "limits.ratio" must be a whole number from 2 to 10000; it is 1.',
  ]);
});

test('a setting of another group is named', () => {
  const [problem] = readConfigText('lateness: 2m\n', 'triad.yaml').problems;
  assert.equal(problem?.action, 'Did you mean detection.lateness?');
});

test('broken, deep and clever YAML is refused with its place, and never thrown', () => {
  for (const [text, expected] of [
    ['listen: [', 'triad.yaml:1'],
    ['a: &x 1\nb: *x\n', 'triad.yaml:1:1'],
    ['listen: &x 127.0.0.1:1\n', 'triad.yaml:1:12'],
    ['listen: 1\nlisten: 2\n', 'triad.yaml:2'],
    [`${'['.repeat(20_000)}`, 'triad.yaml:1'],
    ['- 1\n', 'triad.yaml:1:1'],
    ['x'.repeat(2 ** 20 + 1), 'triad.yaml'],
    ['__proto__: { listen: 1 }\n', 'triad.yaml:1:1'],
    ['limits: { constructor: 1 }\n', 'triad.yaml:1:11'],
  ] as const) {
    const { problems } = readConfigText(text, 'triad.yaml');
    assert.ok(problems[0]?.place.startsWith(expected), `${text.slice(0, 30)}: ${JSON.stringify(problems[0])}`);
  }
  assert.deepEqual(readConfigText('', 'triad.yaml'), settingsFree());
});

function settingsFree(): object {
  return readConfigText('# nothing\n', 'triad.yaml');
}

test('every bound is held on both its sides', () => {
  const ratio = (value: number): readonly string[] => problemsOf(readConfigText(`limits: { ratio: ${value} }`, 'f'));
  assert.deepEqual([ratio(2).length, ratio(1).length, ratio(10_000).length, ratio(10_001).length], [0, 1, 0, 1]);
  const lateness = (value: string): number =>
    problemsOf(readConfigText(`detection: { lateness: ${value} }`, 'f')).length;
  assert.deepEqual([lateness('0s'), lateness('24h'), lateness('25h'), lateness('2 weeks')], [0, 0, 1, 1]);
  const listen = (value: string): number => problemsOf(readConfigText(`listen: "${value}"`, 'f')).length;
  assert.deepEqual(
    [listen('127.0.0.1:0'), listen('[::1]:65535'), listen('127.0.0.1:65536'), listen('8443')],
    [0, 0, 1, 1],
  );
});

test('L23 an address that others reach needs TLS, and TLS needs both of its files', () => {
  assert.match(problemsOf(readConfigText('listen: 0.0.0.0:8443', 'f'))[0] ?? '', /^f:1:9 0\.0\.0\.0 is reached/);
  assert.deepEqual(
    problemsOf(readConfigText('listen: 0.0.0.0:8443\ntls: { certificate: a.pem, key: a.key }', 'f')),
    [],
  );
  for (const name of ['elastic', 'hec', 'otlp']) {
    const open = readConfigText(`${name}: { listen: '0.0.0.0:8088' }`, 'f');
    assert.match(problemsOf(open)[0] ?? '', /0\.0\.0\.0 is reached/, name);
    assert.deepEqual(problemsOf(readConfigText(`${name}: { listen: '127.0.0.1:8088' }`, 'f')), []);
  }
  assert.match(problemsOf(readConfigText('tls: { certificate: a.pem }', 'f'))[0] ?? '', /needs both/);
  assert.deepEqual(
    ['127.0.0.1', '127.9.9.9', '::1', 'localhost', '0.0.0.0', '::', '128.0.0.1', '127.example.org'].map(isLoopback),
    [true, true, true, true, false, false, false, false],
  );
});

test('limits that contradict each other are told', () => {
  assert.match(
    problemsOf(readConfigText('limits: { bodyBytes: 64 MiB, decodedBytes: 32 MiB }', 'f'))[0] ?? '',
    /decodedBytes/,
  );
  assert.match(problemsOf(readConfigText('limits: { bodiesBytes: 8 MiB }', 'f'))[0] ?? '', /bodiesBytes/);
});

test('lists come as lists from files and with commas from variables', () => {
  const fromFile = settingsOf(readConfigText('detection:\n  rules: [a.yml, b]\n', 'f')).settings.detection.rules;
  const fromVariable = settingsOf(readVariables({ TRIAD_DETECTION__RULES: 'a.yml, b' })).settings.detection.rules;
  assert.deepEqual(
    [fromFile, fromVariable],
    [
      ['a.yml', 'b'],
      ['a.yml', 'b'],
    ],
  );
  assert.equal(problemsOf(readConfigText('trustedProxies: [10.0.0.0/33]', 'f')).length, 1);
  assert.equal(problemsOf(readConfigText('trustedProxies: [10.0.0.0/8, "fd00::/8", 10.1.2.3]', 'f')).length, 0);
});

test('what a running server does not take is named, and never what it says', () => {
  const { settings } = settingsOf();
  assert.deepEqual(changedSettings(settings, structuredClone(settings)), []);
  const now = {
    ...settings,
    publicUrl: 'https://triad.example',
    limits: { ...settings.limits, connections: 7 },
    read: { ...settings.read, zone: 'UTC' },
    tls: { certificate: 'a', key: 'b' },
  };
  assert.deepEqual(changedSettings(settings, now as typeof settings), ['limits.connections', 'publicUrl']);
});
