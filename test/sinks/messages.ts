import type { OutboxMessage } from '../../src/outbox/index.ts';
import type { Origin, PostParts, Sink } from '../../src/sinks/index.ts';
import { testMessage } from '../../src/sinks/index.ts';
import { SAMPLE_INCIDENT } from '../report/sample-incident.ts';
import { SAMPLE_DOSSIER, SAMPLE_FINDINGS } from '../report/sample-incident-members.ts';
import { DECODED, PAYLOAD } from '../report/sample-incident-records.ts';

export const NOW_MS = 1_795_651_200_000;
export const ORIGIN: Origin = { url: 'https://triad.example', version: '0.1.0', host: 'soc-01' };
/** 24 bytes, as a signing secret of Standard Webhooks is written. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** What a chat must not be sent: the command line of the incident's subscription, and what it decodes to. */
export const PAYLOADS: readonly string[] = [PAYLOAD, DECODED];

/** What may stand in evidence and means something to a receiver. */
export const HOSTILE: string =
  '<!channel> <@U1|x> <at>all</at> *b* _i_ `c` [l](http://evil.example) | a=b \\ " & \r\n\u202e\u0007 ]]> {x} end';

export function sinkOf(changes: Partial<Sink> = {}): Sink {
  return {
    rule: { name: 'soc', level: 'medium', scope: [], hosts: [], tells: [] },
    kind: 'webhook',
    url: undefined,
    address: undefined,
    isTls: false,
    secrets: [SECRET],
    format: 'triad',
    index: 'triad-alerts',
    isPacked: true,
    allow: ['127.0.0.1/32'],
    authority: undefined,
    timeoutMs: 5000,
    perMinute: 6000,
    ...changes,
  };
}

/** A message of an incident whose title, hosts and accounts are of this text. */
export function messageOf(text = 'a subscription was planted', changes: Partial<OutboxMessage> = {}): OutboxMessage {
  const base = testMessage('soc', NOW_MS, ORIGIN);
  const edges = SAMPLE_INCIDENT.edges.map((hop) => ({
    ...hop,
    source: { ...hop.source, host: text, account: text, process: { image: text } },
    target: { ...hop.target, host: text },
    account: text,
  }));
  const of = { title: text, confidence: 0.7, hosts: [text], accounts: [text], edges };
  const incident = { ...SAMPLE_INCIDENT, id: 'abc', ...of };
  const findings = SAMPLE_FINDINGS.map((finding) => ({ ...finding, title: text }));
  return {
    ...base,
    id: 'abc_soc_3_1',
    incident: 'abc',
    head: { ...base.head, id: 'abc', number: 12, version: 3, revision: 1, level: 'high', title: text, hosts: [text] },
    document: JSON.stringify({ incident, findings, subscriptions: [SAMPLE_DOSSIER], gaps: [] }),
    ...changes,
  };
}

export const PARTS: PostParts = { origin: ORIGIN, resolve: nameless, nowMs: (): number => NOW_MS };

/** No name is looked up in these tests unless they say how. */
export function nameless(host: string): Promise<readonly string[]> {
  throw new Error(`${host} was looked up`);
}
