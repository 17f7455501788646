/** Last uses are kept to the hour (TRUST 2): finer would cost a write for every request and say no more. */
export const HOUR_MS = 3_600_000;

export interface KeyUse {
  readonly id: string;
  /** Unix milliseconds of the beginning of the hour. */
  readonly hourMs: number;
}

/** Gathers the uses of keys between two writes: one row a key and hour, whatever the number of requests. */
export class KeyUses {
  readonly #written = new Map<string, number>();
  readonly #waiting = new Map<string, number>();

  /** Notes that a checked key was used. Only keys that exist come here, so their number bounds this. */
  note(id: string, nowMs: number): void {
    const hourMs = nowMs - (nowMs % HOUR_MS);
    if (hourMs > (this.#written.get(id) ?? 0) && hourMs > (this.#waiting.get(id) ?? 0)) this.#waiting.set(id, hourMs);
  }

  /** What has to be written since the last time, by id. */
  take(): readonly KeyUse[] {
    const uses = [...this.#waiting].map(([id, hourMs]) => ({ id, hourMs }));
    for (const { id, hourMs } of uses) this.#written.set(id, hourMs);
    this.#waiting.clear();
    return uses.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Puts uses back that could not be written. */
  putBack(uses: readonly KeyUse[]): void {
    for (const { id, hourMs } of uses) {
      if (this.#written.get(id) === hourMs) this.#written.delete(id);
      if (hourMs > (this.#waiting.get(id) ?? 0)) this.#waiting.set(id, hourMs);
    }
  }
}
