import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentDocument } from '../../console/incident/document.ts';
import { formerSteps } from '../../console/incident/former-steps.ts';
import { mergedPast, notesOf } from '../../console/incident/past.ts';
import type { HistoryEntryDocument } from '../../src/api/index.ts';

function entry(seq: number, note?: string): HistoryEntryDocument {
  return { seq, ...(note === undefined ? {} : { note }) } as HistoryEntryDocument;
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

test('notes are what people wrote, whatever they did with it; what the engine noted stands in the history alone', () => {
  const items: readonly HistoryEntryDocument[] = [
    { ...entry(4, 'was part of b'), who: 'system', action: 'restored' },
    { ...entry(3, 'patch day'), who: 'bea', action: 'verdict' },
    { ...entry(2, 'took in b (INC-2)'), who: 'system', action: 'absorbed' },
    { ...entry(1, 'asked the owner'), who: 'local:ann', action: 'note' },
  ];
  assert.deepEqual(
    notesOf(items).map(({ note }) => note),
    ['patch day', 'asked the owner'],
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
