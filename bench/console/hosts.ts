import type { Page } from 'playwright-core';
import { TELEMETRY } from '../../src/serve/handlers/telemetry.ts';
import { pagesOf } from '../../test/console/stub-pages.ts';
import type { Stub } from '../../test/console/stub-server.ts';
import { type Ground, measuredPage } from './ground.ts';
import { longTasks, wheel } from './in-page.ts';
import { loads } from './queue.ts';
import type { Figure } from './verdicts.ts';

const HOSTS = 10_000;
/** What cannot be seen of each. */
const BLIND = 2;
const TASK_MS = 50;
const AT = { first: '2026-03-12T09:00:00Z', last: '2026-03-12T10:00:00Z' } as const;

/** The stand-in has 10,000 hosts that send all there is, each blind to something. */
export function fillHosts({ answers }: Stub): void {
  const hosts = Array.from({ length: HOSTS }, (_, at) => {
    const key = `host-${at}.corp.example`;
    const blind = Array.from({ length: BLIND }, (__, gap) => ({
      id: `${at}-${gap}`,
      host: key,
      what: `no log ${gap} before 09:00`,
      so: 'what ran before is not known',
      close: `collect log ${gap} of the week before`,
    }));
    const sends = TELEMETRY.map(({ kind }) => ({ kind, records: at + 1, ...AT }));
    return {
      key,
      names: [key],
      records: 1,
      openIncidents: 0,
      subscriptions: 0,
      gaps: BLIND,
      received: AT.last,
      ...AT,
      sends,
      blind,
    };
  });
  const pages = pagesOf(hosts, ({ key }) => key);
  answers.set('/v1/hosts', (query: URLSearchParams) => ({ ...pages(query), telemetry: TELEMETRY }));
}

/** What 10,000 hosts send (PRODUCT 9.3): loading it, scrolling what is drawn of it. */
export async function hostsFigures(ground: Ground): Promise<readonly Figure[]> {
  const path = '/hosts?view=coverage';
  const row = 'main tbody tr';
  const loaded = await loads(ground, path, row);
  const page = await measuredPage(ground, path, row);
  await page.waitForTimeout(1500);
  const loading = await longTasks(page);
  const scrolling = await tasksOf(page, () => wheel(page, 'main', 120, 240));
  const rows = await page.locator(row).count();
  await page.context().close();
  return [
    ...loaded,
    { what: `${HOSTS.toLocaleString('en-GB')} hosts: longest task of loading`, value: most(loading), unit: 'ms' },
    { what: '  rows drawn', value: rows, unit: 'rows' },
    { what: '120 steps of the wheel: longest task', value: most(scrolling), unit: 'ms', bar: TASK_MS },
  ];
}

async function tasksOf(page: Page, run: () => Promise<void>): Promise<readonly number[]> {
  const before = (await longTasks(page)).length;
  await run();
  return (await longTasks(page)).slice(before);
}

function most(tasks: readonly number[]): number {
  return Math.max(0, ...tasks);
}
