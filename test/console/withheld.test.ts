import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossierWithEmptyParts } from '../../console/incident/withheld.ts';
import { citationsOf, dossierSection, hostLabels } from '../../src/report/index.ts';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { forViewer } from './for-viewer.ts';

test('a dossier is drawn for a viewer from what the server leaves of it', () => {
  for (const subscription of INCIDENT_RESULT.subscriptions) {
    const dossier = dossierWithEmptyParts(forViewer(subscription) as typeof subscription);
    const label = hostLabels([dossier.host]);
    const citations = citationsOf([], { incidents: [], dossiers: [dossier], findings: [] }, 10, label);
    const drawing = JSON.stringify(dossierSection(dossier, citations, label, { isOpen: true, hasPictures: true }));
    assert.ok(drawing.length > 500);
    const { payload } = subscription.consumer;
    if (payload !== undefined) assert.ok(!drawing.includes(JSON.stringify(payload).slice(1, -1)));
  }
});
