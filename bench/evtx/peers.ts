import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { childCost } from '../child-cpu.ts';
import { OUT } from '../corpus.ts';

/** Another reader of event logs that the bench runs beside Triad. */
export interface Peer {
  readonly name: string;
  /** What it makes of a record. */
  readonly does: string;
  /** Bytes of a set that it is given: the slow ones would take minutes for the whole. */
  readonly bytes: number;
  readonly install: string;
  /** Its place, or undefined when it is not on this machine. */
  readonly place: string | undefined;
  /** CPU seconds for a file, and the records that came out. */
  run(path: string): PeerRun;
}

export interface PeerRun {
  readonly cpuS: number;
  readonly records: number;
}

const ALL = Number.POSITIVE_INFINITY;

/** The peers of EVTX 9.1; programs are looked for on the PATH and below each folder of `folders`. */
export function findPeers(folders: readonly string[]): readonly Peer[] {
  return [evtxDump(folders), winevtx(folders), tsEvtx(folders), evtxexport(folders)];
}

export function findProgram(name: string, folders: readonly string[]): string | undefined {
  const places = [
    ...folders.flatMap((folder) => [join(folder, name), join(folder, 'bin', name)]),
    ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
  ];
  return places.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findPackage(name: string, folders: readonly string[]): string | undefined {
  return folders
    .flatMap((folder) => [join(folder, 'node_modules', name), join(folder, name)])
    .find((place) => existsSync(join(place, 'package.json')));
}

function evtxDump(folders: readonly string[]): Peer {
  const place = findProgram('evtx_dump', folders);
  return {
    name: 'evtx_dump (Rust)',
    does: 'JSON lines, -t 1',
    bytes: ALL,
    install: 'cargo install evtx --locked --version 0.15.1 --root bench/peers',
    place,
    run: (path) => {
      const program = place ?? '';
      const { cpuS } = childCost(program, ['-t', '1', '-o', 'jsonl', path]);
      return { cpuS, records: countLines(program, path) };
    },
  };
}

const lineCounts = new Map<string, number>();

/** Lines of its output, in a run that is not timed. */
function countLines(program: string, path: string): number {
  const known = lineCounts.get(path);
  if (known !== undefined) return known;
  const file = join(OUT, 'evtx_dump.jsonl');
  childCost(program, ['-t', '1', '-o', 'jsonl', path], { stdout: { file } });
  const lines = Number(spawnSync('wc', ['-l', file], { encoding: 'utf8' }).stdout.trim().split(' ')[0]);
  rmSync(file);
  lineCounts.set(path, lines);
  return lines;
}

function evtxexport(folders: readonly string[]): Peer {
  const place = findProgram('evtxexport', folders);
  return {
    name: 'evtxexport (C)',
    does: 'XML',
    bytes: 4_000_000,
    install: 'apt-get install libevtx-utils',
    place,
    run: (path) => {
      const cost = childCost(place ?? '', ['-f', 'xml', path], { stdout: 'result' });
      return { cpuS: cost.cpuS, records: cost.stdout.split('<Event ').length - 1 };
    },
  };
}

/** A package of JavaScript, run in a process of its own that says what the reading alone cost. */
function inNode(name: string, does: string, version: string, bytes: number, folders: readonly string[]): Peer {
  const place = findPackage(name, folders);
  return {
    name: `${name} (JS)`,
    does,
    bytes,
    install: `npm install --prefix bench/peers ${name}@${version}`,
    place,
    run: (path) => {
      const entry = join(import.meta.dirname, 'peer-in-node.ts');
      const done = spawnSync(process.execPath, ['--single-threaded', entry, name, place ?? '', path], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      if (done.status !== 0) throw new Error(`${name} failed on ${path}`);
      const line = done.stdout.trim().split('\n').at(-1) ?? '';
      return JSON.parse(line) as PeerRun;
    },
  };
}

function winevtx(folders: readonly string[]): Peer {
  return inNode('winevtx', 'JS objects', '0.1.2', 20_000_000, folders);
}

function tsEvtx(folders: readonly string[]): Peer {
  return inNode('@ts-evtx/core', 'XML', '1.1.1', 8_000_000, folders);
}
