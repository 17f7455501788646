import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, dossier, finding, hop, input, source } from '../../test/made-incident-parts.ts';
import type { Glue, TiedFinding } from '../analytics/index.ts';
import { buildIncidents } from './build.ts';

/** A finding of a user's rule. */
function custom(
  id: string,
  glue: Partial<Glue>,
  parts: { readonly subscriptions?: readonly string[]; readonly score?: number; readonly time?: string } = {},
): TiedFinding {
  const { analytic: _, ...made } = finding(id, 'X01', { scope: 'custom', ...parts }).finding;
  return {
    finding: made,
    glue: { processes: [], logons: [], accounts: [], firstMs: 0, lastMs: 0, ...glue },
  };
}

function joined(rules: readonly TiedFinding[], ...of: Parameters<typeof input>): (readonly string[])[] {
  const { incidents } = buildIncidents({ ...input(...of), ruleFindings: rules });
  return incidents.map(({ findings }) => findings);
}

const PROCESS = { processes: [{ key: 'p', ancestors: ['parent'] }] };

test('E7 a finding of a user joins by the same subscription, process, line of processes or session', () => {
  const ours = finding('a', 'S05', { glue: { ...PROCESS, logons: ['session'] } });
  const rules = [
    custom('by subscription', {}, { subscriptions: ['s'] }),
    custom('by process', { processes: [{ key: 'p', ancestors: [] }] }),
    custom('below it', { processes: [{ key: 'child', ancestors: ['p'] }] }),
    custom('above it', { processes: [{ key: 'parent', ancestors: [] }] }),
    custom('by session', { logons: ['session'] }),
  ];
  const found = joined(rules, [ours], [dossier('s', { host: 'other' })]);
  assert.deepEqual(found.map((ids) => [...ids].sort()).sort(), [
    ['a', 'above it', 'below it', 'by process', 'by session'],
    ['by subscription'],
  ]);
});

test('E7 it joins by the process that made a call, whose incident is that of the target', () => {
  const call = finding('a', 'R02', { hop: hop(['process'], { sources: [source({ process: { key: 'client' } })] }) });
  const found = joined([custom('client', { processes: [{ key: 'client', ancestors: [] }] })], [call]);
  assert.deepEqual(found, [['a', 'client']]);
});

test('E7 it never ties two incidents: of several the first in the order of what ties, then of time', () => {
  const first = finding('a', 'S05', { glue: { logons: ['one'] } });
  const second = finding('b', 'S05', { time: at('10:00:00'), glue: { logons: ['two'] } });
  const both = custom('both', { logons: ['two', 'one'] });
  assert.deepEqual(joined([both], [first, second]), [['a'], ['b', 'both']]);
  const process = finding('c', 'S05', { time: at('11:00:00'), host: 'third', glue: PROCESS });
  const nearer = custom('nearer', { logons: ['one'], processes: [{ key: 'p', ancestors: [] }] });
  assert.deepEqual(joined([nearer], [first, second, process]), [['a'], ['b'], ['c', 'nearer']]);
});

test('E7 it stays outside where nothing ties it, by an account alone, and where it is informational', () => {
  const ours = finding('a', 'S05', { glue: { ...PROCESS, accounts: ['alice'] } });
  const rules = [
    custom('nothing', {}),
    custom('account', { accounts: ['alice'] }),
    custom('informational', { processes: [{ key: 'p', ancestors: [] }] }, { score: 5 }),
  ];
  assert.deepEqual(joined(rules, [ours]), [['a']]);
  assert.deepEqual(joined(rules, []), []);
});

test('E7 it weighs nothing: score, sum, title and id of the incident are those without it', () => {
  const ours = [finding('a', 'S05', { glue: PROCESS })];
  const rules = [custom('rule', { processes: [{ key: 'p', ancestors: [] }] }, { score: 85, time: at('08:00:00') })];
  const [plain] = buildIncidents(input(ours)).incidents;
  const [ruled] = buildIncidents({ ...input(ours), ruleFindings: rules }).incidents;
  assert.ok(plain !== undefined && ruled !== undefined);
  assert.deepEqual(ruled.levels, { ...plain.levels, custom: 'critical' });
  assert.deepEqual({ ...ruled, levels: 0, findings: 0, chains: 0 }, { ...plain, levels: 0, findings: 0, chains: 0 });
  assert.deepEqual(
    ruled.chains.map(({ findings }) => findings),
    [['a', 'rule']],
  );
});
