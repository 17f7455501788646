import { Xorshift } from '../testkit/index.ts';

export interface FuzzReport {
  readonly runs: number;
  readonly failures: readonly { readonly run: number; readonly message: string }[];
  /** Slowest run, milliseconds. */
  readonly slowest: number;
}

/** Runs a target over seeded mutations. The same seed gives the same mutations on every machine. */
export function fuzzRuns<Input>(
  target: (input: Input) => void,
  runs: number,
  seed: number,
  seeds: readonly Input[],
  mutate: (input: Input, random: Xorshift) => Input,
): FuzzReport {
  const random = new Xorshift(seed);
  const failures: { run: number; message: string }[] = [];
  let slowest = 0;
  for (let run = 0; run < runs; run++) {
    const input = mutate(random.pick(seeds), random);
    const start = performance.now();
    try {
      target(input);
    } catch (error) {
      failures.push({ run, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  return { runs, failures, slowest };
}
