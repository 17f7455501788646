import { Writable } from 'node:stream';
import type { Environment } from '../src/cli/environment.ts';
import { main } from '../src/cli/main.ts';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process. */
export function run(...argv: readonly string[]): Promise<Answer> {
  return runAt({}, ...argv);
}

/** The same with a clock or variables other than the machine's. */
export async function runAt(given: Partial<Environment>, ...argv: readonly string[]): Promise<Answer> {
  const collect = (): Writable & { text: string } => {
    const stream = new Writable({
      write(piece, _encoding, done) {
        stream.text += String(piece);
        done();
      },
    }) as Writable & { text: string };
    stream.text = '';
    return stream;
  };
  const [stdout, stderr] = [collect(), collect()];
  // What a test is told must not hang on the machine.
  const code = await main(argv, {
    memoryBytes: () => 64 * 2 ** 30,
    ...given,
    stdout: stdout as never,
    stderr: stderr as never,
  });
  return { code, out: stdout.text, err: stderr.text };
}

/** A rule of process creations with these lines below `selection:`. */
export function processRule(title: string, id: string, ...items: readonly string[]): string {
  return [
    `title: ${title}`,
    `id: ${id}`,
    'status: test',
    'level: high',
    'logsource: { category: process_creation, product: windows }',
    'detection:',
    '  selection:',
    ...items.map((item) => `    ${item}`),
    '  condition: selection',
    '',
  ].join('\n');
}

export const ID = {
  one: '11111111-1111-4111-8111-111111111111',
  two: '22222222-2222-4222-8222-222222222222',
  three: '33333333-3333-4333-8333-333333333333',
} as const;
