import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Archive } from '../../src/archive/index.ts';
import { BacklogContext, type ContextLimits } from '../../src/serve/archiving/backlog-context.ts';
import { Log } from '../../src/serve/log.ts';
import { Metrics } from '../../src/serve/metrics.ts';
import { entry, inFolder, NOW_MS, opened, value } from '../archive/opened.ts';
import { winlogbeat } from './running-server.ts';

const RAW = Buffer.from(winlogbeat(1));

/** What one ask brings of ten events of a host. */
async function brought(
  archive: Archive,
  given: { readonly limits?: Partial<ContextLimits>; readonly roomBytes?: number; readonly upTo?: number },
): Promise<{ readonly positions: readonly number[]; readonly bytes: number; readonly metrics: string }> {
  const metrics = new Metrics();
  const positions: number[] = [];
  const { promise, resolve } = Promise.withResolvers<number>();
  const context = new BacklogContext({
    archive,
    bindings: { wayOf: async ({ from, trust }) => ({ source: { ...from, trust } }) },
    options: () => ({
      logs: { carve: false, collectTemplates: false, runStartMs: NOW_MS },
      texts: { runStartMs: NOW_MS, tellUnread: true },
    }),
    log: new Log(
      () => undefined,
      'error',
      () => NOW_MS,
    ),
    metrics,
    nowMs: () => NOW_MS,
    ...(given.limits === undefined ? {} : { limits: given.limits }),
    onBatch: ({ position, way: { source } }) => {
      assert.deepEqual(source, { file: 'sender:sender-1', trust: 'authenticated' });
      positions.push(position);
    },
    onAnswered: (ask, bytes) => {
      assert.equal(ask, 3);
      resolve(bytes);
    },
  });
  const { roomBytes = 1e9, upTo = 100 } = given;
  const span = { fromMs: NOW_MS, toMs: NOW_MS + 1000 };
  context.ask({ kind: 'ask', ask: 3, hosts: ['ws-07.corp.example'], ...span, upTo, roomBytes });
  const bytes = await promise;
  await context.close();
  return { positions: positions.toSorted((a, b) => a - b), bytes, metrics: metrics.text() };
}

test('an answer ends at its bounds of events and of bytes, and a cut is counted; what comes by itself is left out', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder);
    for (let position = 1; position <= 10; position++) value(await archive.append([entry(position, { raw: RAW })]));
    value(await archive.append([entry(11, { raw: RAW, host: 'another' })]));
    const all = await brought(archive, {});
    assert.deepEqual([all.positions, all.bytes], [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10 * RAW.length]);
    assert.match(all.metrics, /triad_backlog_context_events_total 10\n/);
    assert.doesNotMatch(all.metrics, /context_cut_total 1/);
    const few = await brought(archive, { limits: { events: 4 } });
    assert.deepEqual(few.positions, [7, 8, 9, 10]);
    assert.match(few.metrics, /triad_backlog_context_cut_total 1\n/);
    assert.equal((await brought(archive, { limits: { bytes: 3 * RAW.length } })).positions.length, 3);
    assert.equal((await brought(archive, { limits: { bytes: 3 * RAW.length - 1 } })).positions.length, 2);
    assert.deepEqual((await brought(archive, { roomBytes: 0 })).positions, []);
    assert.deepEqual((await brought(archive, { upTo: 2 })).positions, [1, 2]);
    await archive.close();
    const refused = await brought(archive, {});
    assert.deepEqual([refused.positions, refused.bytes], [[], 0]);
    assert.match(refused.metrics, /triad_backlog_context_cut_total 1\n/);
  }));
