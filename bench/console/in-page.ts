import type { Page } from 'playwright-core';

/** What is measured inside the page. Times are milliseconds. */
interface Bench {
  /** From each keydown to its frame being handed on. */
  readonly keys: number[];
  /** Durations of tasks over 50 ms (what the browser calls a long task). */
  readonly tasks: number[];
  /** When what was waited for was painted first, since the page was asked for; or since the last click or keydown of Enter. */
  first?: number;
  painted?: number;
}

declare global {
  var bench: Bench;
}

/**
 * Has each document of the page measure itself. A key is over when the frame behind it was painted: the next animation frame, and behind that a message, which comes after the
 * frame was handed on. `first` is the time of the first frame with an element of a selector.
 */
export async function measureIn(page: Page, firstSelector: string): Promise<void> {
  await page.addInitScript((selector) => {
    const bench: Bench = { keys: [], tasks: [] };
    globalThis.bench = bench;
    const painted = (done: () => void): void => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = done;
        port2.postMessage(0);
      });
    };
    const listen = { capture: true } as const;
    addEventListener(
      'keydown',
      ({ timeStamp }) => painted(() => bench.keys.push(performance.now() - timeStamp)),
      listen,
    );
    new PerformanceObserver((list) => bench.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    const look = (): void => {
      if (document.querySelector(selector) === null) requestAnimationFrame(look);
      else
        painted(() => {
          bench.first = performance.now();
        });
    };
    look();
  }, firstSelector);
}

/** Has the next click, or the next Enter, measure how long it takes until an element has a text. */
export async function measureNext(page: Page, selector: string, text: string): Promise<void> {
  await page.evaluate(
    ([wanted = '', words = '']) => {
      delete globalThis.bench.painted;
      const begin = ({ timeStamp }: Event): void => {
        const look = (): void => {
          const isThere = document.querySelector(wanted)?.textContent?.includes(words) === true;
          if (!isThere) {
            requestAnimationFrame(look);
            return;
          }
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            globalThis.bench.painted = performance.now() - timeStamp;
          };
          port2.postMessage(0);
        };
        requestAnimationFrame(look);
      };
      addEventListener('click', begin, { capture: true, once: true });
      addEventListener('keydown', (event) => event.key === 'Enter' && begin(event), { capture: true, once: true });
    },
    [selector, text],
  );
}

/** The time that `measureNext` measured, once it is there. */
export async function nextPainted(page: Page): Promise<number> {
  await page.waitForFunction(() => globalThis.bench.painted !== undefined);
  return await page.evaluate(() => globalThis.bench.painted ?? Number.NaN);
}

/** Presses a key so many times, so far apart, and gives the times of each from keydown to paint. */
export async function keyTimes(page: Page, key: string, times: number, apartMs: number): Promise<readonly number[]> {
  await page.evaluate(() => globalThis.bench.keys.splice(0));
  for (let n = 0; n < times; n++) {
    const begunMs = performance.now();
    await page.keyboard.press(key);
    await page.waitForTimeout(Math.max(0, apartMs - (performance.now() - begunMs)));
  }
  await page.waitForFunction((wanted) => globalThis.bench.keys.length >= wanted, times);
  return await page.evaluate(() => globalThis.bench.keys);
}

/** Long tasks since this was asked last. */
export async function longTasks(page: Page): Promise<readonly number[]> {
  // The observer is told behind the task: what just ended has to come through.
  await page.waitForTimeout(100);
  return await page.evaluate(() => globalThis.bench.tasks.splice(0));
}

/** First contentful paint of this document. */
export async function contentfulPaint(page: Page): Promise<number> {
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  return await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN);
}

/** Scrolls a list by the wheel, step by step, each in a frame of its own. */
export async function wheel(page: Page, selector: string, steps: number, px: number): Promise<void> {
  await page.locator(selector).hover();
  for (let step = 0; step < steps; step++) {
    await page.mouse.wheel(0, px);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}

/** What a page holds after a collection, bytes. */
export interface PageMemory {
  /** Objects and texts of scripts. */
  readonly scripts: number;
  /** What typed arrays hold. */
  readonly arrays: number;
  /** Elements, styles and what else the browser holds for the document. */
  readonly document: number;
}

/** Of the process nothing is told: a browser that is driven keeps a hundred megabytes of the answers that it got, for who drives it. */
export async function memoryOf(page: Page): Promise<PageMemory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  const usage = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return { scripts: usage.usedSize, arrays: usage.backingStorageSize, document: usage.embedderHeapUsedSize };
}

/** All of it. */
export function bytesOf({ scripts, arrays, document: elements }: PageMemory): number {
  return scripts + arrays + elements;
}
