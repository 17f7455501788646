/**
 * How many bytes of events wait in the thread of detection: what it said last, and what was handed to it since. The reader stops by
 * it, so that what comes faster than it is judged waits in the journal and not in memory.
 */
export class UnjudgedBytes {
  #told = 0;
  #since: { readonly position: number; readonly bytes: number }[] = [];

  get bytes(): number {
    return this.#since.reduce((sum, { bytes }) => sum + bytes, this.#told);
  }

  fed(position: number, bytes: number): void {
    if (bytes > 0) this.#since.push({ position, bytes });
  }

  /** Detection has taken all up to a position, and so much of it is not judged. */
  told(position: number, bytes: number): void {
    this.#told = bytes;
    this.#since = this.#since.filter((one) => one.position > position);
  }
}
