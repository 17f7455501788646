/**
 * How many bytes of events wait in the thread of detection: what it said last, and what was handed to it since. The reader stops by
 * it, so that what comes faster than it is judged waits in the journal and not in memory.
 */
export class UnjudgedBytes {
  #told = 0;
  #since: { readonly position: number; readonly bytes: number }[] = [];

  #sum = 0;

  get bytes(): number {
    return this.#told + this.#sum;
  }

  fed(position: number, bytes: number): void {
    if (bytes <= 0) return;
    this.#since.push({ position, bytes });
    this.#sum += bytes;
  }

  /** Detection has taken all up to a position, and so much of it is not judged. */
  told(takenTo: number, bytes: number): void {
    this.#told = bytes;
    this.#since = this.#since.filter(({ position }) => position > takenTo);
    this.#sum = this.#since.reduce((sum, one) => sum + one.bytes, 0);
  }
}
