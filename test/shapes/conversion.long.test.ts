import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHAPE_WRITERS, seedEvents } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { asLogs, carried, comparable, differences, huntFolder, isExcused } from './conversion.ts';

for (const { computer, events: all } of seedEvents()) {
  test(`B20 the whole day of ${computer} in every shape gives the dossiers, findings and ids of its EVTX`, async (t) => {
    for (const writer of SHAPE_WRITERS) {
      const { events } = carried(writer, all);
      const log = await huntFolder(folderWith(t, asLogs(events)));
      const text = await huntFolder(folderWith(t, [[`export.${writer.ending}`, writer.write(events)]]));
      const found = differences(comparable(log, writer, events), comparable(text, writer, events));
      assert.deepEqual(
        found.filter((difference) => !isExcused(difference, writer.losses)),
        [],
        writer.style,
      );
    }
  });
}
