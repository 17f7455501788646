/** Counts what passed, failed and was skipped, and prints a line for each. */
export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  get failed(): number {
    return this.#failed;
  }

  /** The line that ends a run. */
  get line(): string {
    const skipped = this.#skipped === 0 ? '' : `, ${this.#skipped} skipped`;
    return `${this.#passed} passed, ${this.#failed} failed${skipped}`;
  }

  async check(name: string, act: () => Promise<void>): Promise<void> {
    const startMs = performance.now();
    try {
      await act();
      this.#passed++;
      process.stdout.write(`ok      ${name} (${Math.round(performance.now() - startMs)} ms)\n`);
    } catch (cause) {
      this.#failed++;
      const { message } = cause instanceof Error ? cause : { message: String(cause) };
      process.stdout.write(`FAILED  ${name}\n${message.trim().replace(/^/gm, '        ')}\n`);
    }
  }

  /** A client that cannot be had on this machine: told with the reason, and counted apart. */
  leaveOut(name: string, reason: string): void {
    this.#skipped++;
    process.stdout.write(`skipped ${name}: ${reason}\n`);
  }
}
