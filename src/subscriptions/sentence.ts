import { duration, levelRank, parseTime } from '../windows/index.ts';
import type { Dossier, LifecycleStep, LifecycleStepName } from './dossier.ts';
import { isNamespaceUnknown, namedSubscription, quotedName } from './naming.ts';

const MAX_NAME = 60;

/** Names come from evidence: long ones are cut, so that a sentence stays one. */
export function shortText(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME).toWellFormed()}…` : name;
}

/** What the dossier is about: `subscription 'Updater'`, and its filter where that bears another name. */
function subject(dossier: Dossier): string {
  const filter = dossier.filter.name;
  const consumer = dossier.consumer.name;
  const isOneName = filter === null || consumer === null || filter.toLowerCase() === consumer.toLowerCase();
  return `${namedSubscription(dossier)}${isOneName ? '' : ` (filter ${quotedName(filter)})`}`;
}

/** The program at the start of a command line, without its folder: `powershell.exe`. */
export function programOf(commandLine: string): string {
  const text = commandLine.slice(0, 1024).trimStart();
  const quotedPath = /^"([^"]*)"/.exec(text)?.[1];
  const path =
    quotedPath ??
    /^[^"]{1,260}?\.(?:exe|com|bat|cmd|scr|pif)(?=["\s]|$)/i.exec(text)?.[0] ??
    text.split(/\s/, 1)[0] ??
    '';
  return shortText(path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1));
}

/** What the consumer does, in the forms that a sentence needs. */
interface Deed {
  readonly now: string;
  readonly past: string;
  readonly base: string;
  readonly done: string;
}

function deedOf(dossier: Dossier): Deed | undefined {
  const { consumer } = dossier;
  switch (consumer.class?.toLowerCase()) {
    case 'commandlineeventconsumer': {
      const program = consumer.payload === undefined ? '' : programOf(consumer.payload);
      return program === '' ? undefined : forms('runs', 'ran', 'run', 'run', program);
    }
    case 'activescripteventconsumer':
      return forms('runs', 'ran', 'run', 'run', 'a script');
    case 'logfileeventconsumer':
      return forms('writes', 'wrote', 'write', 'written', 'a file');
    case 'smtpeventconsumer':
      return forms('sends', 'sent', 'send', 'sent', 'mail');
    case 'nteventlogeventconsumer':
      return forms('writes', 'wrote', 'write', 'written', 'to the event log');
    default:
      return undefined;
  }
}

function forms(now: string, past: string, base: string, done: string, object: string): Deed {
  return { now: `${now} ${object}`, past: `${past} ${object}`, base: `${base} ${object}`, done: `${done} ${object}` };
}

/** A step may stand for several firings (DOMAIN 3.5). */
export function firings(steps: readonly LifecycleStep[]): number {
  return steps.reduce((sum, step) => sum + (step.count ?? 1), 0);
}

function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}

function timeOf(dossier: Dossier, step: LifecycleStepName): number {
  const found = dossier.lifecycle.find((item) => item.step === step);
  return found === undefined || typeof found.time !== 'string' ? Number.NaN : (parseTime(found.time)?.ms ?? Number.NaN);
}

/** What the teller of a sentence knows of who did it, and how. */
export interface Teller {
  /** The host as people call it. */
  readonly host: string;
  /** "CORP\\alice from WS-07". */
  readonly who?: string | undefined;
  /** " from WS-07" where nobody is known. */
  readonly from?: string;
  /** " over DCOM with wmic.exe". */
  readonly how?: string;
}

/** The first clause: who, from where, did what, on which host. */
function act(dossier: Dossier, { host, who, from = '', how = '' }: Teller): string {
  const what = subject(dossier);
  const created = dossier.lifecycle.filter((step) => step.step === 'created');
  const isInferred = created.length > 0 && created.every((step) => step.strength === 'inferred');
  const late = lateAct(dossier);
  // A doubt stands between commas in front of a verb, and needs none behind it.
  const by = who === undefined ? from : ` by ${who.replace(/,$/, '')}`;
  if (isDeclaredOnly(dossier)) {
    return dossier.host.startsWith('mof:') ? `A MOF file declares ${what}` : `A MOF file of ${host} declares ${what}`;
  }
  if (isInferred || dossier.inferred) {
    return who === undefined
      ? `A command${from} on ${host} creates ${what}`
      : `${who} ran a command on ${host} that creates ${what}`;
  }
  if (created.length > 0) {
    const verb = levelRank(dossier.verdict.level) >= levelRank('medium') ? 'planted' : 'created';
    return who === undefined
      ? `${upper(what)} was ${verb} on ${host}${from}${how}`
      : `${who} ${verb} ${what} on ${host}${how}`;
  }
  // L1: none of these witnesses the creation, so none of these says "created".
  if (late !== undefined)
    return `${upper(what)} was ${late === 'modified' ? 'changed' : 'deleted'} on ${host}${by}${how}`;
  if (has(dossier, 'registered', 'activated')) return `${upper(what)} was live on ${host}${made(by)}`;
  if (has(dossier, 'present')) return `${upper(what)} is present on ${host}${made(by)}`;
  return `${upper(what)} was seen on ${host}${made(by)}`;
}

/** True where nothing but a MOF file speaks of it: nobody says that it was ever compiled. */
export function isDeclaredOnly({ seenIn }: Dossier): boolean {
  return seenIn.length === 1 && seenIn[0] === 'mof';
}

function has(dossier: Dossier, ...names: readonly LifecycleStepName[]): boolean {
  return dossier.lifecycle.some(({ step }) => names.includes(step));
}

/** The act that the first clause tells of, where none witnesses more: a change or a removal is not the creator's (L1). */
export function lateAct(dossier: Dossier): 'modified' | 'deleted' | undefined {
  const isGone = dossier.state === 'deleted' && !has(dossier, 'created');
  if (dossier.inferred || has(dossier, 'created', 'registered', 'activated')) return undefined;
  if (has(dossier, 'present') && !isGone) return undefined;
  return has(dossier, 'modified') ? 'modified' : has(dossier, 'deleted') ? 'deleted' : undefined;
}

/** Who did all steps of this name; undefined where one names nobody, or another one. */
function actor(dossier: Dossier, name: LifecycleStepName): string | undefined {
  const accounts = new Set(dossier.lifecycle.filter(({ step }) => step === name).map((step) => step.account));
  return accounts.size === 1 ? [...accounts][0] : undefined;
}

/** Whom the first clause names. */
export function headActor(dossier: Dossier): string | undefined {
  const late = lateAct(dossier);
  if (late !== undefined) return actor(dossier, late);
  return dossier.origin.account ?? dossier.creator.account ?? dossier.creator.sid;
}

function made(by: string): string {
  return by === '' ? '' : `, made${by}`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The second clause: what it did or would do, how often, and how it ended. */
function outcome(dossier: Dossier): string {
  const fired = dossier.lifecycle.filter((step) => step.step === 'fired');
  const doing = deedOf(dossier);
  const clauses: string[] = [];
  if (fired.length > 0) {
    const isSure = fired.some((step) => step.strength !== 'inferred' && step.strength !== 'weak');
    clauses.push(isSure ? `${doing?.past ?? 'fired'} ${times(firings(fired))}` : `may have ${doing?.done ?? 'fired'}`);
  } else if (doing !== undefined) {
    const when = dossier.filter.trigger?.sentence;
    const verb = dossier.state === 'armed' ? doing.now : `would ${doing.base}`;
    clauses.push(when === undefined || when === '' ? verb : `${verb} ${short3(when)}`);
  }
  if (dossier.state === 'deleted') {
    const life = timeOf(dossier, 'deleted') - timeOf(dossier, 'created');
    const remover = actor(dossier, 'deleted');
    const by = remover === undefined || remover === headActor(dossier) ? '' : ` by ${shortText(remover)}`;
    clauses.push(`was removed${by}${life >= 0 ? ` after ${duration(life)}` : ''}`);
  }
  return clauses.length === 0 ? '' : `; it ${clauses.join(' and ')}`;
}

/** A trigger's sentence quotes the query: three times a name's length is still readable. */
function short3(text: string): string {
  return text.length > 3 * MAX_NAME ? `${text.slice(0, 3 * MAX_NAME).toWellFormed()}…` : text;
}

/** The headline of L13, without a full stop; parts that are unknown are left out. Not escaped: writers do that. */
export function sentenceOf(dossier: Dossier, teller: Teller): string {
  const doubt = isNamespaceUnknown(dossier) ? `; namespace unknown, ${dossier.namespace} assumed` : '';
  return act(dossier, teller) + outcome(dossier) + doubt;
}
