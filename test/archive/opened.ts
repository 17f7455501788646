import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Archive,
  type ArchiveLimits,
  type ArchiveQuery,
  type FoundEntry,
  type Outcome,
  openArchive,
  type SearchOptions,
  type SearchPage,
} from '../../src/archive/index.ts';
import type { ArchiveEntry } from '../../src/entries/index.ts';

export const STORE_ID: Buffer = Buffer.from('0123456789abcdef');
export const NOW_MS = 1_790_000_000_000;

/** Everything that is given is written at once. */
export const PROMPT: Partial<ArchiveLimits> = { gatherMs: 0, freeShare: 0 };

export async function opened(
  folder: string,
  limits: Partial<ArchiveLimits> = {},
  nowMs: number = NOW_MS,
): Promise<Archive> {
  const outcome = await openArchive({
    folder,
    storeId: STORE_ID,
    nowMs: () => nowMs,
    limits: { ...PROMPT, ...limits },
  });
  if (outcome.kind === 'problem') assert.fail(outcome.message);
  archives.push(outcome.archive);
  return outcome.archive;
}

/** Those that a test leaves open when it fails would keep the process alive. */
const archives: Archive[] = [];

/** A folder of its own while something runs; it does not exist at the beginning. */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), 'triad-archive-'));
  try {
    return await run(join(parent, 'archive'));
  } finally {
    for (const archive of archives.splice(0)) await archive.close();
    rmSync(parent, { recursive: true });
  }
}

export function entry(position: number, changes: Partial<ArchiveEntry> = {}): ArchiveEntry {
  return {
    time: { ms: NOW_MS + position, ticks: 7 },
    host: 'WS-07.corp.example',
    channel: 'Security',
    provider: 'Microsoft-Windows-Security-Auditing',
    eventId: 4624,
    recordId: String(position),
    identity: Buffer.alloc(16, position),
    position,
    item: 0,
    sender: 'sender-1',
    trust: 'authenticated',
    retention: 0,
    raw: Buffer.from(`{"n":${position},"CommandLine":"C:\\\\Windows\\\\System32\\\\cmd.exe /c run${position}"}`),
    texts: [`C:\\Windows\\System32\\cmd.exe /c run${position}`],
    ...changes,
  };
}

export function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'refused') assert.fail(`${outcome.code}: ${outcome.message}`);
  return outcome.value;
}

/** All pages of a search. */
export async function pagesOf(
  archive: Archive,
  query: ArchiveQuery,
  options?: SearchOptions,
): Promise<readonly SearchPage[]> {
  const pages: SearchPage[] = [];
  for await (const page of archive.search(query, options)) {
    if (page.kind === 'refused') assert.fail(page.message);
    pages.push(page);
  }
  return pages;
}

/** All that a search finds, newest first. */
export async function found(
  archive: Archive,
  query: ArchiveQuery = {},
  options?: SearchOptions,
): Promise<readonly FoundEntry[]> {
  return (await pagesOf(archive, query, options)).flatMap(({ entries }) => entries);
}

/** Where entries stand in the journal. */
export function places(entries: readonly { readonly position: number; readonly item: number }[]): readonly string[] {
  return entries.map(({ position, item }) => `${position}.${item}`);
}
