import { secondOf } from '../../entities/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { imageTail, parseTime } from '../../windows/index.ts';
import type { Finding } from '../finding.ts';
import type { PackUnit } from './pack-units.ts';

/** Which tools' fingerprints were seen, by what they were seen on: a subscription, a process, a record. */
export class ToolMarks {
  readonly #bySubscription = new Map<string, Set<string>>();
  readonly #byProcess = new Map<string, Set<string>>();
  readonly #byRecord = new Map<string, Set<string>>();

  add({ head, groups, dossier, identities }: PackUnit, tool: string): void {
    if (dossier !== undefined) addTo(this.#bySubscription, dossier, tool);
    for (const { pid, tail, startMs } of identities) {
      if (startMs !== undefined) addTo(this.#byProcess, processKey(head.host, pid, tail, startMs), tool);
    }
    for (const { records } of groups) for (const record of records) addTo(this.#byRecord, record, tool);
  }

  /** The dossier with the tool that made it, where a fingerprint tells. */
  onDossier(dossier: Dossier): Dossier {
    const tool = named([this.#bySubscription.get(dossier.id)]);
    return tool === undefined ? dossier : { ...dossier, attackTool: tool };
  }

  /** The finding with the tool of its process, its subscriptions or its records. A fingerprint's own stays as it is. */
  onFinding<T extends Finding>(finding: T): T {
    if (finding.attackTool !== undefined || this.#byRecord.size === 0) return finding;
    const tool = named([
      ...finding.subscriptions.map((id) => this.#bySubscription.get(id)),
      this.#byProcess.get(keyOfProcess(finding)),
      ...finding.evidence.map(({ record }) => (record === undefined ? undefined : this.#byRecord.get(record))),
    ]);
    return tool === undefined ? finding : { ...finding, attackTool: tool };
  }
}

function addTo(marks: Map<string, Set<string>>, key: string, tool: string): void {
  const known = marks.get(key);
  if (known === undefined) marks.set(key, new Set([tool]));
  else known.add(tool);
}

function processKey(host: string, pid: number | null, tail: string, startMs: number): string {
  return JSON.stringify([host, pid, tail, secondOf(startMs)]);
}

/** The key of the process that the finding is about, whose start is its time. */
function keyOfProcess({ host, process, time }: Finding): string {
  const ms = parseTime(time)?.ms;
  return process?.image === undefined || ms === undefined
    ? ''
    : processKey(host, process.pid ?? null, imageTail(process.image), ms);
}

/** "Covenant"; where several tools have the same print "SharpWMI or PersistWMI". */
function named(sets: readonly (ReadonlySet<string> | undefined)[]): string | undefined {
  const tools = [...new Set(sets.flatMap((set) => (set === undefined ? [] : [...set])))].sort();
  return tools.length === 0 ? undefined : tools.join(' or ');
}
