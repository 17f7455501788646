import type { Finding } from '../analytics/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { endsOf } from './match.ts';
import type { NewPin, PinKind } from './pin.ts';
import { commandPrint, payloadPrint } from './prints.ts';

/** The part of a pin that a dossier or a finding tells. */
export type PinnedContent = Pick<NewPin, 'kind' | 'print' | 'hosts' | 'callers' | 'what'>;

export type Proposal =
  | { readonly kind: 'content'; readonly content: PinnedContent }
  | { readonly kind: 'none'; readonly why: string };

/** What would pin this subscription, on its host: its content, or what it runs, whatever starts it. */
export function pinOfDossier(dossier: Dossier, of: Exclude<PinKind, 'command'>): Proposal {
  const print = of === 'payload' ? payloadPrint(dossier) : dossier.fingerprint;
  if (print === undefined) {
    const missing = of === 'payload' ? 'what it runs' : 'its whole content';
    return none(`No record tells ${missing}, and a pin is of content.`);
  }
  const name = dossier.consumer.name ?? dossier.filter.name;
  return {
    kind: 'content',
    content: { kind: of, print, hosts: [dossier.host], ...(name === null ? {} : { what: oneLine(name) }) },
  };
}

/** What would pin the calls that this finding tells: what ran, by whom, from where, on its host. */
export function pinOfFinding(finding: Finding): Proposal {
  const print = commandPrint(finding.process?.commandLine);
  if (print === undefined)
    return none('No record tells a command line; pin the subscription that it names, if it names one.');
  return ofCalls(finding, { kind: 'command', print }, finding.process?.image ?? finding.title);
}

/**
 * What would pin the calls by which a subscription was brought, by whom and from where, where a finding tells of them without a program: its content alone
 * would accept it from anybody. `dossiers` are those that the finding names.
 */
export function pinOfCalls(finding: Finding, dossiers: readonly (Dossier | undefined)[]): Proposal {
  const [first] = dossiers;
  const print = first?.fingerprint;
  if (finding.process !== undefined) return none('What ran is pinned by its command line.');
  if (print === undefined || dossiers.some((dossier) => dossier?.fingerprint !== print))
    return none('It names no one subscription whose whole content a record tells.');
  return ofCalls(finding, { kind: 'subscription', print }, first?.consumer.name ?? finding.title);
}

function ofCalls(finding: Finding, of: Pick<NewPin, 'kind' | 'print'>, what: string): Proposal {
  const { host, sources } = endsOf(finding);
  if (sources.length === 0) return none('No record tells from which one machine it came.');
  const accounts = finding.accounts.filter((account) => /[\\@]/.test(account));
  if (accounts.length === 0 || accounts.length < finding.accounts.length) {
    return none('No record tells the whole name of each account.');
  }
  return { kind: 'content', content: { ...of, hosts: [host], callers: { accounts, sources }, what: oneLine(what) } };
}

function none(why: string): Proposal {
  return { kind: 'none', why };
}

/** Names come from evidence: what would break a line is left out. */
function oneLine(text: string): string {
  return (
    text
      .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
      .slice(0, 200)
      .trim() || 'unnamed'
  );
}
