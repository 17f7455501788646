import { FairTable, isSameAccount, keyOfStart, type ProcessStart, spreadOf } from '../../entities/index.ts';
import { sameFiles } from '../../joins/index.ts';
import {
  canonicalTail,
  compareSameTime,
  type Event,
  heldBytesOf,
  imageTail,
  PROVIDER_HOST,
} from '../../windows/index.ts';
import { unwrapKnownTool } from '../../wmi/index.ts';
import type { HopFacts, JudgedFinding } from '../finding.ts';
import { cited, nodeFinding } from '../node-finding.ts';
import { scoreOf } from '../scoring.ts';
import { copyHop, openCopy, readCopy, type SmbCopy, sharedPath, sourceOfCopy } from '../smb-copy.ts';
import type { Bench, Found, Watch, WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence, programName } from '../wording.ts';

/** Between the copy and the start (DOMAIN 3.2). */
const WINDOW_MS = 600_000;
/** A group is one host and client: what one machine copies pushes out its own (L15). */
const WRITE_BOUNDS = {
  max: 16_384,
  quota: 512,
  bytesOf: ({ event }: Write): number => heldBytesOf(event) + 256,
  maxBytes: 32 << 20,
};
/** A group is one host. */
const RUN_BOUNDS = { max: 4096, quota: 256 };
const SWEEP_MS = 600_000;
const SYSMON = 'microsoft-windows-sysmon/operational';
/** Shorter names stand in too many command lines. */
const MIN_NAME = 5;
/** Characters of a command line that are searched (SETTLED C24). */
const MAX_LINE = 4096;
/** Analytics of a process that a remote caller started through WMI. */
const REMOTE_STARTS: ReadonlySet<string> = new Set(['R01', 'R02', 'R03']);

/** R15: a file came over ADMIN$ or C$, and a process that a remote caller started through WMI names it. */
export const R15: WatchAnalytic = {
  record: {
    id: 'R15',
    rev: 1,
    title: 'Copy then run',
    scope: 'wmi',
    question: 'Was a file copied here and then run through WMI?',
    needs: [
      { kind: 'files and modules', role: 'required' },
      { kind: 'process starts', role: 'required' },
      { kind: 'command lines', role: 'required' },
      { kind: 'logons', role: 'helps' },
    ],
    entities: ['host', 'source host', 'account', 'file', 'process'],
    conditions: [
      'a file of ADMIN$ or C$ was written from another machine (5145 with a right to write; Sysmon 11 by System)',
      'R01 holds, at most ten minutes later, for a process whose command line names it, without a known tool’s wrapper',
    ],
    joins: [
      { id: 'J1', least: 'weak' },
      { id: 'J18', least: 'strong' },
    ],
    windowMs: WINDOW_MS,
    lagMs: 2000,
    level: 'critical',
    modifiers: ['P01..P18'],
    attack: [
      { new: 'T1570', old: ['T1570'] },
      { new: 'T1021.002', old: ['T1021.002'] },
      { new: 'T1047', old: ['T1047'] },
    ],
    falsePositives: [{ what: 'deployment tools', tell: 'a listed source, one set of files' }],
    blind: [
      'share access not audited and Sysmon 11 not logged',
      'the file came another way, or under another name',
      'command lines not logged',
    ],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the writes of the file', 'the start of the process'],
    test: {
      positive: ['R15: a file written to ADMIN$ and run through WMI within ten minutes is critical, with its source'],
      negative: ['R15: a file that the machine wrote to itself, a read, another name, or eleven minutes are none'],
    },
  },
  open: (bench) => new CopyWatch(bench),
};

/** A file that came from elsewhere; a Sysmon 11 tells neither from where nor by whom. */
interface Write {
  readonly path: string;
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly event: Event;
  readonly copy: SmbCopy | undefined;
}

interface Run {
  readonly writes: readonly Write[];
  /** Of the first of them that tells who wrote. */
  readonly copy: { readonly copy: SmbCopy; readonly key: string } | undefined;
}

