import { digestId } from '../bytes/index.ts';
import { isBuiltInAccount, isMachineAccount } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { TracedHop } from './hops.ts';
import type { NextStep, Phase } from './incident.ts';
import type { Member } from './members.ts';
import { isPlainName, powershellLiteral } from './powershell-literal.ts';
import { removalOf } from './removal-objects.ts';
import { removalScript } from './removal-script.ts';
import { verifySteps } from './verify-steps.ts';
import { type HostName, listed, methodWords, oneLine, programName } from './words.ts';

export interface StepsOf {
  readonly incident: string;
  readonly members: readonly Member[];
  readonly hops: readonly TracedHop[];
  readonly gapCount: number;
  readonly accounts: readonly string[];
  readonly nameOf: HostName;
}

/** Hosts, accounts and processes beyond this are told by their number: a list of a thousand steps is not followed. */
const MOST_NAMED = 20;

/** What a person does next, in the phases of PRODUCT 14 and the order of DOMAIN 7. Triad does none of it (L23). */
export function nextSteps(of: StepsOf): readonly NextStep[] {
  const steps: NextStep[] = [];
  const add = (phase: Phase, about: string, text: string, more: Partial<NextStep> = {}): void => {
    steps.push({ id: digestId(['step', of.incident, phase, about]), phase, text, ...more });
  };
  const byHost = Map.groupBy(of.members, ({ host }) => host);
  const targets = [...byHost.keys()].sort();
  const sources = sorted(of.hops.flatMap(({ hop }) => hop.source.host ?? hop.source.address ?? [])).filter(
    (host) => !byHost.has(host),
  );
  preserve(of, byHost, targets, sources, add);
  contain(of, [...targets, ...sources], add);
  for (const host of targets) remove(of, host, byHost.get(host) ?? [], add);
  for (const { about, text, target } of verifySteps(of)) {
    add('verify', about, text, target === undefined ? {} : { target });
  }
  scope(of, add);
  learn(of, add);
  return steps;
}

type Add = (phase: Phase, about: string, text: string, more?: Partial<NextStep>) => void;

function preserve(
  { nameOf }: StepsOf,
  byHost: ReadonlyMap<string, readonly Member[]>,
  targets: readonly string[],
  sources: readonly string[],
  add: Add,
): void {
  for (const host of targets.slice(0, MOST_NAMED)) {
    const name = nameOf(host);
    const what =
      stored(byHost.get(host) ?? []).length > 0
        ? 'memory, the WMI repository (OBJECTS.DATA, INDEX.BTR and MAPPING1 to 3.MAP together), AutoRecover and'
        : 'memory, running processes and';
    add(
      'preserve',
      host,
      `Copy from ${name}: ${what} the logs as EVTX (Sysmon, WMI-Activity, Security, System, Application, PowerShell, WinRM). Note hashes and times.`,
      { target: host },
    );
  }
  for (const host of sources.slice(0, MOST_NAMED)) {
    add('preserve', host, `Copy the same logs and memory from ${nameOf(host)}, where the call came from.`, {
      target: host,
    });
  }
}

function contain({ members, hops, accounts, nameOf }: StepsOf, hosts: readonly string[], add: Add): void {
  const shown = hosts.slice(0, MOST_NAMED).map(nameOf);
  const rest = hosts.length - shown.length;
  const who = rest > 0 ? `${shown.join(', ')} and ${rest} more` : listed(shown);
  const dossiers = members.flatMap(({ dossier }) => dossier ?? []);
  const boot = dossiers.some(({ filter }) => filter.trigger?.code === 'TR1') ? ': the trap fires after a start' : '';
  add('contain', 'hosts', `Isolate ${who}; keep power on and do not restart${boot}. Keep a path for the investigator.`);
  const named = accounts.filter((account) => !isMachineAccount(account) && !isBuiltInAccount(account));
  for (const account of named.slice(0, MOST_NAMED)) {
    const name = oneLine(account);
    const sam = account.slice(account.lastIndexOf('\\') + 1);
    const command = isPlainName(sam)
      ? { command: `Disable-ADAccount -Identity ${powershellLiteral(sam)} -WhatIf`, shell: 'powershell' as const }
      : {};
    add(
      'contain',
      account,
      `Disable or reset ${name}, end its sessions and purge its tickets. The command shows what it would do until -WhatIf is taken off; a local account needs Disable-LocalUser on its host.`,
      { target: account, ...command },
    );
  }
  const methods = sorted(hops.map(({ hop }) => methodWords(hop.method)));
  if (methods.length > 0) {
    add(
      'contain',
      'paths',
      `Block ${listed(methods)} between these machines: TCP 135 with the dynamic ports, 5985 and 5986.`,
    );
  }
}

