import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryEntry, IncidentDocument } from '../../console/incident/document.ts';
import { formerSteps } from '../../console/incident/former-steps.ts';
import { mergedPast, notesOf } from '../../console/incident/past.ts';

function entry(seq: number, note?: string): HistoryEntry {
  return { seq, ...(note === undefined ? {} : { note }) } as HistoryEntry;
}

test('what was read of the past stays when newer entries come, each once, newest first; a note is among it however old', () => {
  const read = mergedPast([entry(3), entry(2)], [entry(2), entry(1, 'seen before')]);
  const items = mergedPast([entry(5, ''), entry(4)], read);
  assert.deepEqual(
    items.map(({ seq }) => seq),
    [5, 4, 3, 2, 1],
  );
  assert.deepEqual(
    notesOf(items).map(({ seq }) => seq),
    [1],
  );
});

test('a step that was done and is named no more is shown with its phase', () => {
  const incident = { next: [{ id: 'C1', phase: 'contain', text: 'Isolate it' }] };
  const work = { taken: { C1: { phase: 'contain' }, R7: { phase: 'remove' } } };
  const steps = formerSteps({ incident, work } as unknown as IncidentDocument);
  assert.deepEqual(
    steps.map(({ id, phase }) => [id, phase]),
    [['R7', 'remove']],
  );
});
