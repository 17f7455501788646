import assert from 'node:assert/strict';
import test from 'node:test';
import { type JsonValue, recogniseUnit, type Shape, type Unit } from '../../src/shapes/index.ts';
import { CONSUMER, LOGON } from './four-events.ts';
import { WRITTEN_BY_NAME } from './written-by-name.ts';
import { WRITTEN_OTHERWISE } from './written-otherwise.ts';

const WRONG: readonly JsonValue[] = [
  null,
  true,
  -1,
  1e300,
  12345678901234567890n,
  '',
  '-',
  '\u0000',
  'x'.repeat(5000),
  [],
  [[null]],
  {},
  { '#text': { '#text': [] } },
  { Value: [{ Value: null }] },
];

/** Every copy of the value in which one member, at any depth, is replaced. */
function* spoiled(value: JsonValue, wrong: JsonValue): Generator<JsonValue> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const put = (changed: JsonValue): JsonValue =>
      Array.isArray(value)
        ? value.map((old: JsonValue, index) => (String(index) === key ? changed : old))
        : { ...(value as Record<string, JsonValue>), [key]: changed };
    yield put(wrong);
    for (const below of spoiled(item, wrong)) yield put(below);
  }
}

function readAll(value: JsonValue, known: Shape | undefined): string {
  const unit = {
    kind: 'json',
    value: value as Record<string, JsonValue>,
    offset: 0,
    length: 1,
    line: 1,
  } satisfies Unit;
  const found = recogniseUnit(unit);
  // A shape may be asked to read what it would no longer know: a unit that changes between the two calls is not there.
  const shape = found?.shape ?? known;
  if (shape === undefined) return 'unknown';
  const reading = shape.read(unit, { file: 'x' });
  if (reading.kind === 'broken' || reading.kind === 'thirdParty') return reading.kind;
  const { event } = reading;
  for (const [name, text] of event.entries()) assert.deepEqual([typeof name, typeof text], ['string', 'string']);
  for (const field of ['ProviderGuid', 'Keywords', 'Level', 'UserID', 'ProcessID', 'Qualifiers'] as const) {
    const text = event.system(field);
    if (text !== undefined) assert.equal(typeof text, 'string');
  }
  assert.ok(Number.isFinite(event.stated.ms) && Number.isInteger(event.stated.ticks), 'a time');
  assert.ok(event.provider !== '' && event.channel !== '' && event.computer !== '', 'a header');
  assert.ok(Number.isInteger(event.eventId) && event.eventId >= 0 && event.eventId <= 65535, 'an id');
  assert.ok(Number.isInteger(event.version) && event.version >= 0, 'a version');
  event.utcTime?.ms.toFixed();
  event.detach();
  return reading.kind;
}

for (const writing of [...WRITTEN_BY_NAME, ...WRITTEN_OTHERWISE]) {
  test(`whatever stands in any member of ${writing.name}, it is an event of the right types or refused`, () => {
    const tally = new Map<string, number>();
    for (const model of [LOGON, CONSUMER]) {
      const text = writing.write(model);
      if (text === undefined) continue;
      const value = JSON.parse(text) as Record<string, JsonValue>;
      const shape = recogniseUnit({ kind: 'json', value, offset: 0, length: 1, line: 1 })?.shape;
      assert.equal(shape?.id, writing.shape);
      for (const wrong of WRONG) {
        for (const changed of spoiled(value, wrong)) {
          const kind = readAll(changed, shape);
          tally.set(kind, (tally.get(kind) ?? 0) + 1);
        }
      }
    }
    assert.ok((tally.get('event') ?? 0) > 100 && (tally.get('broken') ?? 0) > 10, JSON.stringify([...tally]));
  });
}
