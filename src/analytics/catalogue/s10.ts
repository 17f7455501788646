import { digestId } from '../../bytes/index.ts';
import { clueOf, FairTable, type ProcessClue, type ProcessNode } from '../../entities/index.ts';
import {
  canonicalTail,
  distinctEvidence,
  type Event,
  formatTime,
  imageTail,
  isPlantedDll,
  PROVIDER_HOST,
} from '../../windows/index.ts';
import type { JudgedFinding } from '../finding.ts';
import { glueOf } from '../glue.ts';
import { cited } from '../node-finding.ts';
import { scoreOf } from '../scoring.ts';
import { copyHop, openCopy, readCopy, type SmbCopy, sourceOfCopy } from '../smb-copy.ts';
import type { Bench, Watch, WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

/** A group is one host. */
const BOUNDS = { max: 4096, quota: 16 };
const MAX_RECORDS = 16;
const SYSMON = 'microsoft-windows-sysmon/operational';
/** Windows' own servicing puts files there too. */
const SERVICING: ReadonlySet<string> = new Set(['trustedinstaller.exe', 'tiworker.exe']);
/** Where the provider host lies, and looks for its DLLs first. */
const PLACES = /^\\windows\\(?:system32|syswow64)\\wbem\\wbemcomn\.dll$/;

/** S10: a wbemcomn.dll in the folder of the provider host, which loads it before the true one in System32. */
export const S10: WatchAnalytic = {
  record: {
    id: 'S10',
    rev: 1,
    title: 'wbemcomn.dll plant',
    scope: 'wmi',
    question: 'Was the provider host of WMI made to load a foreign DLL?',
    needs: [
      { kind: 'files and modules', role: 'required' },
      { kind: 'logons', role: 'helps' },
    ],
    entities: ['host', 'file', 'process', 'source host', 'account'],
    conditions: [
      'a file wbem\\wbemcomn.dll in System32 or SysWOW64 was written (Sysmon 11, not by TrustedInstaller; 5145 with a right to write)',
      'or WmiPrvSE.exe loaded it from there (Sysmon 7): the true file lies in System32',
    ],
    joins: [{ id: 'J22', least: 'strong' }],
    windowMs: 0,
    lagMs: 2000,
    level: 'critical',
    modifiers: [],
    attack: [
      { new: 'T1574.001', old: ['T1574.002'] },
      { new: 'T1021.002', old: ['T1021.002'] },
    ],
    falsePositives: [{ what: 'none known', tell: 'no product of Windows puts a file of this name there' }],
    blind: ['Sysmon 11 and 7 filtered, and share access not audited', 'another DLL that the provider host looks for'],
    dedupe: { key: ['host', 'path'], periodMs: 0 },
    evidenceKept: ['the writes', 'the loads', 'the starts of what the provider host then started'],
    test: {
      positive: [
        'S10: a planted wbemcomn.dll that WmiPrvSE loads is one critical finding with its writer and its child',
      ],
      negative: ['S10: the true wbemcomn.dll, a read of it, and TrustedInstaller are none'],
    },
  },
  open: (bench) => new PlantWatch(bench),
};

interface Load {
  readonly clue: ProcessClue;
  readonly event: Event;
}

interface Plant {
  readonly host: string;
  readonly path: string;
  readonly writes: Event[];
  readonly copies: { readonly copy: SmbCopy; readonly key: string }[];
  readonly loads: Load[];
  count: number;
  firstMs: number;
  firstTicks: number;
  lastMs: number;
}

class PlantWatch implements Watch {
  readonly #bench: Bench;
  readonly #plants = new FairTable<Plant>(BOUNDS);

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  get evicted(): Readonly<Record<string, number>> {
    return { plantedFiles: this.#plants.evicted };
  }

  readonly takes = { security: [5145], [SYSMON]: [7, 11] };

  accept(host: string, event: Event): void {
    if (event.eventId === 11) this.#written(host, event);
    else if (event.eventId === 7) this.#loaded(host, event);
    else this.#copied(host, event);
  }

  finish(): readonly JudgedFinding[] {
    return [...this.#plants.values()]
      .sort((a, b) => a.firstMs - b.firstMs || (a.host + a.path < b.host + b.path ? -1 : 1))
      .map((plant) => this.#finding(plant));
  }

  #written(host: string, event: Event): void {
    const path = event.get('TargetFilename');
    if (!isPlantedDll(path) || SERVICING.has(imageTail(event.get('Image')))) return;
    const plant = this.#plantOf(host, path ?? '', event);
    if (plant !== undefined && plant.writes.length < MAX_RECORDS) plant.writes.push(event.detach());
  }

  #loaded(host: string, event: Event): void {
    const path = event.get('ImageLoaded');
    if (!isPlantedDll(path) || imageTail(event.get('Image')) !== PROVIDER_HOST) return;
    const plant = this.#plantOf(host, path ?? '', event);
    if (plant !== undefined && plant.loads.length < MAX_RECORDS) {
      plant.loads.push({ clue: clueOf(event, ''), event: event.detach() });
    }
  }

  #copied(host: string, event: Event): void {
    if (!isPlantedDll(event.get('RelativeTargetName'))) return;
    const copy = readCopy(host, event);
    const plant = copy === undefined ? undefined : this.#plantOf(host, copy.path, event);
    if (copy === undefined || plant === undefined || plant.copies.length >= MAX_RECORDS) return;
    plant.copies.push({ copy, key: openCopy(copy, this.#bench) });
  }

  #plantOf(host: string, path: string, event: Event): Plant | undefined {
    const tail = canonicalTail(path);
    if (!PLACES.test(tail)) return undefined;
    const known = this.#plants.get(host, tail);
    if (known !== undefined) {
      known.count++;
      known.lastMs = Math.max(known.lastMs, event.timeMs);
      return known;
    }
    const plant: Plant = {
      host,
      path: tail,
      writes: [],
      copies: [],
      loads: [],
      count: 1,
      firstMs: event.timeMs,
      firstTicks: event.timeTicks,
      lastMs: event.timeMs,
    };
    this.#plants.set(host, tail, plant);
    return plant;
  }

  #finding(plant: Plant): JudgedFinding {
    const { host, path, writes, copies, loads, count, firstMs, firstTicks, lastMs } = plant;
    const { entities } = this.#bench;
    const { record } = S10;
    const id = digestId(['finding', record.id, host, path]);
    const [first] = copies;
    const hop = first === undefined ? undefined : copyHop(first.copy, first.key, [id], this.#bench);
    const started = this.#startedBy(plant);
    const events = [...copies.map(({ copy }) => copy.event), ...writes, ...loads.map(({ event }) => event)];
    const evidence = distinctEvidence([
      ...cited(events, this.#bench),
      ...started.flatMap((node) => cited(node.events, this.#bench)),
    ]);
    const { level, score, terms } = scoreOf('critical', baseText(plant), [], [], evidence);
    const accounts = [...new Set(copies.flatMap(({ copy }) => copy.account ?? []))].sort();
    const source = hop === undefined ? undefined : sourceOfCopy(hop);
    return {
      finding: {
        id,
        analytic: record.id,
        title: titleOf(plant, accounts, source, started),
        level,
        score,
        terms,
        scope: record.scope,
        host,
        hosts: source === undefined || source === host ? [host] : [host, source],
        accounts,
        subscriptions: [],
        candidates: [],
        attack: record.attack,
        time: formatTime(firstMs, firstTicks),
        count,
        aliases: [],
        evidence,
      },
      ...(hop === undefined ? {} : { hop }),
      joins: started.map((node) => ({
        join: 'J22',
        strength: 'exact',
        text: `the WmiPrvSE.exe that loaded the planted DLL is the parent of ${inSentence(imageTail(node.image))}`,
        rivals: 0,
        evidence: cited(node.events, this.#bench),
      })),
      glue: glueOf(entities, {
        host,
        ...loads[0]?.clue,
        atMs: firstMs,
        lastMs,
        nodes: started,
        logonIds: [...new Set(copies.flatMap(({ copy }) => copy.logonId ?? []))],
        accounts,
        sids: [...new Set(copies.flatMap(({ copy }) => copy.sid ?? []))],
      }),
    };
  }

  /** What a provider host started after it had loaded the DLL: of this one the lineage does tie (SETTLED C20). */
  #startedBy({ host, loads }: Plant): readonly ProcessNode[] {
    const tree = this.#bench.entities.processTree;
    const parents = new Map<string, number>();
    for (const { clue, event } of loads) {
      const key = tree.keyAt(host, clue, event.timeMs);
      if (key !== undefined && !parents.has(key)) parents.set(key, event.timeMs);
    }
    return [...parents].flatMap(([key, loadMs]) => tree.childrenOf(key).filter(({ startMs }) => startMs >= loadMs));
  }
}

function baseText({ loads, copies }: Plant): string {
  if (loads.length > 0) return 'WmiPrvSE.exe loaded a wbemcomn.dll from its own folder; the true one lies in System32';
  return copies.length > 0
    ? 'a wbemcomn.dll was written into the folder of WmiPrvSE.exe over the network'
    : 'a wbemcomn.dll was written into the folder of WmiPrvSE.exe';
}

function titleOf(
  { host, loads }: Plant,
  accounts: readonly string[],
  source: string | undefined,
  started: readonly ProcessNode[],
): string {
  const [account] = accounts;
  const who = account === undefined ? 'Somebody' : inSentence(account);
  const from = source === undefined ? '' : ` from ${hostWords(source)}`;
  const [child] = started;
  const then =
    child === undefined
      ? loads.length === 0
        ? ''
        : '; WmiPrvSE.exe loaded it'
      : `; WmiPrvSE.exe loaded it and started ${inSentence(imageTail(child.image))}`;
  return `${who}${from} planted wbemcomn.dll beside WmiPrvSE.exe on ${hostWords(host)}${then}`;
}
