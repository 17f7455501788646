import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/analytics/index.ts';
import {
  type HuntResult,
  renderCsv,
  renderHtml,
  renderIncidentHtml,
  renderIncidentMarkdown,
  renderJsonl,
  renderText,
  renderTimesketch,
  toldInVersion,
} from '../../src/report/index.ts';
import { INCIDENTS, WORST } from './sample-incidents.ts';

const CLEARED = [{ new: 'T1685.005', old: ['T1070.001'] }];
const [first, ...others] = INCIDENTS.findings;
assert.ok(first !== undefined);
const finding: Finding = { ...first, attack: CLEARED };
const incident = { ...WORST, attack: CLEARED };
const RENUMBERED: HuntResult = {
  ...INCIDENTS,
  findings: [finding, ...others.map((other): Finding => ({ ...other, attack: CLEARED }))],
  incidents: [incident],
};
const WRITERS: Readonly<Record<string, (result: HuntResult) => Iterable<string>>> = {
  text: (result) => renderText(result),
  'text of findings': (result) => renderText({ ...result, incidents: [] }),
  csv: renderCsv,
  timesketch: renderTimesketch,
  html: renderHtml,
  'html of an incident': (result) => renderIncidentHtml(result, incident),
  markdown: (result) => [renderIncidentMarkdown(result, incident, [])],
};

test('E12 ids of version 19 are shown unless those of version 18 are asked for', () => {
  for (const [name, write] of Object.entries(WRITERS)) {
    const shown = (version?: 18 | 19): readonly string[] => {
      const text = [...write(toldInVersion(RENUMBERED, version))].join('');
      return ['T1685.005', 'T1070.001'].filter((id) => text.includes(id));
    };
    assert.deepEqual([shown(), shown(19), shown(18)], [['T1685.005'], ['T1685.005'], ['T1070.001']], name);
  }
});

test('JSON holds the ids of both versions, and says which was asked for', () => {
  const text = [...renderJsonl(toldInVersion(RENUMBERED, 18))].join('');
  assert.ok(text.includes('"attack":[{"new":"T1685.005","old":["T1070.001"]}]'));
  assert.ok(text.includes('"attackVersion":18'));
  assert.ok(![...renderJsonl(RENUMBERED)].join('').includes('attackVersion'));
});
