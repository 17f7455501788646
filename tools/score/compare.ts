import { isEqualText } from './label-text.ts';
import { isText, type LabelExecution, type LabelRow, type LabelSubscription } from './labels.ts';
import type { ReadingScore } from './reading-faults.ts';

/** The part of `triad hunt --format json` that is compared. */
export interface HuntJson {
  readonly summary: { readonly records: Readonly<Record<string, number>> };
  readonly subscriptions: readonly {
    readonly host: string;
    readonly namespace: string;
    readonly filter: { readonly name: string | null; readonly query?: string; readonly eventNamespace?: string };
    readonly consumer: { readonly class: string | null; readonly name: string | null; readonly payload?: string };
    readonly creator: { readonly sid?: string; readonly account?: string };
    readonly verdict: { readonly level: string; readonly score: number };
  }[];
  readonly findings: readonly {
    readonly analytic: string;
    readonly level: string;
    readonly score: number;
    readonly scope: string;
    readonly title: string;
    readonly process?: { readonly image?: string; readonly commandLine?: string; readonly pid?: number };
  }[];
}

export interface FileScore {
  readonly path: string;
  readonly class: LabelRow['class'];
  readonly subscriptions: { readonly labelled: number; readonly found: number; readonly extra: number };
  readonly children: { readonly labelled: number; readonly found: number };
  /** Of texts: cited lines that were read, with what the label says of them. */
  readonly cited?: { readonly labelled: number; readonly read: number };
  /** The highest level of scope wmi, `-` where there is nothing. */
  readonly level: string;
  readonly wanted: string;
  /** What is wrong; empty when all assertions hold. */
  readonly faults: readonly string[];
  /** What later issues add: stated, not counted as missed. */
  readonly later: readonly string[];
}

const RANK = ['-', 'informational', 'low', 'medium', 'high', 'critical'];

/**
 * Files whose lowest level needs an analytic of a later issue (SETTLED A1): what they need. They are listed as such and the
 * level that is reached is printed.
 */
const NEEDS: ReadonlyMap<string, string> = new Map([
  ['malicious/sb_wmiexec_sysmon_target.evtx', 'R03'],
  ['malicious/md_damp_remote_registry_security_target.evtx', 'R08'],
  ['malicious/sb_wmic_remote_security_source.evtx', 'R19'],
]);

/**
 * Compares one file's result with its label: (a), (b) for child processes, (c), (d), (e) of the corpus' rules. Of texts (b) is
 * that the cited lines are read; (c) is the hop issue's (SETTLED B19).
 */
export function compare(row: LabelRow, result: HuntJson, reading: ReadingScore | undefined): FileScore {
  const faults: string[] = [...(reading?.faults ?? [])];
  const later: string[] = [];
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
      if (RANK.indexOf(match.verdict.level) > RANK.indexOf('low'))
        faults.push(`benign ${label.filter.name} is ${match.verdict.level}`);
      continue;
    }
    const wrong = differences(match, label, as);
    if (wrong.length === 0) found++;
    else faults.push(`${label.filter.name}: ${wrong.join(', ')}`);
  }
  for (const extra of hasVerdict ? left : [])
    faults.push(`too many: ${extra.filter.name} -> ${extra.consumer.name} on ${extra.host}`);

  const children = row.remote_executions.filter((label) => label.child_pid !== null);
  let childrenFound = 0;
  for (const label of children) {
    const wrong = childFault(result, label, as);
    if (wrong === undefined) childrenFound++;
    else if (isText(row)) later.push(`${wrong} (hop issue)`);
    else faults.push(wrong);
  }

  const level = highestLevel(result);
  const need = NEEDS.get(row.path) ?? '';
  if (row.class === 'malicious' && row.min_severity !== null && RANK.indexOf(level) < RANK.indexOf(row.min_severity)) {
    if (isText(row)) later.push(`${row.min_severity}: from the hop issue, now ${level}`);
    else if (need !== '') later.push(`${row.min_severity} needs ${need} (hop issue), now ${level}`);
    else faults.push(`level ${level}, wanted ${row.min_severity}`);
  }
  const wire = row.remote_executions.filter((label) => label.child_pid === null).length;
  if (wire > 0) later.push(`source of ${wire} remote call(s), N01: from the hop issue`);
  if (isNegative(row) && RANK.indexOf(level) > RANK.indexOf('low')) {
    const culprits = result.findings.filter((f) => f.scope === 'wmi' && RANK.indexOf(f.level) > RANK.indexOf('low'));
    faults.push(`raised to ${level}: ${culprits.map((f) => `${f.analytic} ${f.title}`).join('; ')}`);
  }
  return {
    path: row.path,
    class: row.class,
    subscriptions: { labelled: wanted.length, found, extra: hasVerdict ? left.size : 0 },
    children: { labelled: children.length, found: childrenFound },
    ...(reading === undefined ? {} : { cited: { labelled: reading.cited, read: reading.citedRead } }),
    level,
    wanted: row.min_severity ?? (isNegative(row) ? 'at most low' : '-'),
    faults,
    later,
  };
}

