import assert from 'node:assert/strict';
import test from 'node:test';
import { SHAPES, type ShapedEvent, SourceClock, settleTime, TextReader } from '../../src/shapes/index.ts';
import type { SystemField } from '../../src/windows/index.ts';
import { COMPUTER, CONSUMER, MODELS } from './four-events.ts';
import { SYSTEM } from './writing.ts';
import { WRITTEN_BY_NAME } from './written-by-name.ts';
import { WRITTEN_OTHERWISE } from './written-otherwise.ts';

/** Each shape's own way of writing an event, from SERVE 2 and CORPUS 6. */
const WRITINGS = [...WRITTEN_BY_NAME, ...WRITTEN_OTHERWISE];

function readOne(text: string): { event: ShapedEvent; units: Readonly<Record<string, number>> } {
  const events: ShapedEvent[] = [];
  const reader = new TextReader({ source: { file: 'x.json' } });
  const sink = { onEvent: (event: ShapedEvent) => events.push(event) };
  reader.push(Buffer.from(`${text}\n`), sink);
  const { units, anomalies } = reader.end(sink);
  assert.deepEqual(anomalies, []);
  const [event] = events;
  assert.ok(event !== undefined && events.length === 1, JSON.stringify(units));
  return { event, units };
}

for (const writing of WRITINGS) {
  test(`5861, Sysmon 20, 4688 and 4624 come out of ${writing.name} as they are in EVTX`, () => {
    let written = 0;
    for (const model of MODELS) {
      const text = writing.write(model);
      if (text === undefined) continue;
      written++;
      const { event, units } = readOne(text);
      assert.deepEqual(units, { [writing.shape]: 1 });
      const time = { ticks: model.time.slice(0, 27), ms: model.time.slice(0, 23), s: model.time.slice(0, 19) }[
        writing.precision
      ];
      const system: Partial<Record<SystemField, string>> = {
        ...SYSTEM,
        ProviderGuid: model.guid,
        Keywords: model.keywords,
      };
      assert.deepEqual(
        {
          head: [event.provider, event.channel, event.eventId, event.version, event.computer],
          recordId: event.recordId,
          time: timeText(event).slice(0, time.length),
          system: writing.keeps.map((field) => [field, event.system(field)]),
          fields: event.entries(),
        },
        {
          head: [
            model.provider,
            model.channel,
            model.eventId,
            writing.hasNoVersion && model === CONSUMER ? 0 : model.version,
            COMPUTER,
          ],
          recordId: writing.hasNoRecordId ? undefined : model.recordId,
          time,
          system: writing.keeps.map((field) => [field, system[field]]),
          fields: model.fields,
        },
      );
      assert.deepEqual(event.detach().entries(), model.fields);
    }
    assert.ok(written > 0);
  });
}

/** TimeCreated as the clock of a source of this one event settles it, without the correction that one event cannot show. */
function timeText(event: ShapedEvent): string {
  const { ms, ticks, zone } = event.stated;
  const settled = settleTime(new SourceClock().settle(), {
    computer: event.computer,
    offset: 0,
    stated: { ...event.stated, zone: zone === 'utc' ? 'utc' : 'local' },
  });
  assert.deepEqual([settled.createdMs, settled.createdTicks], [ms, ticks]);
  return `${new Date(ms).toISOString().slice(0, 23)}${String(ticks).padStart(4, '0')}`;
}

test('every shape that reads JSON is among those that the four events were written in, or says why not', () => {
  const written = new Set(WRITINGS.map(({ shape }) => shape));
  const left = SHAPES.map(({ id }) => id).filter((id) => !written.has(id));
  // S1, S11, S12 and S14 are XML and text; S8 is the old API of S7; S16, S19 and S20 carry findings, Zeek its own records.
  const others = new Set(['S1', 'S8', 'S11', 'S12', 'S14', 'S16', 'S19', 'S20', 'zeek']);
  assert.deepEqual(
    left.filter((id) => !others.has(id)),
    [],
  );
});
