import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openArchive } from '../../src/archive/index.ts';
import { openState } from '../../src/state/index.ts';
import { sendLines, winlogbeat } from '../../test/serve/running-server.ts';
import { untilJudged } from '../../test/serve/server-process.ts';
import { APART_MS, COMMON_TOKEN, EVENTS_OF_BATCH, madeEvents, RARE_TOKEN } from '../archive/events.ts';
import { type Filling, type Ground, measuredPage } from './ground.ts';
import { firstPage, searchFigures } from './search.ts';
import { type Figure, percentile } from './verdicts.ts';

const GROUP = 16_384;
const RARE_SEARCHES = 5;
/** As of any first page of hits. */
const FIRST_PAGE_MS = 300;

/**
 * So many events of the last minutes in the archive: every one holds `COMMON_TOKEN`, three hold `RARE_TOKEN`. The journal gets as many batches as the events come from, of one event each, so that archive and
 * journal are of one length; they are archived as the made ones.
 */
export function archiveOf(events: number): Filling {
  return {
    yaml: 'archive: { enabled: false }',
    send: async (first) => {
      for (let batch = 0; batch < Math.ceil(events / EVENTS_OF_BATCH); batch++) {
        const answer = await sendLines(first, [winlogbeat(batch + 1)]);
        if (answer.status !== 200) throw new Error(`a batch was answered with ${answer.status}`);
        await answer.arrayBuffer();
      }
      await untilJudged(first);
    },
    fill: (folder) => fill(folder, events),
  };
}

async function fill(folder: string, events: number): Promise<void> {
  const nowMs = Date.now();
  const opened = await openArchive({
    folder: join(folder, 'archive'),
    storeId: await storeIdOf(folder),
    nowMs: () => Date.now(),
  });
  if (opened.kind === 'problem') throw new Error(opened.message);
  const { archive } = opened;
  for (let at = 0; at < events; at += GROUP) {
    const made = madeEvents(at, Math.min(GROUP, events - at), events, nowMs - events * APART_MS);
    const answer = archive.append(made);
    await archive.flush();
    const outcome = await answer;
    if (outcome.kind === 'refused') throw new Error(outcome.message);
  }
  await archive.sealed();
  await archive.close();
}

async function storeIdOf(folder: string): Promise<Uint8Array> {
  const opened = await openState(folder, { nowMs: Date.now(), pid: process.pid, random: randomBytes });
  if (opened.kind === 'problem') throw new Error(opened.message);
  const identity = await opened.state.call('identity', null);
  await opened.state.close();
  if (identity.kind === 'refused') throw new Error(identity.message);
  return Buffer.from(identity.value.storeId, 'hex');
}

/** What a search costs over an archive in which every event is a hit, and a rare word over the same. */
export async function archiveFigures(ground: Ground, read: number): Promise<readonly Figure[]> {
  const figures = await searchFigures(ground, COMMON_TOKEN, read);
  const times: number[] = [];
  for (let search = 0; search < RARE_SEARCHES; search++) {
    const page = await measuredPage(ground, '/search', 'h1');
    times.push((await firstPage(page, RARE_TOKEN)).value);
    await page.context().close();
  }
  return [
    ...figures,
    {
      what: `Enter to the hits of a rare whole word painted, middle of ${RARE_SEARCHES}`,
      ...{ value: percentile(times, 50), unit: 'ms', bar: FIRST_PAGE_MS },
      beside: `worst ${Math.max(...times).toFixed(0)} ms`,
    },
  ];
}
