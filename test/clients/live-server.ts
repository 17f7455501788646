import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endChild, root, runProgram, within } from './child.ts';

const PROGRAM = join(root, 'bin', 'triad.js');
const START_MS = 30_000;
const SETTLE_MS = 30_000;

/** What a server counted, of all protocols and shapes. */
export interface Counts {
  /** Events of `_bulk` that were acknowledged. */
  readonly accepted: number;
  readonly rejected: number;
  /** Events that were read behind the answer, and what could not be read. */
  readonly read: number;
  readonly deadLetters: number;
  /** Batches that had been taken before. */
  readonly again: number;
  readonly durable: number;
  /** Requests whose key was refused. */
  readonly refusedKeys: number;
  readonly processed: number;
}

export interface Sender {
  readonly id: string;
  readonly secret: string;
}

/** A `triad serve` as a user starts it: a process of its own, on a port that the system chose. */
export class LiveServer {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #healthKey: string;
  readonly #certificate: string | undefined;

  private constructor(folder: string, child: ChildProcess, healthKey: string, certificate: string | undefined) {
    this.folder = folder;
    this.#child = child;
    this.#healthKey = healthKey;
    this.#certificate = certificate;
  }

  /** `yaml` is the server's configuration; `certificate` a file that it names, which asking for figures has to trust. */
  static async start(folder: string, yaml = '', certificate?: string): Promise<LiveServer> {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'triad.yaml'), `journal: { reserveBytes: 0 B }\n${yaml}`);
    const child = spawn(
      process.execPath,
      [PROGRAM, 'serve', '--data', folder, ...(yaml.includes('listen:') ? [] : ['--listen', '127.0.0.1:0'])],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const log: string[] = [];
    child.stderr?.on('data', (piece: Buffer) => log.push(piece.toString('utf8')));
    const greeted = new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${log.join('').slice(0, 2000)}`)));
    });
    try {
      await within(START_MS, greeted, 'the server did not start');
      const key = await verb(folder, ['key', 'add', '--scope', 'read:health', '--format', 'json']);
      return new LiveServer(folder, child, (JSON.parse(key) as Sender).secret, certificate);
    } catch (cause) {
      await endChild(child);
      throw cause;
    }
  }

  /** The address file of its folder tells it, as it tells the verbs. */
  get url(): string {
    return readFileSync(join(this.folder, 'address'), 'utf8').trim();
  }

  async addSender(name: string): Promise<Sender> {
    const { id, secret } = JSON.parse(await verb(this.folder, ['sender', 'add', name, '--format', 'json'])) as Sender;
    return { id, secret };
  }

  /** What `triad sender add NAME --print SHIPPER` prints. */
  printedSettings(name: string, shipper: string): Promise<string> {
    return verb(this.folder, ['sender', 'add', name, '--print', shipper]);
  }

  /** The open dead letters, at most a thousand. */
  async deadLetters(): Promise<readonly unknown[]> {
    const list = ['deadletter', 'list', '--limit', '1000', '--format', 'json'];
    return (JSON.parse(await verb(this.folder, list)) as { readonly items: readonly unknown[] }).items;
  }

  /** The figures once everything that was acknowledged is read. */
  async counts(): Promise<Counts> {
    const endMs = performance.now() + SETTLE_MS;
    for (;;) {
      const counts = countsOf(await this.#metrics());
      if (counts.durable === counts.processed || performance.now() > endMs) return counts;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Tells it to end, as a service manager does; its exit code. */
  async stop(): Promise<number | null> {
    return await endChild(this.#child);
  }

  async #metrics(): Promise<string> {
    const curl = ['-sS', '--fail', '-H', `Authorization: Bearer ${this.#healthKey}`, `${this.url}/metrics`];
    if (this.#certificate !== undefined) curl.push('--cacert', this.#certificate);
    const { code, out, err } = await runProgram('curl', curl);
    if (code !== 0) throw new Error(`the metrics could not be read: ${err}`);
    return out;
  }
}

async function verb(folder: string, args: readonly string[]): Promise<string> {
  const { code, out, err } = await runProgram(process.execPath, [PROGRAM, ...args, '--data', folder]);
  if (code !== 0) throw new Error(`triad ${args.join(' ')} ended with ${code}: ${err}`);
  return out;
}

function countsOf(text: string): Counts {
  const lines = text.split('\n');
  const sum = (name: string, label = ''): number =>
    lines
      .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(label))
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  return {
    accepted: sum('triad_ingest_events_total', 'result="accepted"'),
    rejected: sum('triad_ingest_events_total', 'result="rejected"'),
    // JSON of no known shape is counted under "unknown" there, and is a dead letter as well; a wrapper is around events.
    read:
      sum('triad_read_events_total') -
      sum('triad_read_events_total', 'shape="unknown"') -
      sum('triad_read_events_total', 'shape="wrapper"'),
    deadLetters: sum('triad_deadletter_events_total'),
    again: sum('triad_dedup_hits_total'),
    refusedKeys: sum('triad_auth_failures_total'),
    durable: sum('triad_store_position_durable'),
    processed: sum('triad_store_position_processed'),
  };
}
