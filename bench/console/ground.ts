import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Database } from '../../src/disk/index.ts';
import { applyIncidents } from '../../src/state/incidents/apply.ts';
import { type IncidentWrite, STATE_FILE } from '../../src/state/index.ts';
import { STATE_LIMITS } from '../../src/state/limits.ts';
import { formatTime } from '../../src/windows/index.ts';
import { newContext, type OpenedPage } from '../../test/console/page-in-browser.ts';
import { INCIDENT_RESULT, SAMPLE_INCIDENT } from '../../test/report/sample-incident.ts';
import { type ServerProcess, startProcess } from '../../test/serve/server-process.ts';
import { addPerson } from '../../test/serve/signed-in.ts';
import { measureIn } from './in-page.ts';

export const INCIDENTS = 10_000;
/** Incidents with whole documents: more than are opened. */
const OPENED = 400;
const OTHER_LEVELS = ['high', 'medium', 'low'] as const;
export const VIEW = { width: 1440, height: 900 } as const;

/** Prints of what the incidents run. */
export const PAYLOADS: readonly string[] = Array.from({ length: 12 }, (_, at) => at.toString(16).repeat(64));

/** What the page is measured over: a server or its stand-in, and a browser. */
export interface Ground {
  readonly url: string;
  readonly browser: Browser;
  /** A profile of its own, without a cache, in which somebody is signed in. */
  context(): Promise<BrowserContext>;
}

export function standIn({ stub, browser }: OpenedPage): Ground {
  return {
    url: stub.url,
    browser,
    context: () => newContext(browser, stub, VIEW, 'light', undefined),
  };
}

/** Gives the incidents of the stand-in the payloads that those of the server have. */
export function givePayloads({ incidents }: OpenedPage['stub']): void {
  for (const [at, incident] of [...incidents.values()].entries())
    incident.payload = PAYLOADS[at % PAYLOADS.length] ?? '';
}

/** What a folder holds before the server starts that is measured. */
export interface Filling {
  /** Settings of the first start, which makes the folder. */
  readonly yaml?: string;
  /** While that one runs. */
  send?(first: ServerProcess): Promise<void>;
  /** When it has ended. */
  fill(folder: string): Promise<void> | void;
}

/** `triad serve` in a process of its own, over a folder that was filled before it started. */
export async function realServer(
  browser: Browser,
  { yaml = '', send, fill }: Filling,
): Promise<Ground & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'triad-console-'));
  const first = await startProcess(join(folder, 'server'), { yaml });
  const password = await addPerson(first, 'ann', 'analyst');
  await send?.(first);
  await first.end('SIGTERM');
  await fill(first.folder);
  const server = await startProcess(first.folder);
  const signingIn = await browser.newContext();
  const page = await signingIn.newPage();
  await page.goto(server.url);
  await page.getByLabel('Name').fill('ann');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Incidents' }).waitFor();
  const storageState = await signingIn.storageState();
  await signingIn.close();
  return {
    url: server.url,
    browser,
    context: () => browser.newContext({ viewport: VIEW, storageState }),
    close: async () => {
      await server.end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page that measures itself, once an element of a selector was painted. */
export async function measuredPage(ground: Ground, path: string, first: string): Promise<Page> {
  const page = await (await ground.context()).newPage();
  await measureIn(page, first);
  await page.goto(ground.url + path);
  await page.waitForFunction(() => globalThis.bench.first !== undefined, undefined, { timeout: 60_000 });
  return page;
}

/** Writes 10,000 incidents into the state of a server that does not run. */
export function fillQueue(folder: string): void {
  const database = new Database(join(folder, STATE_FILE), { timeoutMs: 0 });
  const nowMs = Date.now();
  const writes = Array.from({ length: INCIDENTS }, (_, at) => incidentWrite(at, nowMs - at * 1000));
  const outcome = database.transaction(() => applyIncidents({ database, limits: STATE_LIMITS }, writes));
  database.close();
  if (outcome.kind === 'refused') throw new Error(outcome.message);
}

/**
 * The sample of the report under another id and title; whole with its records where it is opened: the worst stand first, and 10,000 whole ones would be half a gigabyte.
 */
function incidentWrite(at: number, atMs: number): IncidentWrite {
  const isWhole = at < OPENED;
  const id = `bench-${String(at).padStart(10, '0')}`;
  const title = `CORP\\alice from WS-07 planted subscription UpdSvcSync${at} on SRV-${at % 700} over DCOM; it ran powershell.exe once, as SYSTEM`;
  const { findings, subscriptions, gaps, records } = INCIDENT_RESULT;
  const level = isWhole ? 'critical' : (OTHER_LEVELS[at % 3] ?? 'low');
  const incident = { ...SAMPLE_INCIDENT, id, title, level };
  const time = formatTime(atMs, 0);
  return {
    kind: 'incident',
    id,
    version: 1,
    digest: String(at),
    level,
    isWmi: true,
    title,
    first: time,
    last: time,
    eventTime: time,
    isRetrospective: false,
    hosts: SAMPLE_INCIDENT.hosts.map((host) => `${at % 700}-${host}`),
    members: [`f${at}`],
    times: JSON.stringify({ alert: { time } }),
    steps: [],
    payload: {
      print: PAYLOADS[at % PAYLOADS.length] ?? '',
      text: `powershell.exe -NoP -W Hidden -File a${at % 12}.ps1`,
    },
    document: JSON.stringify(
      isWhole ? { incident, findings, subscriptions, gaps } : { incident: { id, confidence: 0.9 } },
    ),
    records: isWhole
      ? records.map((record) => ({
          id: record.id,
          host: record.host,
          time: record.time ?? time,
          body: JSON.stringify(record),
        }))
      : [],
    absorbs: [],
    atMs,
  };
}
