import type { Page } from 'playwright-core';
import { longTasks } from './in-page.ts';
import type { Figure } from './verdicts.ts';

/** An event of Chromium's trace, as far as it is read here. Durations are microseconds: by the clock, and of the thread's own CPU time. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** SETTLED G25: no task over this, ms. */
const TASK_MS = 50;

/**
 * Tasks over 50 ms while something is done: as the page's observer of long tasks tells them, by the clock, and by the CPU time of the longest one, of which other work on the machine is no part.
 */
export async function taskFigures(page: Page, what: string, work: () => Promise<void>): Promise<readonly Figure[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the page has no browser');
  await longTasks(page);
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] };
  return [
    await longTaskFigure(page, what),
    { what: '  longest by its CPU time', value: longestCpuMs(trace.traceEvents), unit: 'ms', bar: TASK_MS },
  ];
}

/** Tasks over 50 ms by the clock since this was asked last. */
export async function longTaskFigure(page: Page, what: string): Promise<Figure> {
  const tasks = await longTasks(page);
  const beside = tasks.length === 0 ? '' : `longest ${Math.max(...tasks).toFixed(0)} ms`;
  return { what: `tasks over ${TASK_MS} ms: ${what}`, value: tasks.length, unit: 'tasks', bar: 0, beside };
}

/** Of the main threads of pages in the trace that which worked most is the page's. */
function longestCpuMs(events: readonly TraceEvent[]): number {
  const threads = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const tasks = threads.map(({ pid, tid }) =>
    events
      .filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === tid)
      .map(({ tdur = 0 }) => tdur),
  );
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const busiest = tasks.toSorted((a, b) => sum(b) - sum(a))[0] ?? [];
  return busiest.length === 0 ? Number.NaN : busiest.reduce((most, value) => Math.max(most, value), 0) / 1000;
}
