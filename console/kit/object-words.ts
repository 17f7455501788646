import type { DrawnObject } from '../../src/report/index.ts';
import { quotedWord } from './quoted.ts';

/** What a value of evidence is: decides where it leads (SETTLED G15). A print is of a content: no event holds it. */
export type ObjectKind = DrawnObject['kind'] | 'print';

/** Words that find it; undefined where none does. */
export interface ObjectWords {
  /** In received events. */
  readonly events: string | undefined;
  /** In the queue. */
  readonly incidents: string | undefined;
}

type Word = 'host' | 'account' | 'ip' | 'payload';

const WORDS: Readonly<Record<ObjectKind, Word | undefined>> = {
  host: 'host',
  account: 'account',
  address: 'ip',
  payload: 'payload',
  domain: undefined,
  hash: undefined,
  value: undefined,
  print: undefined,
};

/** By what a value is looked for in events and in the queue; events and payloads are not for viewers (SETTLED G20). */
export function wordsFor(kind: ObjectKind, value: string, mayReadEvidence: boolean): ObjectWords {
  const word = WORDS[kind];
  const isOfQueue = word !== undefined && (word !== 'payload' || mayReadEvidence);
  return {
    events: kind === 'print' || !mayReadEvidence ? undefined : quotedWord(word, value),
    incidents: isOfQueue ? quotedWord(word, value) : undefined,
  };
}

/** What the value of a field of a record is, by the field's name. */
export function kindOfField(name: string): DrawnObject['kind'] {
  if (/^(?:Computer|WorkstationName|SourceHostname|DestinationHostname|ClientMachine)$/.test(name)) return 'host';
  if (/(?:Ip|Address)$/.test(name)) return 'address';
  if (/User(?:Name|Sid)?$|^User$|Account/.test(name)) return 'account';
  if (/Hash(?:es)?$/.test(name)) return 'hash';
  if (/^Query(?:Name|Results)$/.test(name)) return 'domain';
  if (/CommandLine|Destination|Query|Script|PossibleCause/.test(name)) return 'payload';
  return 'value';
}
