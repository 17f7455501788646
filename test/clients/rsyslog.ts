import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../serve/running-server.ts';
import { endChild } from './child.ts';
import type { Evidence } from './evidence.ts';
import { LiveServer } from './live-server.ts';
import type { Tally } from './tally.ts';
import { selfSigned, tlsSettings } from './tls.ts';

const EVENTS = 2000;
/** As many dead letters as one page of their list has at most. */
const RESTART_LINES = 1000;
const SETTLE_MS = 30_000;
/** What the printed settings name and a test may not write to. */
const REFUSED = '/var/spool/rsyslog/triad-refused.json';

/** An rsyslogd that reads one file of lines, with the settings that `triad sender add --print rsyslog` printed. */
class Rsyslog {
  readonly #input: string;
  readonly #refused: string;
  readonly #child: ChildProcess;

  private constructor(input: string, refused: string, child: ChildProcess) {
    this.#input = input;
    this.#refused = refused;
    this.#child = child;
  }

  /** `globals` are statements of the main configuration, which stands before the printed file. */
  static start(program: string, folder: string, printed: string, globals = ''): Rsyslog {
    mkdirSync(join(folder, 'spool'), { recursive: true });
    const input = join(folder, 'events.json');
    const refused = join(folder, 'refused.json');
    assert.ok(printed.includes(REFUSED), 'the printed settings keep what was refused');
    if (!existsSync(input)) writeFileSync(input, '');
    writeFileSync(join(folder, 'triad.conf'), printed.replace(REFUSED, refused));
    writeFileSync(
      join(folder, 'rsyslog.conf'),
      [
        `global(workDirectory="${join(folder, 'spool')}"${globals})`,
        `include(file="${join(folder, 'triad.conf')}")`,
        'module(load="imfile" pollingInterval="1")',
        `input(type="imfile" file="${input}" tag="windows" ruleset="triad")`,
        '',
      ].join('\n'),
    );
    const args = ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')];
    return new Rsyslog(input, refused, spawn(program, args, { stdio: 'ignore' }));
  }

