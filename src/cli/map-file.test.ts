import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_MAP_BYTES, readMapText } from './map-file.ts';

const GOOD = `name: siem
match: { present: [a.b] }
time: { field: t, format: epoch-seconds }
host: h
channel: { value: Security }
provider: { field: p }
eventId: id
fields: flat
`;

test('a mapping is plain data: a bare text is a field, a value is itself', async () => {
  assert.deepEqual(await readMapText(GOOD), {
    kind: 'map',
    map: {
      name: 'siem',
      match: { present: ['a.b'], equals: [] },
      time: { field: 't', format: 'epoch-seconds' },
      host: { field: 'h' },
      channel: { value: 'Security' },
      provider: { field: 'p' },
      eventId: { field: 'id' },
      fields: { as: 'flat' },
      rename: [],
      losses: [],
    },
  });
});

async function problems(text: string): Promise<readonly string[]> {
  const reading = await readMapText(text);
  return reading.kind === 'map' ? [] : reading.problems.map((p) => `${p.line}:${p.column} ${p.message}`);
}

test('L30 all that is wrong with a mapping is told at once, each with line and column', async () => {
  const text = GOOD.replace('siem', '"a b"')
    .replace('[a.b]', '[]')
    .replace('epoch-seconds', 'soon')
    .replace('host: h', 'hots: h')
    .replace('fields: flat', 'fields: { as: xml }');
  assert.deepEqual(await problems(text), [
    '1:1 The file lacks "host".',
    '1:7 A name is 1 to 64 letters, digits, dots, hyphens and underscores.',
    '2:8 "match" must ask for a field: present, equals or both.',
    '3:27 A format is one of iso, epoch-seconds, epoch-milliseconds, epoch-nanoseconds.',
    '4:1 The file has no "hots": it has name, match, time, host, channel, provider, eventId, recordId, fields, rename, losses.',
    '8:9 "fields" as xml needs the field that holds them.',
  ]);
});

test('aliases, anchors and tags are refused where they stand', async () => {
  assert.deepEqual(await problems(GOOD.replace('host: h', 'host: &x h').replace('eventId: id', 'eventId: *x')), [
    '4:10 Anchors are not allowed.',
    '7:10 Aliases are not allowed: write the value out.',
  ]);
  assert.deepEqual(await problems(GOOD.replace('host: h', 'host: !run h')), ['4:12 Tags are not allowed.']);
});

test('L20 size, depth, nodes and broken YAML are problems and nothing worse', async () => {
  const pad = (bytes: number): string => `${GOOD}#${'x'.repeat(bytes - GOOD.length - 1)}`;
  assert.deepEqual(await problems(pad(MAX_MAP_BYTES)), []);
  assert.deepEqual(await problems(pad(MAX_MAP_BYTES + 1)), ['1:1 The file is larger than 256 KiB.']);
  assert.match((await problems(`a: ${'['.repeat(100)}${']'.repeat(100)}`)).join(), /deeper than 16 levels/);
  assert.notDeepEqual(await problems(`a: ${'['.repeat(100_000)}`), []);
  assert.match((await problems(`a: [${'1,'.repeat(20_000)}]`)).join(), /more than 10000 nodes/);
  assert.match((await problems('a: [1')).join(), /^1:\d+ /);
  assert.match((await problems('')).join(), /must be a mapping/);
  assert.match((await problems(GOOD.replace('host: h', 'host: h\nhost: h'))).join(), /unique/);
});
