import type { Finding } from '../../src/analytics/index.ts';
import type { Incident } from '../../src/incidents/index.ts';
import type { HuntResult, RecordLine } from '../../src/report/index.ts';
import type { Dossier } from '../../src/subscriptions/index.ts';
import type { Evidence } from '../../src/windows/index.ts';
import { FIRST_HOP, POSSIBLE, SECOND_HOP, WORST } from './sample-incidents.ts';
import { CHILD_FINDING, PLANTED, RESULT } from './sample-result.ts';

/** Puts a text into every place of a result where evidence speaks (L20). */
export function resultSaying(text: string): HuntResult {
  const evidence = (item: Evidence): Evidence => ({ ...item, file: text, container: [text], channel: text });
  const list = (items: readonly Evidence[]): Evidence[] => items.map(evidence);
  const dossier: Dossier = {
    ...PLANTED,
    host: text,
    namespace: text,
    filter: {
      name: text,
      query: text,
      language: text,
      eventNamespace: text,
      trigger: { family: 'other', code: 'TR9', sentence: text, names: [text] },
    },
    consumer: {
      class: 'CommandLineEventConsumer',
      name: `${text}2`,
      payload: text,
      properties: { [text]: `${text}3` },
      decoded: [{ depth: 1, operation: text, offset: 0, length: 1, sha256: 'f'.repeat(64), text }],
      features: [{ code: 'P01', points: 25, title: text, match: text }],
      indicators: [{ kind: 'url', value: text }],
      creatorSid: text,
    },
    creator: { sid: text, account: text },
    origin: {
      kind: 'remote',
      strength: 'weak',
      source: { host: text, address: text },
      account: text,
      process: { image: text, commandLine: text, pid: 1 },
      candidates: PLANTED.origin.candidates.map((candidate) => ({
        ...candidate,
        account: text,
        address: text,
        workstation: text,
        logonId: text,
        evidence: list(candidate.evidence),
      })),
    },
    otherContents: [
      {
        part: 'consumer',
        kind: 'earlier',
        payload: text,
        properties: {},
        firstSeen: PLANTED.firstSeen,
        lastSeen: PLANTED.lastSeen,
        benign: false,
        evidence: [],
      },
    ],
    lifecycle: PLANTED.lifecycle.map((step) => ({ ...step, account: text, evidence: list(step.evidence) })),
    verdict: {
      ...PLANTED.verdict,
      terms: PLANTED.verdict.terms.map((term) => ({ ...term, text, evidence: list(term.evidence) })),
    },
    notes: [text],
    evidence: list(PLANTED.evidence),
  };
  const finding: Finding = {
    ...CHILD_FINDING,
    title: text,
    host: text,
    accounts: [text],
    process: { image: text, commandLine: text, user: text, parentImage: text, pid: 1 },
    evidence: list(CHILD_FINDING.evidence),
  };
  const records: RecordLine[] = RESULT.records.map((record) => {
    const data: Record<string, string> = Object.create(null);
    data[text] = text;
    Object.defineProperty(data, '__proto__', { value: text, enumerable: true });
    return {
      ...record,
      host: text,
      hostRaw: text,
      channel: text,
      provider: text,
      sources: [{ file: text, container: [text], offset: 0, length: 1 }],
      system: { Level: text },
      data,
    };
  });
  return {
    ...RESULT,
    header: {
      ...RESULT.header,
      options: { ...RESULT.header.options, hosts: [text] },
      evidence: RESULT.header.evidence.map((input) => ({
        ...input,
        name: text,
        hosts: [text],
        members: [{ path: [text], kind: 'evtx' }],
      })),
    },
    run: { ...RESULT.run, argv: [text] },
    summary: {
      ...RESULT.summary,
      coverage: RESULT.summary.coverage.map((item) => ({ ...item, host: text, channel: text })),
      notRead: [{ kind: '7z', count: 1, examples: [text], close: text }],
    },
    subscriptions: [dossier],
    findings: [finding],
    incidents: [incidentSaying(text)],
    gaps: RESULT.gaps.map((gap) => ({ ...gap, host: text, what: text, so: text, close: text })),
    anomalies: RESULT.anomalies.map((anomaly) => ({ ...anomaly, file: text, container: [text], message: text })),
    records,
  };
}

/** An incident that says the text wherever evidence speaks in one. */
function incidentSaying(text: string): Incident {
  const evidence = (items: readonly Evidence[]): Evidence[] =>
    items.map((item) => ({ ...item, file: text, container: [text], channel: text }));
  const process = { image: text, commandLine: text, pid: 1, user: text, parentImage: text, logonId: text };
  const hops = [FIRST_HOP, SECOND_HOP].map((hop) => ({
    ...hop,
    source: hop.source.host === undefined ? {} : { host: `${text}1`, address: text, account: text, process },
    target: { host: text, address: text, account: text, logonId: text },
    account: text,
    process,
    ...(hop.candidates === undefined ? {} : { candidates: [{ host: text, address: text, strength: 'weak' as const }] }),
    ...(hop.clock === undefined ? {} : { clock: { ...hop.clock, a: text, b: `${text}1` } }),
    tells: [PLANTED.id, CHILD_FINDING.id],
    evidence: evidence(hop.evidence),
  }));
  return {
    ...WORST,
    title: text,
    terms: WORST.terms.map((term) => ({ ...term, text })),
    hosts: [text, `${text}1`],
    accounts: [text],
    edges: hops,
    links: [...WORST.links, POSSIBLE].map((link) => ({
      ...link,
      claim: text,
      joins: link.joins.map((join) => ({ ...join, text, evidence: evidence(join.evidence) })),
      missing: link.missing.map((record) => ({ ...record, host: text, what: text, text })),
    })),
    findings: [CHILD_FINDING.id],
    next: WORST.next.map((step) => ({ ...step, text, command: text })),
  };
}
