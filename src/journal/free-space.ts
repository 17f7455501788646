import { type DiskPort, type FreeSpace, tried } from './disk-port.ts';
import type { JournalLimits } from './limits.ts';

/** `unknown` where the system does not tell; nothing is refused then. */
export type SpaceState = 'ok' | 'warn' | 'low' | 'refusing' | 'unknown';

export function spaceState({ freeBytes, totalBytes }: FreeSpace, limits: JournalLimits): SpaceState {
  if (totalBytes <= 0) return 'unknown';
  const share = freeBytes / totalBytes;
  if (share <= limits.refuseShare) return 'refusing';
  if (share <= limits.lowShare) return 'low';
  return share <= limits.warnShare ? 'warn' : 'ok';
}

/** The free space of the journal's disk, asked for again when it is older than a while. */
export class SpaceWatch {
  readonly #disk: DiskPort;
  readonly #folder: string;
  readonly #limits: JournalLimits;
  #askedMs = Number.NEGATIVE_INFINITY;
  #space: FreeSpace = { freeBytes: 0, totalBytes: 0 };

  constructor(disk: DiskPort, folder: string, limits: JournalLimits) {
    this.#disk = disk;
    this.#folder = folder;
    this.#limits = limits;
  }

  get space(): FreeSpace {
    return this.#space;
  }

  get state(): SpaceState {
    return spaceState(this.#space, this.#limits);
  }

  /** Whether a reserve of this size can be made and still leave what calls the disk low. */
  hasRoomFor(bytes: number): boolean {
    const { freeBytes, totalBytes } = this.#space;
    return freeBytes - bytes > totalBytes * this.#limits.lowShare;
  }

  /** Asks the disk unless it was asked a moment ago. A disk that refuses new batches is asked more often. */
  async refresh(nowMs: number): Promise<void> {
    const age = nowMs - this.#askedMs;
    const limit = this.state === 'refusing' ? this.#limits.pauseMs : this.#limits.spaceEveryMs;
    if (age >= 0 && age < limit) return;
    await this.#ask(nowMs);
  }

  /** Whether less than a share of the disk is free now, however lately it was asked; false where the system does not tell. */
  async hasLess(share: number, nowMs: number): Promise<boolean> {
    await this.#ask(nowMs);
    const { freeBytes, totalBytes } = this.#space;
    return totalBytes > 0 && freeBytes / totalBytes < share;
  }

  async #ask(nowMs: number): Promise<void> {
    this.#askedMs = nowMs;
    const asked = await tried('ask for free space', this.#disk.freeSpace(this.#folder));
    this.#space = asked.isDone ? asked.value : { freeBytes: 0, totalBytes: 0 };
  }
}
