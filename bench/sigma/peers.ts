import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RuleSource, Rules } from '../../src/sigma/index.ts';
import { OUT, ROOT } from '../corpus.ts';
import type { KeptEvent } from './events.ts';
import { peerEvents } from './peer-events.ts';
import { MATCHING, madePython } from './python.ts';

export interface PeerReport {
  readonly rules: number;
  readonly refused: number;
  readonly loadS: number;
  readonly events: number;
  /** Every rule on every event, and each event only the rules of its log sources; CPU seconds of one thread. */
  readonly unroutedS: number;
  readonly routedS?: number;
  readonly routedHits?: number;
  readonly hits: Readonly<Record<string, number>>;
}

const PEERS = join(ROOT, 'bench', 'peers');
const RSIGMA = join(PEERS, 'rsigma');
const RSIGMA_PROGRAM = join(RSIGMA, 'target', 'release', 'triad_peer');
const CRATE = 'rsigma-eval-0.21.0';

/**
 * The program of `peer/rsigma.rs`, built inside a copy of the crate with the crate's own lock (SETTLED E15). Undefined where there
 * is no cargo, or the crate was never fetched.
 */
export function rsigmaProgram(): string | undefined {
  if (existsSync(RSIGMA_PROGRAM)) return RSIGMA_PROGRAM;
  const registry = join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'registry', 'src');
  const index = existsSync(registry)
    ? readdirSync(registry).find((name) => existsSync(join(registry, name, CRATE)))
    : undefined;
  if (index === undefined) return undefined;
  cpSync(join(registry, index, CRATE), RSIGMA, { recursive: true });
  mkdirSync(join(RSIGMA, 'src', 'bin'), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'peer', 'rsigma.rs'), join(RSIGMA, 'src', 'bin', 'triad_peer.rs'));
  appendFileSync(join(RSIGMA, 'Cargo.toml'), '\n[[bin]]\nname = "triad_peer"\npath = "src/bin/triad_peer.rs"\n');
  const built = spawnSync('cargo', ['build', '--release', '--locked', '--bin', 'triad_peer'], {
    cwd: RSIGMA,
    stdio: 'inherit',
  });
  return built.status === 0 ? RSIGMA_PROGRAM : undefined;
}

/** pySigma with its SQLite back end: rules become queries over rows in memory, which is how Zircolite works. */
export function pySigmaPython(): string | undefined {
  return madePython(MATCHING);
}

export function runRsigma(
  program: string,
  sources: readonly RuleSource[],
  rules: Rules,
  events: readonly KeptEvent[],
  rounds: number,
): PeerReport {
  return run(program, [], sources, rules, events, rounds);
}

export function runPySigma(
  python: string,
  sources: readonly RuleSource[],
  rules: Rules,
  events: readonly KeptEvent[],
): PeerReport {
  return run(python, [join(import.meta.dirname, 'peer', 'pysigma_sqlite.py')], sources, rules, events, 1);
}

function run(
  program: string,
  lead: readonly string[],
  sources: readonly RuleSource[],
  rules: Rules,
  events: readonly KeptEvent[],
  rounds: number,
): PeerReport {
  mkdirSync(OUT, { recursive: true });
  const rulesPath = join(OUT, 'sigma-peer-rules.json');
  const eventsPath = join(OUT, 'sigma-peer-events.jsonl');
  writeFileSync(rulesPath, JSON.stringify(sources.map(({ text }) => text)));
  writeFileSync(
    eventsPath,
    peerEvents(rules, events)
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  );
  const done = spawnSync(program, [...lead, rulesPath, eventsPath, String(rounds)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
  });
  if (done.status !== 0) throw new Error(`${program} failed`);
  return JSON.parse(done.stdout) as PeerReport;
}
