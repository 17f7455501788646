import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHAPE_WRITERS } from '../../testkit/index.ts';
import { asLogs, huntFolder } from '../shapes/conversion.ts';
import { PLANTED } from '../shapes/copies.ts';
import { folderWith } from './run-triad.ts';

const SPLUNK = SHAPE_WRITERS.find(({ shape }) => shape === 'S12');
/** Without Sysmon nothing in a text tells the zone of its times. */
const WITHOUT_UTC = PLANTED.filter(({ model }) => !model.provider.endsWith('Sysmon'));

test('a record that only a local text holds is at the time that copies of others tell, and its evidence says so (B12 a)', async (t) => {
  assert.ok(SPLUNK !== undefined);
  const text = SPLUNK.write(WITHOUT_UTC);
  const logs = asLogs(WITHOUT_UTC.filter(({ model }) => model.channel === 'Security'));
  const alone = await huntFolder(folderWith(t, [['wmi.txt', text]]));
  const together = await huntFolder(folderWith(t, [['wmi.txt', text], ...logs]));
  const binding = (result: typeof alone): unknown => {
    const record = result?.records.find(({ eventId }) => eventId === 5861);
    return [record?.time, record?.timeRaw, record?.timeQuality];
  };
  assert.deepEqual(binding(alone), ['2026-03-12T10:44:05.0000000Z', '2026-03-12T10:44:05.0000000Z', 'local-assumed']);
  assert.deepEqual(binding(together), ['2026-03-12T09:44:05.0000000Z', '2026-03-12T09:44:05.0000000Z', 'corrected']);
  const channel = 'Microsoft-Windows-WMI-Activity/Operational';
  const from = together?.summary.coverage.find((row) => row.channel === channel)?.from;
  assert.equal(from, '2026-03-12T09:44:05.0000000Z');
  assert.equal(together?.summary.folded, 4);
  assert.deepEqual(
    together.anomalies.filter(({ code }) => code === 'TRIAD-E-TEXT-CLOCK').map(({ message }) => message),
    [
      'Nothing in this file tells the zone of its local times. Copies of 4 records in other files show them 1 h ahead of UTC. They were corrected by that.',
    ],
  );
});
