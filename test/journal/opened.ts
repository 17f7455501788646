import assert from 'node:assert/strict';
import {
  type DiskPort,
  type Journal,
  type JournalLimits,
  type OpenOutcome,
  openJournal,
} from '../../src/journal/index.ts';

/** The store of every journal in these tests. */
export const STORE_ID: Buffer = Buffer.from('0123456789abcdef');

/** No reserve and no share kept free, so that a test sees only what it asks for. */
export const BARE: Partial<JournalLimits> = { reserveBytes: 0, refuseShare: 0 };

export interface OpenedFor {
  readonly folder: string;
  readonly disk: DiskPort;
  readonly limits?: Partial<JournalLimits>;
  readonly nowMs?: () => number;
  readonly knownPosition?: number;
}

export function tryOpen({ folder, disk, limits, nowMs, knownPosition = 0 }: OpenedFor): Promise<OpenOutcome> {
  const clock = nowMs ?? ((): number => 1_790_000_000_000);
  return openJournal({ folder, disk, nowMs: clock, storeId: STORE_ID, knownPosition, limits: { ...BARE, ...limits } });
}

/** A journal that opens without a problem. */
export async function opened(request: OpenedFor): Promise<Journal> {
  const outcome = await tryOpen(request);
  if (outcome.kind === 'problem') assert.fail(outcome.problem.text);
  return outcome.journal;
}

/** Closes a journal and gives the positions and payloads of all that it holds, in the order in which it gives them. */
export async function contentOf(journal: Journal): Promise<readonly { position: number; payload: Buffer }[]> {
  await journal.close();
  const found: { position: number; payload: Buffer }[] = [];
  for await (const { position, payload } of journal.read(1)) found.push({ position, payload: Buffer.from(payload) });
  return found;
}
