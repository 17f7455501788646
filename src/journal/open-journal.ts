import { type DiskPort, tried } from './disk-port.ts';
import { SpaceWatch } from './free-space.ts';
import type { DurableGroup } from './group-commit.ts';
import { type Journal, OpenedJournal } from './journal.ts';
import { DEFAULT_LIMITS, type JournalLimits } from './limits.ts';
import { ioProblem, type OpenProblem, recover } from './recover.ts';
import { ReserveFile } from './reserve-file.ts';
import { STORE_ID_BYTES } from './segment-header.ts';

export interface JournalRequest {
  /** Folder of its own; made if it is not there, for its owner alone. */
  readonly folder: string;
  readonly disk: DiskPort;
  /** Unix milliseconds of the wall clock. */
  readonly nowMs: () => number;
  /** 16 random bytes that the store keeps for good. Not told to senders: checksums start from it. */
  readonly storeId: Uint8Array;
  /** A position that the store knows to have been given, such as its judged one: new positions lie above it whatever was lost. */
  readonly knownPosition?: number;
  readonly limits?: Partial<JournalLimits>;
  /** Told of the batches that became durable with one write, before they are answered. */
  readonly onGroup?: (group: DurableGroup) => void;
}

export type OpenOutcome =
  | { readonly kind: 'open'; readonly journal: Journal }
  | { readonly kind: 'problem'; readonly problem: OpenProblem };

/**
 * Opens the journal in a folder, whatever ended its last run: cuts unfinished writes, sets broken segments aside, and goes on counting. The caller
 * sees to it that one process alone does so.
 *
 *     const opened = await openJournal({ folder, disk: nodeDisk, nowMs: () => Date.now(), storeId });
 *     if (opened.kind === 'open') await opened.journal.append([envelope, body]);
 */
export async function openJournal(request: JournalRequest): Promise<OpenOutcome> {
  const { folder, disk, nowMs, storeId } = request;
  if (storeId.length !== STORE_ID_BYTES) throw new RangeError(`a store id has ${STORE_ID_BYTES} bytes`);
  const limits = { ...DEFAULT_LIMITS, ...request.limits };
  const place = { disk, folder, storeId };
  const made = await tried('make the folder', disk.makeFolder(folder));
  if (!made.isDone) return { kind: 'problem', problem: ioProblem(folder, made.failure) };
  const recovered = await recover(place, request.knownPosition ?? 0);
  if (recovered.kind === 'problem') return recovered;
  const { segments, next, notes } = recovered;
  const space = new SpaceWatch(disk, folder, limits);
  await space.refresh(nowMs());
  const reserve = new ReserveFile(disk, folder, limits.reserveBytes);
  await reserve.find();
  if (reserve.state === 'released' && space.hasRoomFor(limits.reserveBytes)) {
    const outcome = await reserve.make();
    if (!outcome.isDone) notes.failures.push(outcome.failure);
  }
  const parts = { place, segments, next, notes, limits, reserve, space, nowMs, onGroup: request.onGroup };
  return { kind: 'open', journal: new OpenedJournal(parts) };
}