/** True of files in which nothing of scope `wmi` may stand above low. */
export function isNegative({ class: of }: { readonly class: LabelRow['class'] }): boolean {
  return of === 'negative' || of === 'benign';
}

function highestLevel(result: HuntJson): string {
  const levels = [
    ...result.subscriptions.map((s) => s.verdict.level),
    ...result.findings.filter((f) => f.scope === 'wmi').map((f) => f.level),
  ];
  return levels.reduce((best, level) => (RANK.indexOf(level) > RANK.indexOf(best) ? level : best), '-');
}

function isNamed(found: HuntJson['subscriptions'][number], label: LabelSubscription): boolean {
  const hosts = [label.host, ...(label.host_aliases ?? [])].filter((host) => host !== null).map(firstPart);
  return (
    fold(found.filter.name) === fold(label.filter.name) &&
    fold(found.consumer.name) === fold(label.consumer.name) &&
    fold(found.consumer.class) === fold(label.consumer.class) &&
    (hosts.length === 0 || hosts.includes(firstPart(found.host)))
  );
}

function differences(
  found: HuntJson['subscriptions'][number],
  label: LabelSubscription,
  as: 'is' | 'canonical',
): string[] {
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

function childFault(result: HuntJson, label: LabelExecution, as: 'is' | 'canonical'): string | undefined {
  const same = result.findings.filter((finding) => finding.process?.pid === label.child_pid);
  if (same.length === 0) return `missed child pid ${label.child_pid} ${label.child_image}`;
  const exact = same.find(
    (finding) =>
      (label.child_image === null || fold(finding.process?.image) === fold(label.child_image)) &&
      isEqualText(finding.process?.commandLine, label.command_line, as),
  );
  if (exact !== undefined) return undefined;
  return `child pid ${label.child_pid} differs: ${JSON.stringify(same[0]?.process)}`;
}

/** Accounts compare without case, by name alone where one side has the DNS and the other the NetBIOS domain. */
function isAccount(found: string | undefined, label: string): boolean {
  if (found === undefined) return false;
  if (fold(found) === fold(label)) return true;
  const [foundDomain = '', foundName = ''] = splitAccount(found);
  const [labelDomain = '', labelName = ''] = splitAccount(label);
  return (
    foundName === labelName &&
    (firstPart(foundDomain) === firstPart(labelDomain) || foundDomain === '' || labelDomain === '')
  );
}

function splitAccount(account: string): [string, string] {
  const folded = fold(account) ?? '';
  const slash = folded.indexOf('\\');
  return slash < 0 ? ['', folded] : [folded.slice(0, slash), folded.slice(slash + 1)];
}

function fold(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : text.toLowerCase();
}

function firstPart(host: string): string {
  return (host.split('.')[0] ?? host).toLowerCase();
}
