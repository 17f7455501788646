/**
 * Has a client of OTLP or of Splunk's HEC send a file, in a process of its own: `node log-client.ts FOLDER`, the task as JSON on standard input, what the
 * client made of the answers as JSON on standard output. `FOLDER` has the installed clients. What it trusts of TLS is told by `NODE_EXTRA_CA_CERTS`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LogOutcome, LogTask } from './log-task.ts';

/** The little of the clients' own types that is used: their packages are not installed where types are checked. */
interface Exporter {
  export(
    records: readonly unknown[],
    done: (result: { readonly code: number; readonly error?: Error & { readonly code?: number } }) => void,
  ): void;
  shutdown(): Promise<void>;
}

interface OtlpModule {
  readonly OTLPLogExporter: new (options: Readonly<Record<string, unknown>>) => Exporter;
}

interface LogsModule {
  readonly LoggerProvider: new (
    options: Readonly<Record<string, unknown>>,
  ) => {
    getLogger(name: string): { emit(record: Readonly<Record<string, unknown>>): void };
  };
}

interface SplunkLogger {
  error: (cause: Error & { readonly code?: number }) => void;
  send(message: Readonly<Record<string, unknown>>): void;
  flush(done: (cause: Error | null) => void): void;
}

interface SplunkModule {
  readonly Logger: new (options: Readonly<Record<string, unknown>>) => SplunkLogger;
}

const [folder = ''] = process.argv.slice(2);
const load = createRequire(join(folder, 'package.json'));
const task = JSON.parse(await text(process.stdin)) as LogTask;
const lines = readFileSync(task.file, 'utf8').trimEnd().split('\n');
process.stdout.write(JSON.stringify(task.client === 'splunk' ? await bySplunk() : await byOtlp(task.client)));

/** The same time in every run, so that a repetition has the same bytes. */
function timeOf(at: number): number {
  return Date.UTC(2026, 0, 1) + at;
}

function batches(): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(lines.length / task.batch) }, (_, at) =>
    lines.slice(at * task.batch, (at + 1) * task.batch),
  );
}

async function byOtlp(client: 'otlp-json' | 'otlp-protobuf'): Promise<LogOutcome> {
  const name = `@opentelemetry/exporter-logs-otlp-${client === 'otlp-json' ? 'http' : 'proto'}`;
  const exporter = new (load(name) as OtlpModule).OTLPLogExporter({
    url: `${task.url}/v1/logs`,
    headers: { authorization: `Bearer ${task.secret}` },
    compression: task.gzip ? 'gzip' : 'none',
    timeoutMillis: 10_000,
  });
  const records: unknown[] = [];
  const keep = {
    onEmit: (record: unknown): void => {
      records.push(record);
    },
    forceFlush: (): Promise<void> => Promise.resolve(),
    shutdown: (): Promise<void> => Promise.resolve(),
  };
  const provider = new (load('@opentelemetry/sdk-logs') as LogsModule).LoggerProvider({ processors: [keep] });
  const logger = provider.getLogger('windows');
  for (const [at, body] of lines.entries()) {
    logger.emit({ body, timestamp: timeOf(at), observedTimestamp: timeOf(at), attributes: { shipper: 'test' } });
  }
  const errors: string[] = [];
  let well = 0;
  for (let from = 0; from < records.length; from += task.batch) {
    const result = await new Promise<Parameters<Parameters<Exporter['export']>[1]>[0]>((resolve) => {
      exporter.export(records.slice(from, from + task.batch), resolve);
    });
    if (result.code === 0) well++;
    else errors.push(`${result.error?.code ?? ''} ${result.error?.message ?? ''}`.trim());
  }
  await exporter.shutdown();
  return { well, errors };
}

/** With its own form of events: the text of a line stands in `event.message`. */
async function bySplunk(): Promise<LogOutcome> {
  const errors: string[] = [];
  let well = 0;
  for (const [number, batch] of batches().entries()) {
    const logger = new (load('splunk-logging') as SplunkModule).Logger({
      token: task.secret,
      url: task.url,
      maxBatchCount: batch.length + 1,
      maxRetries: 0,
    });
    let failed = false;
    logger.error = (cause) => {
      failed = true;
      errors.push(`${cause.code ?? ''} ${cause.message}`.trim());
    };
    for (const [at, message] of batch.entries()) {
      logger.send({ message, metadata: { time: timeOf(number * task.batch + at) / 1000, sourcetype: '_json' } });
    }
    await new Promise<void>((resolve) => logger.flush(() => resolve()));
    if (!failed) well++;
  }
  return { well, errors };
}
