import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoggedEvent, SHAPE_WRITERS, type ShapeWriter, seedEvents } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { asLogs, carried, comparable, differences, huntFolder, isExcused } from './conversion.ts';
import { everyEvent } from './every-event.ts';
import { losesOf, lossesOfShape, partsOf, UNIT_SHAPES } from './measured-losses.ts';

/** Ids of events that the seed case plants, or that its analytics join. */
const PLANTED: ReadonlySet<number> = new Set([5857, 5859, 5861, 19, 20, 21, 5615, 5617, 4688]);

/** The seed case with every planted event and each fortieth of an ordinary day. */
function thinned(): { readonly name: string; readonly events: readonly LoggedEvent[] }[] {
  return seedEvents().map(({ computer, events }) => ({
    name: computer,
    events: events.filter((event, i) => i % 40 === 0 || isPlanted(event)),
  }));
}

function isPlanted({ model }: LoggedEvent): boolean {
  if (PLANTED.has(model.eventId)) return true;
  if (model.body.kind !== 'eventData') return false;
  return model.body.fields.some(
    ({ value }) => value.kind === 'plain' && /alice|erin|^7316$|^6020$/.test(value.text ?? ''),
  );
}

const CASES = [...thinned(), { name: 'one event of every maker', events: everyEvent() }];
/** Results of event logs by the events in them: most shapes carry all of a case. */
const LOGS = new Map<string, ReturnType<typeof huntFolder>>();

function huntLogs(
  t: Parameters<typeof folderWith>[0],
  name: string,
  events: readonly LoggedEvent[],
): ReturnType<typeof huntFolder> {
  const key = JSON.stringify([name, events.map(({ model, recordId }) => `${model.channel} ${recordId}`)]);
  const known = LOGS.get(key) ?? huntFolder(folderWith(t, asLogs(events)));
  LOGS.set(key, known);
  return known;
}

const named = (writer: ShapeWriter): string => `${writer.style} (${writer.shape})`;

for (const writer of SHAPE_WRITERS) {
  test(`B20 ${named(writer)} gives the dossiers, findings and ids of its EVTX, each file hunted alone`, async (t) => {
    let subscriptions = 0;
    for (const { name, events: all } of CASES) {
      const { events } = carried(writer, all);
      if (events.length === 0) continue;
      const log = await huntLogs(t, name, events);
      const text = await huntFolder(folderWith(t, [[`export.${writer.ending}`, writer.write(events)]]));
      subscriptions += log?.subscriptions.length ?? 0;
      const found = differences(comparable(log, writer, events), comparable(text, writer, events));
      assert.deepEqual(
        found.filter((difference) => !isExcused(difference, writer.losses)),
        [],
        name,
      );
    }
    // Of a Security log alone no subscription is known.
    const isWhole = writer.cannotCarry({ ...firstBinding().model }) === undefined;
    assert.equal(subscriptions > 12, isWhole);
  });
}

function firstBinding(): LoggedEvent {
  const found = everyEvent().find(({ model }) => model.eventId === 5861);
  assert.ok(found !== undefined);
  return found;
}

test('B20 each shape loses what it is said to lose, no more and no less, and says so itself', (t) => {
  const rows = [['shape', 'written as', 'carried', 'loses'].join(' | ')];
  const wrong: string[] = [];
  for (const writer of SHAPE_WRITERS) {
    const { events, reasons } = carried(writer, everyEvent());
    const measured = losesOf(writer, events);
    assert.ok(measured !== undefined, `${named(writer)}: not every event came back`);
    const { must, may } = partsOf(writer.losses);
    for (const [part, example] of measured.parts) {
      if (!must.has(part) && !may.has(part)) wrong.push(`${named(writer)} loses ${part}: ${example}`);
    }
    for (const part of must) {
      if (!measured.parts.has(part)) wrong.push(`${named(writer)} is said to lose ${part}, and does not`);
    }
    const shape = UNIT_SHAPES[writer.shape] ?? writer.shape;
    for (const unit of Object.keys(measured.result.units)) {
      if (unit !== shape && unit !== 'wrapper') wrong.push(`${named(writer)} is taken for ${unit}`);
    }
    const stated = lossesOfShape(shape);
    for (const [part, codes] of stated.missing(measured.parts)) {
      wrong.push(`${shape} does not say that it loses ${part} (one of ${codes.join(', ')})`);
    }
    const why = [...reasons].map(([reason, count]) => `${count} not: ${reason}`).join('; ');
    rows.push(
      [
        writer.shape,
        writer.style,
        `${events.length}${why === '' ? '' : ` (${why})`}`,
        [...measured.parts.keys()].join(', '),
      ].join(' | '),
    );
  }
  t.diagnostic(`\n${rows.join('\n')}`);
  assert.deepEqual(wrong, []);
});
