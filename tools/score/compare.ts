import { type ChainScore, scoreChain } from './chains.ts';
import { scoreExecution } from './executions.ts';
import { type FoundSubscription, type HuntJson, highest, isAbove, wmiLevelOf } from './hunt-json.ts';
import { isEqualText } from './label-text.ts';
import { isText, type LabelRow, type LabelSubscription } from './labels.ts';
import { firstPart, fold, isAccount } from './names.ts';
import type { ReadingScore } from './reading-faults.ts';

export interface FileScore {
  readonly path: string;
  readonly class: LabelRow['class'];
  readonly subscriptions: { readonly labelled: number; readonly found: number; readonly extra: number };
  /** Labelled calls and children, and of those with a labelled source how many name it. */
  readonly executions: {
    readonly labelled: number;
    readonly found: number;
    readonly sources: number;
    readonly sourcesFound: number;
  };
  /** Steps of labelled chains, and how many stand in one incident. */
  readonly chains: { readonly steps: number; readonly together: number };
  /** All incidents of the file; those that count with scope wmi, at low or more and above low (SETTLED C23). */
  readonly incidents: {
    readonly all: number;
    readonly wmi: number;
    readonly wmiAboveLow: number;
    readonly attacks: number;
  };
  /** Of texts: cited lines that were read, with what the label says of them. */
  readonly cited?: { readonly labelled: number; readonly read: number };
  /** The highest level of scope wmi, `-` where there is nothing. */
  readonly level: string;
  readonly wanted: string;
  /** What is wrong; empty when all assertions hold. */
  readonly faults: readonly string[];
  /** What is not wrong but worth knowing. */
  readonly notes: readonly string[];
}

/** Holds several attacks of a test script, all of them local: how many cases they are is not labelled. */
const SEVERAL_ATTACKS = 'sb_edr_script_winrm_wmi_local';

/** Compares one file's result with its label: (a) to (e) of the corpus' rules, chains and the number of incidents. */
export function compare(row: LabelRow, result: HuntJson, reading: ReadingScore | undefined): FileScore {
  const faults: string[] = [...(reading?.faults ?? [])];
  const notes: string[] = [];
  const as = isText(row) ? 'canonical' : 'is';
  // Samples of shapes have no verdict in their labels: how they are read is all that is compared.
  const hasVerdict = row.class !== 'shape';
  const left = new Set(result.subscriptions);
  let found = 0;
  const wanted = row.subscriptions.filter((label) => !label.benign);
  for (const label of row.subscriptions) {
    const match = [...left].find((candidate) => isNamed(candidate, label));
    if (match === undefined) {
      if (!label.benign) faults.push(`missed subscription ${label.filter.name} -> ${label.consumer.name}`);
      continue;
    }
    left.delete(match);
    if (label.benign) {
      if (isAbove(match.verdict.level, 'low')) faults.push(`benign ${label.filter.name} is ${match.verdict.level}`);
      continue;
    }
    const wrong = differences(match, label, as);
    if (wrong.length === 0) found++;
    else faults.push(`${label.filter.name}: ${wrong.join(', ')}`);
  }
  for (const extra of hasVerdict ? left : [])
    faults.push(`too many: ${extra.filter.name} -> ${extra.consumer.name} on ${extra.host}`);

  const isNetworkLog = row.path.startsWith('network/');
  const executions = row.remote_executions.map((label) => scoreExecution(result, label, as, isNetworkLog));
  faults.push(...executions.flatMap((execution) => execution.faults));

  const level = levelOf(result);
  if (row.class === 'malicious' && row.min_severity !== null && isAbove(row.min_severity, level))
    faults.push(`level ${level}, wanted ${row.min_severity}`);
  if (isNegative(row) && isAbove(level, 'low')) {
    const culprits = result.findings.filter((f) => f.scope === 'wmi' && isAbove(f.level, 'low'));
    faults.push(`raised to ${level}: ${culprits.map((f) => `${f.analytic} ${f.title}`).join('; ')}`);
  }
  const chains = (row.chains ?? []).map((chain) => scoreChain(result, chain, row));
  for (const chain of chains) {
    if (chain.elsewhere.length > 0) faults.push(`chain torn, in another incident: ${chain.elsewhere.join('; ')}`);
    if (chain.uncited.length > 0) notes.push(`steps in no incident: ${chain.uncited.join('; ')}`);
  }
  const incidents = incidentsOf(row, result);
  const counted = row.min_severity === 'low' ? incidents.wmi : incidents.wmiAboveLow;
  if (incidents.attacks > 0 && counted !== incidents.attacks)
    faults.push(`${counted} incidents of scope wmi for ${incidents.attacks} attack`);
  return {
    path: row.path,
    class: row.class,
    subscriptions: { labelled: wanted.length, found, extra: hasVerdict ? left.size : 0 },
    executions: {
      labelled: executions.length,
      found: executions.filter(({ isFound }) => isFound).length,
      sources: executions.filter(({ hasSource }) => hasSource).length,
      sourcesFound: executions.filter(({ isSourceFound }) => isSourceFound).length,
    },
    chains: { steps: total(chains, 'steps'), together: total(chains, 'together') },
    incidents,
    ...(reading === undefined ? {} : { cited: { labelled: reading.cited, read: reading.citedRead } }),
    level,
    wanted: row.min_severity ?? (isNegative(row) ? 'at most low' : '-'),
    faults,
    notes,
  };
}

