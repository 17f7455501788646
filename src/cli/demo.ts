import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncidentRowDocument, NewPersonDocument, Page } from '../api/index.ts';
import { escapeTerminal } from '../report/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { movedEvent, readDemoScript } from './demo-script.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { sendRequest } from './send-request.ts';
import { runServe, type ServeExtras, type StartedServer } from './serve.ts';
import { askServer } from './server-client.ts';

const SCRIPT = new URL('../../demo/enterprise.jsonl', import.meta.url);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const TICK_MS = 1000;
/** Who works in the demo. Those who confirm for each other come last: with two of them a change waits for the other. */
const PEOPLE = [
  ['alice', 'analyst'],
  ['bob', 'analyst'],
  ['erik', 'engineer'],
  ['ada', 'admin'],
] as const;
/** Most events of one request. */
const BATCH = 400;
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\]):\d+$/;

/**
 * `triad serve --demo`: a server over a folder of its own on loopback, into which a scripted enterprise is played, its times moved
 * to now (SERVE 0.1: 18). The folder goes when the server ends, by whichever signal that can be caught.
 */
export async function runDemo(invocation: Invocation, environment: Environment): Promise<number> {
  const problems = demoProblems(invocation);
  if (problems.length > 0) return refuse(environment, problems);
  const script = readDemoScript(await readFile(SCRIPT, 'utf8'));
  const folder = await mkdtemp(join(tmpdir(), 'triad-demo-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const flags = new Map(invocation.flags).set('data', [folder]);
  if (!flags.has('listen')) flags.set('listen', ['127.0.0.1:0']);
  const own = { ...environment, variables: ownVariables(environment.variables) };
  const demo = new Demo(script, { ...invocation, flags }, own);
  // What runs at the exit of the process runs after a second signal too, and after one that comes before the server hears them.
  const endEarly = (): void => {
    if (!demo.hasBegun) process.exit(0);
  };
  process.on('exit', remove);
  for (const signal of SIGNALS) process.on(signal, endEarly);
  try {
    return await runServe({ ...invocation, flags }, own, demo);
  } finally {
    process.off('exit', remove);
    for (const signal of SIGNALS) process.off(signal, endEarly);
    remove();
  }
}

/** Settings of a real server do not reach into the demo; its log tells troubles alone. */
function ownVariables(given: Environment['variables']): Environment['variables'] {
  const kept = Object.entries(given).filter(([name]) => !name.startsWith('TRIAD_') && name !== 'STATE_DIRECTORY');
  return { ...Object.fromEntries(kept), TRIAD_LOG__LEVEL: 'warn' };
}

function demoProblems(invocation: Invocation): readonly UsageProblem[] {
  const problems = ['data', 'config', 'public-url', 'tls-cert', 'tls-key']
    .filter((name) => isGiven(invocation, name))
    .map((name) => ({
      code: 'TRIAD-E-ARG-DEMO',
      place: `--${name}`,
      message: 'The demo has a store and settings of its own.',
      action: `Leave out --${name}, or --demo.`,
    }));
  const listen = flagValue(invocation, 'listen');
  if (listen === undefined || LOOPBACK.test(listen)) return problems;
  const message = 'The demo listens on this machine alone.';
  const action = 'Name an address such as 127.0.0.1:8443.';
  return [...problems, { code: 'TRIAD-E-ARG-DEMO', place: '--listen', message, action }];
}

/** Plays the script into a server, and tells each incident when it is there. */
class Demo implements ServeExtras {
  readonly #script: ReturnType<typeof readDemoScript>;
  readonly #invocation: Invocation;
  readonly #environment: Environment;
  readonly #levels = new Map<number, string>();
  #timer: NodeJS.Timeout | undefined;
  #tick: Promise<void> = Promise.resolve();
  #people: Promise<void> = Promise.resolve();
  #isEnding = false;
  #sent = 0;
  #beganMs = 0;

  constructor(script: ReturnType<typeof readDemoScript>, invocation: Invocation, environment: Environment) {
    this.#script = script;
    this.#invocation = invocation;
    this.#environment = environment;
  }

  greeting({ url, folder }: StartedServer): string {
    const verb = (words: string, meaning: string): string =>
      `  ${`triad incidents ${words} --data ${folder}`.padEnd(42 + folder.length)}  ${meaning}`;
    const minutes = Math.ceil((this.#script.events.at(-1)?.atMs ?? 0) / 60_000);
    return [
      `Triad listens on ${url}; this demo lies in ${folder} and goes when it ends.`,
      `Nine machines are played in, with attacks, for ${minutes} minutes. Incidents are told here as they come.`,
      '',
      'What to type next, in another window:',
      verb('list', 'the queue'),
      verb('show INC-1', 'why: evidence, gaps, next steps'),
      verb('ack INC-1', 'it is yours'),
      verb('contain INC-1', 'it goes no further'),
      '',
      'End with Ctrl-C.',
      '',
      '',
    ].join('\n');
  }

  get hasBegun(): boolean {
    return this.#beganMs > 0;
  }

  began({ url, key }: StartedServer): void {
    this.#beganMs = this.#environment.wallMs();
    const target = { url: `${url}/v1/ingest`, key: key ?? '' };
    const next = (): void => {
      this.#tick = this.#step(target).then(() => {
        if (!this.#isEnding) this.#timer = setTimeout(next, TICK_MS);
      });
    };
    this.#people = this.#addPeople(url);
    next();
  }

  async ending(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#timer);
    await Promise.all([this.#tick, this.#people]);
  }

  /** Adds who works here, and prints how they sign in; their passwords are good to keep, for the demo goes with them. */
  async #addPeople(url: string): Promise<void> {
    const lines: string[] = [];
    for (const [name, role] of PEOPLE) {
      if (this.#isEnding) return;
      const body = { name, role, keepPassword: true };
      const answer = await askServer(this.#invocation, this.#environment, 'POST', '/v1/people', body);
      if (answer.kind === 'problem') {
        this.#environment.stderr.write(`demo: ${name} was not added: ${answer.problem.message}\n`);
        return;
      }
      const { password = '' } = answer.json as NewPersonDocument;
      lines.push(`  ${name.padEnd(8)}${role.padEnd(10)}${password}`);
    }
    this.#environment.stdout.write([`Sign in at ${url}/ as`, ...lines, '', ''].join('\n'));
  }

  /** Sends what is due, then asks for incidents. What fails is tried again a second later. */
  async #step(target: { readonly url: string; readonly key: string }): Promise<void> {
    try {
      await this.#sendDue(target);
      // How to sign in stands above what there is to see.
      await this.#people;
      await this.#tellIncidents();
    } catch (cause) {
      if (this.#isEnding) return;
      this.#environment.stderr.write(`demo: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    }
  }

  async #sendDue({ url, key }: { readonly url: string; readonly key: string }): Promise<void> {
    const { events, zeroMs } = this.#script;
    const dueMs = this.#environment.wallMs() - this.#beganMs;
    while (!this.#isEnding) {
      const batch = events.slice(this.#sent, this.#sent + BATCH).filter(({ atMs }) => atMs <= dueMs);
      if (batch.length === 0) return;
      const text = batch.map(({ xml }) => movedEvent(xml, zeroMs, this.#beganMs)).join('\n');
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/xml' };
      const answer = await sendRequest(new URL(url), { method: 'POST', headers, text });
      if (answer.status !== 200) throw new Error(`the server answered ${answer.status}: ${answer.text}`);
      this.#sent += batch.length;
      if (this.#sent === events.length) {
        this.#say('The script is played. The server stays until Ctrl-C.');
      }
    }
  }

  async #tellIncidents(): Promise<void> {
    const answer = await askServer(this.#invocation, this.#environment, 'GET', '/v1/incidents?limit=100');
    if (answer.kind === 'problem') return;
    for (const { number, level, title, state } of (answer.json as Page<IncidentRowDocument>).items.toReversed()) {
      const before = this.#levels.get(number);
      if (before === level || state === 'merged') continue;
      this.#levels.set(number, level);
      const what = before === undefined ? `${level.padEnd(13)}` : `${before} -> ${level} `;
      this.#say(`INC-${number}`.padEnd(8) + what + escapeTerminal(title));
    }
  }

  #say(text: string): void {
    const seconds = Math.round((this.#environment.wallMs() - this.#beganMs) / 1000);
    this.#environment.stdout.write(`${String(seconds).padStart(4)} s  ${text}\n`);
  }
}