class CopyWatch implements Watch {
  readonly #bench: Bench;
  readonly #writes = new FairTable<Write>(WRITE_BOUNDS);
  /** Groups of `#writes` by host. */
  readonly #clients = new Map<string, Set<string>>();
  readonly #runs = new FairTable<Run>(RUN_BOUNDS);
  #count = 0;
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { copiedFiles: this.#writes.evicted, copiesRun: this.#runs.evicted };
  }

  readonly takes = { security: [5145], [SYSMON]: [11] };

  accept(host: string, event: Event): void {
    if (event.eventId === 5145) {
      const copy = readCopy(host, event);
      if (copy === undefined || copy.address === undefined || this.#isOwn(host, copy.address, event.timeMs)) return;
      this.#keep(host, copy.address, { ...copy, copy });
    } else {
      const path = event.get('TargetFilename');
      if (path === undefined || imageTail(event.get('Image')) !== 'system') return;
      const { timeMs, timeTicks } = event;
      this.#keep(host, '-', { path: canonicalTail(path), timeMs, timeTicks, event: event.detach(), copy: undefined });
    }
  }

  started(start: ProcessStart): void {
    if (imageTail(start.parentImage) !== PROVIDER_HOST || start.commandLine === undefined) return;
    const key = keyOfStart(start);
    const clients = this.#clients.get(start.host);
    if (key === undefined || clients === undefined) return;
    const line = (unwrapKnownTool(start.commandLine)?.command ?? start.commandLine).slice(0, MAX_LINE);
    const untilMs = start.startMs + spreadOf(start.startMs, start.startTicks);
    const writes = [...clients]
      .flatMap((group) => [...this.#writes.valuesOf(group)])
      .filter(({ timeMs, path }) => {
        const agoMs = start.startMs - timeMs;
        return timeMs <= untilMs && agoMs <= WINDOW_MS && namesFile(line, path);
      })
      .sort(compareWrites);
    if (writes.length === 0) return;
    const copy = writes.find((write) => write.copy !== undefined)?.copy;
    this.#runs.set(start.host, key, {
      writes,
      copy: copy === undefined ? undefined : { copy, key: openCopy(copy, this.#bench) },
    });
  }

  settle(nowMs: number): void {
    if (nowMs < this.#nextSweepMs || nowMs === Number.POSITIVE_INFINITY) return;
    this.#nextSweepMs = nowMs + SWEEP_MS;
    this.#writes.expireOldest(({ timeMs }) => timeMs + WINDOW_MS + SWEEP_MS < nowMs);
    for (const [host, groups] of this.#clients) {
      for (const group of groups) if (isEmpty(this.#writes.valuesOf(group))) groups.delete(group);
      if (groups.size === 0) this.#clients.delete(host);
    }
  }

  finish(found: Found): readonly JudgedFinding[] {
    const told = new Set<string>();
    return found.findings.flatMap((start) => {
      const { finding, glue } = start;
      const [process] = glue.processes;
      const isRemote = REMOTE_STARTS.has(finding.analytic) && start.hop !== undefined;
      if (process === undefined || !isRemote || told.has(process.key)) return [];
      const run = this.#runs.get(finding.host, process.key);
      if (run === undefined) return [];
      told.add(process.key);
      return this.#finding(start, process.key, run) ?? [];
    });
  }

  #isOwn(host: string, address: string, atMs: number): boolean {
    return this.#bench.entities.addresses.isOfAt(host, address, atMs);
  }

  #keep(host: string, client: string, write: Write): void {
    const group = `${host}\u0000${client}`;
    this.#writes.set(group, String(this.#count++), write);
    const groups = this.#clients.get(host);
    if (groups === undefined) this.#clients.set(host, new Set([group]));
    else groups.add(group);
  }

  #finding({ finding: start }: JudgedFinding, key: string, { writes, copy }: Run): JudgedFinding | undefined {
    const node = this.#bench.entities.processTree.node(key);
    const [first] = writes;
    if (node === undefined || first === undefined) return undefined;
    const evidence = cited(
      writes.map(({ event }) => event),
      this.#bench,
    );
    const hop = (id: string): HopFacts | undefined =>
      copy === undefined ? undefined : copyHop(copy.copy, copy.key, [id], this.#bench);
    const told = hop('');
    const source = told === undefined ? undefined : sourceOfCopy(told);
    const from = source === undefined ? '' : ` from ${hostWords(source)}`;
    const account = copy?.copy.account;
    const who = account === undefined ? 'Somebody' : inSentence(account);
    const name = inSentence(imageTail(first.path));
    return nodeFinding(
      R15.record,
      node,
      {
        title: `${who}${from} copied ${name} to ${hostWords(start.host)}${runWords(account, start.accounts)} there through WMI (${programName(node.image)})`,
        score: scoreOf(
          'critical',
          `${name} came over the network ${Math.max(0, Math.round((node.startMs - first.timeMs) / 1000))} s before a process that names it`,
          [],
          this.#bench.payloads.read(node.commandLine).features,
          evidence,
        ),
        evidence,
        accounts: [...new Set([...(account === undefined ? [] : [account]), ...start.accounts])],
        candidates: start.candidates,
        ...(source === undefined ? {} : { hosts: [source] }),
        ...(copy?.copy.logonId === undefined ? {} : { logonIds: [copy.copy.logonId] }),
        joins: sameFiles(this.#bench.entities, start.host, first.path).map(({ join }) => join),
        hop,
      },
      this.#bench,
    );
  }
}

/** " and ran it"; who ran it, where that is surely not who copied it. */
function runWords(copier: string | undefined, runners: readonly string[]): string {
  const [runner, ...others] = runners;
  const isBoth = copier !== undefined && runners.some((name) => isSameAccount(name, copier));
  if (runner === undefined || isBoth) return ' and ran it';
  return others.length === 0 ? `, and ${inSentence(runner)} ran it` : `, and one of ${runners.length} accounts ran it`;
}

/** True when a command names the file: by its path where it tells one, else by its name. */
export function namesFile(line: string, path: string): boolean {
  const name = imageTail(path);
  if (name.length < MIN_NAME) return false;
  const text = line.toLowerCase();
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const after = text[at + name.length];
    if (after !== undefined && !/[\s"'),;&|<>]/.test(after)) continue;
    const folder = /[^\s"'(,;&|<>=]*$/.exec(text.slice(Math.max(0, at - 260), at))?.[0] ?? '';
    if (folder !== '' && !/[\\/]$/.test(folder)) continue;
    if (isFolderOf(folder, path)) return true;
  }
  return false;
}

/** Whether a folder as a command writes it may be that of the path; relative and variable ones may. */
function isFolderOf(folder: string, path: string): boolean {
  if (folder === '' || folder.includes('%') || folder.includes('$env')) return true;
  const backslashed = folder.replaceAll('/', '\\');
  const shared = /^\\\\[^\\]+\\([^\\]+)\\(.*)$/.exec(backslashed);
  const tail =
    shared === null
      ? canonicalTail(backslashed.replace(/\\{2,}/g, '\\'))
      : (sharedPath(`\\${shared[1]}`, `${shared[2]}x`)?.slice(0, -1) ?? folder);
  const ofPath = path.slice(0, path.lastIndexOf('\\') + 1);
  return tail.startsWith('\\') ? ofPath === tail : ofPath.endsWith(`\\${tail.replace(/^\.\\/, '')}`) || tail === '.\\';
}

function isEmpty(rows: Iterable<Write>): boolean {
  return rows[Symbol.iterator]().next().done === true;
}

function compareWrites(a: Write, b: Write): number {
  return (
    a.timeMs - b.timeMs ||
    a.timeTicks - b.timeTicks ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
    compareSameTime(a.event, b.event)
  );
}
