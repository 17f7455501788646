import { type DiskPort, type Tried, tried, writeAll } from './disk-port.ts';

const NAME = 'reserve';
const BLOCK_BYTES = 1 << 20;

/**
 * A file of zeros that takes up room until the disk is full. Then it goes, so that the state and the record of what happened can still be written
 * (SERVE 3.4).
 */
export class ReserveFile {
  readonly #disk: DiskPort;
  readonly #folder: string;
  readonly #bytes: number;
  #isHeld = false;

  constructor(disk: DiskPort, folder: string, bytes: number) {
    this.#disk = disk;
    this.#folder = folder;
    this.#bytes = bytes;
  }

  get state(): 'none' | 'held' | 'released' {
    if (this.#bytes === 0) return 'none';
    return this.#isHeld ? 'held' : 'released';
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether an earlier run left a whole one. */
  async find(): Promise<void> {
    const size = await tried(`look for ${NAME}`, this.#disk.sizeOf(this.#path));
    this.#isHeld = this.#bytes > 0 && size.isDone && size.value === this.#bytes;
  }

  async make(): Promise<Tried<void>> {
    await tried(`unlink ${NAME}`, this.#disk.unlink(this.#path));
    const made = await this.#write();
    this.#isHeld = made.isDone;
    if (!made.isDone) await tried(`unlink ${NAME}`, this.#disk.unlink(this.#path));
    return made;
  }

  /** Gives the room back. */
  async letGo(): Promise<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    await tried(`unlink ${NAME}`, this.#disk.unlink(this.#path));
    await tried('sync the folder', this.#disk.syncFolder(this.#folder));
  }

  get #path(): string {
    return `${this.#folder}/${NAME}`;
  }

  async #write(): Promise<Tried<void>> {
    const what = `make ${NAME}`;
    const opened = await tried(what, this.#disk.open(this.#path, 'create'));
    if (!opened.isDone) return opened;
    const block = Buffer.alloc(Math.min(BLOCK_BYTES, this.#bytes));
    let outcome: Tried<void> = { isDone: true, value: undefined };
    for (let at = 0; at < this.#bytes && outcome.isDone; at += block.length) {
      outcome = await writeAll(opened.value, block.subarray(0, this.#bytes - at), at, what);
    }
    if (outcome.isDone) outcome = await tried(what, opened.value.sync());
    const closed = await tried(what, opened.value.close());
    return outcome.isDone ? closed : outcome;
  }
}
