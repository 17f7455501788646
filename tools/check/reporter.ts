/**
 * A reporter for `node --test` that keeps quiet about what passes: it prints each failure with its place, each skip with
 * its reason, and as its last line the counts as JSON, which `tools/check.ts` reads.
 */

interface Detail {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details?: { readonly type?: string; readonly duration_ms?: number; readonly error?: unknown };
}

interface ReporterEvent {
  readonly type: string;
  readonly data: Detail & { readonly message?: string };
}

/** The counts of one run. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  /** Skips with a reason; one without is a failure (L27). */
  readonly skipped: number;
  readonly files: number;
  /** The slowest files, seconds. */
  readonly slowest: readonly (readonly [string, number])[];
}

export const COUNTS_MARK = 'triad-test-counts ';

export default async function* reporter(events: AsyncIterable<ReporterEvent>): AsyncGenerator<string, void> {
  let passed = 0;
  let failed = 0;
  const reasons = new Map<string, number>();
  const seconds = new Map<string, number>();
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message ?? '';
      continue;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite') continue;
    const file = relative(data.file);
    const isWholeFile = data.file !== undefined && data.name === data.file;
    seconds.set(file, (seconds.get(file) ?? 0) + (data.details?.duration_ms ?? 0) / 1000);
    if (type === 'test:fail') {
      failed++;
      yield `\n✖ ${data.name}\n  ${file}:${data.line ?? 0}\n${indented(textOf(data.details?.error))}\n`;
    } else if (data.skip !== undefined || data.todo !== undefined) {
      const reason = data.skip ?? data.todo;
      if (typeof reason === 'string' && reason !== '') {
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      } else {
        failed++;
        yield `\n✖ ${data.name}\n  ${file}:${data.line ?? 0}\n  skipped without a reason (L27)\n`;
      }
    } else if (!isWholeFile) {
      passed++;
    }
  }
  for (const [reason, count] of reasons) yield `  skipped ${count}: ${reason}\n`;
  const slowest = [...seconds].sort((a, b) => b[1] - a[1]).slice(0, 5);
  const skipped = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  const counts: TestCounts = { passed, failed, skipped, files: seconds.size, slowest };
  yield `${COUNTS_MARK}${JSON.stringify(counts)}\n`;
}

function relative(file: string | undefined): string {
  const base = `${process.cwd()}/`;
  return file?.startsWith(base) === true ? file.slice(base.length) : (file ?? '');
}

/** The cause is what the test threw; its own wrapper says nothing more. */
function textOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return String(cause);
}

function indented(text: string): string {
  return text
    .split('\n')
    .slice(0, 40)
    .map((line) => `  ${line}`)
    .join('\n');
}
