import { type CitedRecord, type HuntJson, isAbove, recordsIn, wmiLevelOf } from './hunt-json.ts';
import type { LabelRow } from './labels.ts';

/** What a hunt over the whole corpus in one go shows. */
export interface WholeScore {
  readonly incidents: number;
  readonly aboveLow: number;
  readonly wmiAboveLow: number;
  readonly seconds: number;
  readonly peakBytes: number;
  /** Edges and links over records of two captures that were made apart. */
  readonly faults: readonly string[];
  /** Two captures of one run, and whether a link or edge joins them. */
  readonly pairs: readonly { readonly name: string; readonly isDrawn: boolean }[];
}

/**
 * The captures that were made in one run, by what their labels say of their origin: the public file's name with the time of
 * the run, else its path. Files of one run may be joined, others may not (CORPUS 4.4).
 */
export function runOf({ source, path }: Pick<LabelRow, 'source' | 'path'>): string {
  const from = source.path ?? path;
  const stamp = /_(\d{4}-\d{2}-\d+)\.\w+$/.exec(source.member ?? '')?.[1];
  if (stamp !== undefined) return `${(from.split('/').at(-1) ?? from).replace(/\.\w+$/, '')} ${stamp}`;
  // Logs of one attack from several sensors lie in one folder.
  const compound = /^(.*\/compound\/[^/]+\/[^/]+)\//.exec(from)?.[1];
  return compound ?? from;
}

export function scoreWhole(result: HuntJson, rows: readonly LabelRow[]): WholeScore {
  const runByPath = new Map(rows.map((row) => [row.path, runOf(row)]));
  const runOfFile = (file: string): string => {
    const at = file.replaceAll('\\', '/').indexOf('/dev/');
    const path = file.slice(at + '/dev/'.length);
    return runByPath.get(path) ?? path;
  };
  const runsOf = (records: readonly CitedRecord[]): readonly string[] => [
    ...new Set(records.map(({ file }) => runOfFile(file))),
  ];
  const isNetwork = (file: string): boolean => file.includes('/network/');
  const faults: string[] = [];
  const drawn = new Set<string>();
  for (const incident of result.incidents) {
    const claims = [
      ...incident.edges.map((edge) => ({ what: `edge ${edge.id}`, records: recordsIn(edge) })),
      ...incident.links.map((link) => ({ what: `link "${link.claim}"`, records: recordsIn(link) })),
    ];
    const records = new Map<string, CitedRecord[]>();
    for (const { id, joins } of incident.links) records.set(id, [...recordsIn(joins)]);
    for (const edge of incident.edges) {
      const all = [...recordsIn(edge), ...(edge.links ?? []).flatMap((id) => records.get(id) ?? [])];
      noteDrawn(all);
    }
    for (const { what, records: cited } of claims) {
      const runs = runsOf(cited);
      if (runs.length > 1) faults.push(`${incident.id} ${what} joins ${runs.join(' and ')}`);
      noteDrawn(cited);
    }
  }
  function noteDrawn(cited: readonly CitedRecord[]): void {
    const wire = cited.filter(({ file }) => isNetwork(file)).map(({ file }) => runOfFile(file));
    const host = new Set(cited.filter(({ file }) => !isNetwork(file)).map(({ file }) => runOfFile(file)));
    for (const run of wire) if (host.has(run)) drawn.add(run);
  }
  const levels = result.incidents.map((incident) => wmiLevelOf(incident, result));
  return {
    incidents: result.incidents.length,
    aboveLow: result.incidents.filter(({ level }) => isAbove(level, 'low')).length,
    wmiAboveLow: levels.filter((level) => isAbove(level, 'low')).length,
    seconds: (Date.parse(result.run?.end ?? '') - Date.parse(result.run?.start ?? '')) / 1000,
    peakBytes: result.run?.peakRss ?? 0,
    faults,
    pairs: pairsOf(rows).map((name) => ({ name, isDrawn: drawn.has(name) })),
  };
}

/** Runs of which both a capture of hosts and one of the network are at hand. */
function pairsOf(rows: readonly LabelRow[]): readonly string[] {
  const runs = (isNetwork: boolean): readonly string[] =>
    rows.filter(({ path }) => path.startsWith('network/') === isNetwork && !path.startsWith('shapes/')).map(runOf);
  const hosts = new Set(runs(false));
  return [...new Set(runs(true))].filter((run) => hosts.has(run)).sort();
}