  /** Lines that come to the file that it reads. */
  write(text: string): void {
    appendFileSync(this.#input, text);
  }

  /** Events in requests that the server refused, as rsyslog keeps them. */
  get refused(): number {
    if (!existsSync(this.#refused)) return 0;
    const text = readFileSync(this.#refused, 'utf8');
    return text.split('{\\"index\\"').length - 1;
  }

  stop(): Promise<number | null> {
    return endChild(this.#child);
  }
}

/** rsyslog with omelasticsearch, by what is printed for it. */
export async function checkRsyslog(tally: Tally, program: string, evidence: Evidence, folder: string): Promise<void> {
  await tally.check(`rsyslog: ${EVENTS} lines by the printed settings are each counted once`, async () => {
    await withRsyslog(program, join(folder, 'plain'), {}, async ({ server, rsyslog }) => {
      rsyslog.write(readFileSync(evidence.events(EVENTS), 'utf8'));
      const counts = await settled(server, EVENTS);
      assert.deepEqual([counts.accepted, counts.read, counts.deadLetters, rsyslog.refused], [EVENTS, EVENTS, 0, 0]);
    });
  });
  await tally.check('rsyslog: a long line comes whole, and a broken one is a dead letter', async () => {
    await withRsyslog(program, join(folder, 'lines'), {}, async ({ server, rsyslog }) => {
      const long = readFileSync(evidence.events(1), 'utf8').replace('"alice"', `"${'a'.repeat(200_000)}"`);
      rsyslog.write(long);
      rsyslog.write(readFileSync(evidence.around('no JSON'), 'utf8'));
      const counts = await settled(server, 4);
      assert.deepEqual([counts.accepted, counts.read, counts.deadLetters], [4, 3, 1]);
    });
  });
  await tally.check('rsyslog: the server ends and starts again in the middle, and every line is there', async () => {
    await restartInTheMiddle(program, join(folder, 'restart'));
  });
  await tally.check('rsyslog: a key that is not good makes it wait, and nothing is let go of', async () => {
    await waitForKey(program, join(folder, 'key'), evidence);
  });
  const files = await selfSigned(join(folder, 'certificate'));
  if (files === undefined) {
    tally.leaveOut('rsyslog over https', 'openssl could not make a certificate');
    return;
  }
  await tally.check('rsyslog: over https, by a certificate that the system was told to trust', async () => {
    await withRsyslog(program, join(folder, 'https'), files, async ({ server, rsyslog }) => {
      rsyslog.write(readFileSync(evidence.events(100), 'utf8'));
      const counts = await settled(server, 100);
      assert.deepEqual([counts.accepted, counts.read], [100, 100]);
    });
  });
}

interface Pair {
  readonly server: LiveServer;
  readonly rsyslog: Rsyslog;
}

async function withRsyslog(
  program: string,
  folder: string,
  tls: { readonly certificate?: string; readonly key?: string },
  act: (pair: Pair) => Promise<void>,
): Promise<void> {
  const { certificate, key } = tls;
  const yaml = certificate === undefined || key === undefined ? '' : tlsSettings({ certificate, key });
  const server = await LiveServer.start(join(folder, 'server'), yaml, certificate);
  try {
    const printed = await server.printedSettings('rsyslog', 'rsyslog');
    const rsyslog = Rsyslog.start(program, folder, trusting(printed, certificate));
    try {
      await act({ server, rsyslog });
    } finally {
      await rsyslog.stop();
    }
  } finally {
    await server.stop();
  }
}

/** The printed settings with what a certificate of no known authority needs besides. */
function trusting(printed: string, certificate: string | undefined): string {
  if (certificate === undefined) return printed;
  return printed.replace('template="triad"', `tls.cacert="${certificate}" template="triad"`);
}

/** Waits until so many events were acknowledged or refused, and everything is read. */
async function settled(server: LiveServer, events: number): ReturnType<LiveServer['counts']> {
  const endMs = performance.now() + SETTLE_MS;
  for (;;) {
    const counts = await server.counts();
    if (counts.accepted + counts.rejected >= events || performance.now() > endMs) return counts;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Lines that are no events: each that was taken is a dead letter, and those are counted over a restart. */
async function restartInTheMiddle(program: string, folder: string): Promise<void> {
  const data = join(folder, 'server');
  const first = await LiveServer.start(data);
  let second: LiveServer | undefined;
  const rsyslog = Rsyslog.start(program, folder, await first.printedSettings('rsyslog', 'rsyslog'));
  try {
    const { port } = new URL(first.url);
    const lines = Array.from({ length: RESTART_LINES }, (_, number) => JSON.stringify({ number }));
    const writing = writeSlowly(rsyslog, lines);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const before = (await first.deadLetters()).length;
    await first.stop();
    second = await LiveServer.start(data, `listen: 127.0.0.1:${port}\n`);
    await writing;
    const endMs = performance.now() + SETTLE_MS;
    let after = (await second.deadLetters()).length;
    while (after < RESTART_LINES && performance.now() < endMs) after = (await second.deadLetters()).length;
    assert.ok(before > 0 && before < RESTART_LINES, `${before} of ${RESTART_LINES} were there before the end`);
    assert.deepEqual({ after, refused: rsyslog.refused }, { after: RESTART_LINES, refused: 0 });
  } finally {
    await rsyslog.stop();
    await (second ?? first).stop();
  }
}

/** A key that the server refuses: rsyslog tries again and lets go of nothing. */
async function waitForKey(program: string, folder: string, evidence: Evidence): Promise<void> {
  const server = await LiveServer.start(join(folder, 'server'));
  try {
    const printed = await server.printedSettings('rsyslog', 'rsyslog');
    const wrong = printed.replace(/pwd="[^"]*"/, 'pwd="triad_000000000000_wrong"');
    const rsyslog = Rsyslog.start(program, folder, wrong.replace('resumeInterval="5"', 'resumeInterval="1"'));
    try {
      rsyslog.write(readFileSync(evidence.events(200), 'utf8'));
      await until(async () => (await server.counts()).refusedKeys > 2, 'the key is tried more than once');
      const { accepted } = await server.counts();
      assert.deepEqual({ accepted, refused: rsyslog.refused }, { accepted: 0, refused: 0 });
    } finally {
      await rsyslog.stop();
    }
  } finally {
    await server.stop();
  }
}

async function writeSlowly(rsyslog: Rsyslog, lines: readonly string[]): Promise<void> {
  for (let at = 0; at < lines.length; at += 10) {
    rsyslog.write(`${lines.slice(at, at + 10).join('\n')}\n`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
