import type { CandidateLogon } from '../entities/index.ts';
import { type Dossier, namedSubscription, quotedName, subscriptionName } from '../subscriptions/index.ts';
import { fileNameOf } from '../windows/index.ts';
import type { ProcessCase } from './process-case.ts';

/** Parts of a headline (L13): what is not known is left out. */

const MAX_NAME = 80;

/** A name of evidence as it stands in a sentence: one line, at most 80 characters. */
export function inSentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_NAME ? line : `${line.slice(0, MAX_NAME - 1)}…`;
}

export function programName(image: string): string {
  return inSentence(fileNameOf(image));
}

/** "CORP\alice from 10.0.0.7 (says it is WS-07)". */
export function callerWords(candidate: CandidateLogon): string {
  const from = candidate.address === undefined ? '' : ` from ${candidate.address}`;
  const claim = candidate.workstation === undefined ? '' : ` (says it is ${inSentence(candidate.workstation)})`;
  return `${inSentence(candidate.account)}${from}${from === '' ? '' : claim}`;
}

/** A host as people call it: "SRV-02". Its key stands beside. */
export function hostWords(host: string): string {
  const isAddress = host.includes(':') || /^[\d.]+$/.test(host);
  const dot = host.indexOf('.');
  return inSentence(isAddress || dot === 0 ? host : (dot < 0 ? host : host.slice(0, dot)).toUpperCase());
}

/** " as NT AUTHORITY\SYSTEM". */
export function userWords(user: string | undefined): string {
  return user === undefined ? '' : ` as ${inSentence(user)}`;
}

/** "Subscription 'Updater' of CORP\alice", "2 subscriptions ('A', 'B')". */
export function subscriptionWords(dossiers: readonly Dossier[]): string {
  const [only] = dossiers;
  if (only !== undefined && dossiers.length === 1) {
    const words = namedSubscription(only);
    const { account } = only.creator;
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}${account === undefined ? '' : ` of ${inSentence(account)}`}`;
  }
  const names = dossiers.map((dossier) => quotedName(subscriptionName(dossier) ?? 'unnamed'));
  const shown = names.slice(0, 3).join(', ');
  return `One of ${dossiers.length} subscriptions (${shown}${names.length > 3 ? ', …' : ''})`;
}

/** "; it started powershell.exe and 2 more". */
export function childrenWords(of: ProcessCase): string {
  const first = of.children[0];
  if (first === undefined) return '';
  const more = of.childCount - 1;
  return `; it started ${programName(first.image)}${more > 0 ? ` and ${more} more` : ''}`;
}