function total(chains: readonly ChainScore[], of: 'steps' | 'together'): number {
  return chains.reduce((sum, chain) => sum + chain[of], 0);
}

/** A malicious file is one attack; of one file it is not known. */
function incidentsOf(row: LabelRow, result: HuntJson): FileScore['incidents'] {
  const levels = result.incidents.map((incident) => wmiLevelOf(incident, result));
  return {
    all: result.incidents.length,
    wmi: levels.filter((level) => isAbove(level, 'informational')).length,
    wmiAboveLow: levels.filter((level) => isAbove(level, 'low')).length,
    attacks: row.class === 'malicious' && !row.path.includes(SEVERAL_ATTACKS) ? 1 : 0,
  };
}

/** True of files in which nothing of scope `wmi` may stand above low. */
export function isNegative({ class: of }: { readonly class: LabelRow['class'] }): boolean {
  return of === 'negative' || of === 'benign';
}

function levelOf(result: HuntJson): string {
  return highest([
    ...result.subscriptions.map((s) => s.verdict.level),
    ...result.findings.filter((f) => f.scope === 'wmi').map((f) => f.level),
  ]);
}

function isNamed(found: FoundSubscription, label: LabelSubscription): boolean {
  const hosts = [label.host, ...(label.host_aliases ?? [])].filter((host) => host !== null).map(firstPart);
  return (
    fold(found.filter.name) === fold(label.filter.name) &&
    fold(found.consumer.name) === fold(label.consumer.name) &&
    fold(found.consumer.class) === fold(label.consumer.class) &&
    (hosts.length === 0 || hosts.includes(firstPart(found.host)))
  );
}

function differences(found: FoundSubscription, label: LabelSubscription, as: 'is' | 'canonical'): string[] {
  const wrong: string[] = [];
  if (!isEqualText(found.filter.query, label.filter.query, as))
    wrong.push(`query is ${JSON.stringify(found.filter.query)}`);
  if (!isEqualText(found.consumer.payload, label.consumer.payload, as)) wrong.push('payload differs');
  if (label.namespace !== null && found.namespace !== label.namespace) wrong.push(`namespace is ${found.namespace}`);
  if (label.filter.event_namespace !== null && found.filter.eventNamespace !== label.filter.event_namespace) {
    wrong.push(`event namespace is ${found.filter.eventNamespace}`);
  }
  if (label.creator.sid !== null && found.creator.sid !== label.creator.sid)
    wrong.push(`creator SID is ${found.creator.sid}`);
  if (label.creator.account !== null && !isAccount(found.creator.account, label.creator.account)) {
    wrong.push(`creator is ${found.creator.account}`);
  }
  return wrong;
}