function remove({ incident, nameOf }: StepsOf, host: string, members: readonly Member[], add: Add): void {
  const dossiers = stored(members);
  const { objects, byHand } = removalOf(dossiers);
  const name = nameOf(host);
  if (objects.length > 0) {
    const assumed = new Set(objects.flatMap((one) => (one.isNamespaceAssumed ? [one.namespace] : [])));
    const doubt =
      assumed.size === 0
        ? ''
        : ` The namespace is unknown, and ${[...assumed].join(', ').replaceAll('/', '\\')} assumed: look in the others for what is not there.`;
    const text = `On ${name} remove in this order: the binding, which alone disarms the trap, then the consumer, then the filter. The script was checked by grammar, not run on Windows; it shows what it would do until it is called with -Apply.${doubt}`;
    add('remove', host, text, { target: host, command: removalScript(incident, name, objects), shell: 'powershell' });
  }
  for (const { path, why } of byHand.slice(0, MOST_NAMED)) {
    add('remove', `${host} ${path}`, `Do by hand on ${name}: ${path} (${why}).`, { target: host });
  }
  if (byHand.length > MOST_NAMED) {
    add(
      'remove',
      `${host} rest`,
      `${byHand.length - MOST_NAMED} more objects on ${name} are to be removed by hand: see the subscriptions.`,
      { target: host },
    );
  }
  const timers = dossiers.filter(({ filter }) => filter.trigger?.family === 'timer');
  if (timers.length > 0) {
    add(
      'remove',
      `${host} timers`,
      `Then look on ${name} for the timer instructions (__IntervalTimerInstruction, __AbsoluteTimerInstruction) that the filters wait for, and remove them.`,
      { target: host },
    );
  }
  const programs = startedPrograms(members);
  if (programs.length > 0) {
    const after = dossiers.length > 0 ? ', after the binding is gone' : '';
    add(
      'remove',
      `${host} processes`,
      `End on ${name}, with what they started${after}: ${listed(programs)}. Windows uses process ids again: check image, command line and start time first, and do nothing where the machine was restarted since.`,
      {
        target: host,
      },
    );
  }
  if (members.some((member) => member.judged?.finding.analytic === 'R08')) {
    add('remove', `${host} registry`, `Set back on ${name} the registry values that the findings name.`, {
      target: host,
    });
  }
}

function scope({ incident, members }: StepsOf, add: Add): void {
  const what = members.some(({ dossier }) => dossier !== undefined)
    ? 'this content, trigger, account and source'
    : 'this account, source and command';
  add(
    'scope',
    'all',
    `Look for ${what} on all hosts, 30 days back. A host without logs is not a clean host: list it by name.`,
    { command: `triad hunt --like ${incident} PATH`, shell: 'triad' },
  );
}

function learn({ hops, gapCount, nameOf }: StepsOf, add: Add): void {
  const [first] = hops;
  const source = first?.hop.source.host ?? first?.hop.source.address;
  if (first !== undefined && source !== undefined) {
    add(
      'learn',
      'why',
      `Why could ${nameOf(source)} reach ${nameOf(first.hop.target.host)} by ${methodWords(first.hop.method)} with these rights?`,
    );
  }
  if (gapCount > 0)
    add(
      'learn',
      'gaps',
      gapCount === 1
        ? 'Fill the gap that blinds this incident, with a date.'
        : 'Fill the gaps that blind this incident, each with a date.',
    );
}

/** Dossiers of a host that still stand, as far as evidence says. */
function stored(members: readonly Member[]): readonly Dossier[] {
  return members.flatMap(({ dossier }) =>
    dossier !== undefined && dossier.state !== 'deleted' && !dossier.inferred ? [dossier] : [],
  );
}

/** "cmd.exe (pid 4242)". */
function startedPrograms(members: readonly Member[]): readonly string[] {
  const words = members.flatMap(({ judged }) => {
    const process = judged?.finding.process;
    if (process?.image === undefined || process.pid === undefined) return [];
    if (judged?.finding.analytic === 'R19') return [];
    return [`${programName(process.image)} (pid ${process.pid})`];
  });
  const named = [...new Set(words)];
  return named.length <= MOST_NAMED ? named : [...named.slice(0, MOST_NAMED), `${named.length - MOST_NAMED} more`];
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
