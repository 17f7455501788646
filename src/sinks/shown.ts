import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { OutboxMessage } from '../outbox/index.ts';
import { escapeTerminal } from '../report/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Gap } from '../windows/index.ts';
import type { Origin } from './sink.ts';

/** The document of a message, as detection wrote it. */
export interface MessageDocument {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly subscriptions: readonly Dossier[];
  readonly gaps: readonly Gap[];
}

/** What a message of any kind says in words. Nothing here is of a payload; what comes of evidence is one line without characters that hide. */
export interface Shown {
  /** What happened: "New incident", "Level raised". */
  readonly what: string;
  /** True of a message of `triad outbox test`: there is no incident. */
  readonly isTest: boolean;
  readonly title: string;
  readonly number: string;
  readonly level: string;
  readonly hosts: readonly string[];
  /** "70 %", or that all was observed on one host. */
  readonly confidence: string;
  readonly state: string;
  readonly link: string;
}

const WHAT: Readonly<Record<OutboxMessage['reasons'][number], string>> = {
  merged: 'Incident is part of another',
  withdrawn: 'Incident withdrawn by late evidence',
  reached: 'New incident',
  level: 'Incident: level raised',
  host: 'Incident: another host',
  shown: 'Incident shows again',
  verdict: 'Incident: verdict',
  state: 'Incident: state',
  owner: 'Incident: owner',
};

/** In the place of an incident's id: no digest. */
export const TEST_INCIDENT = 'test';
const TEST = 'Test message of Triad';

const MOST_HOSTS = 10;
const MOST_TITLE = 500;
const MOST_HOST = 255;

export function shownOf(message: OutboxMessage, origin: Origin): Shown {
  const { head, reasons } = message;
  const incident = documentOf(message)?.incident;
  const hosts = head.hosts.slice(0, MOST_HOSTS).map((host) => plain(host, MOST_HOST));
  const more = head.hosts.length - hosts.length;
  const { state, verdict, owner } = head;
  const isTest = message.incident === TEST_INCIDENT;
  return {
    what: isTest ? TEST : WHAT[reasons[0] ?? 'reached'],
    isTest,
    title: plain(withoutCommand(incident?.title ?? head.title), MOST_TITLE),
    number: `INC-${head.number}`,
    level: head.level,
    hosts: more > 0 ? [...hosts, `and ${more} more`] : hosts,
    confidence: confidenceText(message, incident),
    state: [state, verdict, owner].flatMap((word) => (word === null ? [] : [plain(word, 128)])).join(', '),
    link: linkOf(message, origin),
  };
}

/** The title of a finding of wmiexec (R03) quotes the beginning of a short command: whoever signs in may read it, a channel of a chat may be read by others. */
function withoutCommand(title: string): string {
  return title.replace(/ ran '[\s\S]*' on (?=[^']* with wmiexec)/, ' ran a command on ');
}

/** What stands above a message in a chat: what happened, and of which incident; of a test that it is one. */
export function headingOf({ what, isTest }: Pick<Shown, 'what' | 'isTest'>, of: readonly string[]): string {
  return isTest ? what : `${what} (${of.join(', ')})`;
}

/** Where people read it; what was merged is found there as well. */
export function linkOf({ incident }: Pick<OutboxMessage, 'incident'>, origin: Origin): string {
  return `${origin.url}/incidents/${encodeURIComponent(incident)}`;
}

/** This product's own JSON, so its shape is known; absent where it was too large to be kept with the message. */
export function documentOf({ document }: OutboxMessage): MessageDocument | undefined {
  return document === null ? undefined : (JSON.parse(document) as MessageDocument);
}

/** One line of at most so many characters, without controls and characters that hide or turn others around. */
export function plain(text: string, most: number): string {
  const line = escapeTerminal(text);
  const letters = [...line];
  return letters.length <= most ? line : `${letters.slice(0, most - 1).join('')}…`;
}

function confidenceText({ document }: OutboxMessage, incident: Incident | undefined): string {
  if (document === null) return 'not known here';
  const value = incident?.confidence;
  return value === undefined ? 'observed on one host' : `${Math.round(value * 100)} %`;
}
