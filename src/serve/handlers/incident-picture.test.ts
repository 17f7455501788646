import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INCIDENT_RESULT, SAMPLE_INCIDENT } from '../../../test/report/sample-incident.ts';
import type { Hop } from '../../incidents/index.ts';
import type { WholeIncident } from '../../state/index.ts';
import { pictureAnswer } from './incident-picture.ts';

function wholeOf(edges: readonly Hop[]): WholeIncident {
  const { findings, subscriptions, gaps } = INCIDENT_RESULT;
  const document = JSON.stringify({ incident: { ...SAMPLE_INCIDENT, edges }, findings, subscriptions, gaps });
  return { number: 4, document } as unknown as WholeIncident;
}

function pictureOf(edges: readonly Hop[], isWithheld = false): string {
  const answer = pictureAnswer(wholeOf(edges), isWithheld);
  assert.equal(answer.kind, 'answer');
  return answer.kind === 'answer' ? String(answer.body) : '';
}

test('PRODUCT 9.4 the picture of an incident is a file of its own, with what evidence says as text', () => {
  const [hop = assert.fail('no hop')] = SAMPLE_INCIDENT.edges;
  const answer = pictureAnswer(wholeOf([{ ...hop, account: '<script>alert(1)</script>' }]), false);
  assert.equal(answer.kind, 'answer');
  if (answer.kind !== 'answer') return;
  assert.deepEqual([answer.status, answer.type], [200, 'image/svg+xml']);
  assert.deepEqual(answer.headers, {
    'content-disposition': 'attachment; filename="INC-4.svg"',
    'content-security-policy': "default-src 'none'; sandbox",
  });
  assert.match(String(answer.body), /<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*&lt;script/s);
  assert.doesNotMatch(String(answer.body), /<script|<style|href|var\(/);
});

test('G20 who sees no raw evidence gets none of the names among which a source is', () => {
  const [hop = assert.fail('no hop')] = SAMPLE_INCIDENT.edges;
  const { host, address, ...source } = hop.source;
  const candidates = [{ host: 'ws-31.corp.example' }, { host: 'ws-32.corp.example' }];
  const edges = [{ ...hop, source, candidates, observed: false, confidence: 0.5 }] as unknown as readonly Hop[];
  assert.match(pictureOf(edges), /ws-31\.corp\.example/);
  assert.doesNotMatch(pictureOf(edges, true), /ws-3[12]/i);
  assert.ok(pictureOf(edges, true).includes('<svg'));
});

test('an incident without a call that is at least possible has no picture', () => {
  const [hop = assert.fail('no hop')] = SAMPLE_INCIDENT.edges;
  for (const edges of [[], [{ ...hop, confidence: 0.2 }]]) {
    const answer = pictureAnswer(wholeOf(edges), false);
    assert.equal(answer.kind === 'problem' && answer.problem.code, 'not_found');
  }
});
