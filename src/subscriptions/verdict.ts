import type { Strength } from '../entities/index.ts';
import { type Evidence, isInteractiveUserSid, levelOfScore } from '../windows/index.ts';
import {
  type BenignMatch,
  consumerWeight,
  mentionsSecurityTool,
  type ObjectProperties,
  type PayloadFeature,
  type Trigger,
  triggerPoints,
} from '../wmi/index.ts';
import type { Term, Verdict } from './dossier.ts';
import { DEFAULT_NAMESPACE } from './identity.ts';

/** A fact that earns points, with the records that show it. */
export interface Witnessed {
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

/** What the sum of a dossier is made of (DOMAIN 3.3). */
export interface VerdictFacts {
  readonly namespace: string;
  readonly consumer: {
    readonly className: string | null;
    readonly properties: ObjectProperties;
    /** False when no record tells what the consumer holds (SETTLED A7). */
    readonly isContentSeen: boolean;
    /** False for a filter that stands alone. */
    readonly exists: boolean;
    readonly evidence: readonly Evidence[];
  };
  readonly trigger: { readonly trigger: Trigger; readonly evidence: readonly Evidence[] } | undefined;
  /** A timer instruction of a known tool (C16). */
  readonly toolTimer: Witnessed | undefined;
  readonly remote:
    | { readonly strength: Strength; readonly text: string; readonly evidence: readonly Evidence[] }
    | undefined;
  readonly writerTool: Witnessed | undefined;
  readonly wmipersistShape: Witnessed | undefined;
  readonly compiled: Witnessed | undefined;
  readonly features: readonly PayloadFeature[];
  readonly fastLife: Witnessed | undefined;
  readonly fired: Witnessed | undefined;
  readonly recreated: Witnessed | undefined;
  readonly hijackedBenign: Witnessed | undefined;
  /** Hosts with the same fingerprint, this one included. */
  readonly hostsWithSame: number;
  readonly spreadEvidence: readonly Evidence[];
  readonly benign: BenignMatch;
  readonly benignEvidence: readonly Evidence[];
  readonly creatorSid: string | undefined;
}

/** Payload weights stop here (DOMAIN 5). */
const PAYLOAD_CAP = 40;

const REMOTE_POINTS: Readonly<Record<Strength, number>> = { exact: 25, strong: 20, weak: 10, inferred: 0 };

/** Points that do not depend on anything else (DOMAIN 3.3). */
const POINTS = {
  contentUnknown: 40,
  orphanFilter: 20,
  securityTool: 10,
  toolTimer: 10,
  writerTool: 15,
  wmipersistShape: 15,
  compiled: 10,
  otherNamespace: 15,
  fastLife: 15,
  fired: 10,
  recreated: 20,
  hijackedBenign: 25,
  twoHosts: 10,
  fiveHosts: 20,
  masquerade: 35,
  benign: -100,
  benignByRemoteUser: -40,
} as const;

/** The printed sum of a dossier: `BASE` first, then the terms in the order of DOMAIN 3.3's table; clamped to 0..100. */
export function verdictOf(facts: VerdictFacts): Verdict {
  const terms: Term[] = [];
  const add = (code: string, points: number, text: string, evidence: readonly Evidence[]): void => {
    terms.push({ code, points, text, evidence });
  };
  const addIf = (code: string, points: number, fact: Witnessed | undefined): void => {
    if (fact !== undefined) add(code, points, fact.text, fact.evidence);
  };
  addConsumer(facts, add);
  if (facts.trigger !== undefined) {
    const { trigger, evidence } = facts.trigger;
    add(trigger.code, triggerPoints(trigger, facts.consumer.className), `fires ${trigger.sentence}`, evidence);
    const tool = mentionsSecurityTool(trigger);
    if (tool !== undefined) add('S15', POINTS.securityTool, `the filter waits for the security tool ${tool}`, evidence);
  }
  addIf('C16', POINTS.toolTimer, facts.toolTimer);
  if (facts.remote !== undefined) {
    const { strength, text, evidence } = facts.remote;
    if (REMOTE_POINTS[strength] > 0) add('OR1', REMOTE_POINTS[strength], text, evidence);
  }
  addIf('OR2', POINTS.writerTool, facts.writerTool);
  addIf('OR4', POINTS.wmipersistShape, facts.wmipersistShape);
  addIf('OR5', POINTS.compiled, facts.compiled);
  if (facts.namespace !== DEFAULT_NAMESPACE) {
    add('OR6', POINTS.otherNamespace, `stored in ${facts.namespace}, not in ${DEFAULT_NAMESPACE}`, []);
  }
  addPayload(facts, add);
  addIf('LF1', POINTS.fastLife, facts.fastLife);
  addIf('LF2', POINTS.fired, facts.fired);
  addIf('LF3', POINTS.recreated, facts.recreated);
  addIf('LF4', POINTS.hijackedBenign, facts.hijackedBenign);
  if (facts.hostsWithSame >= 2) {
    const points = facts.hostsWithSame >= 5 ? POINTS.fiveHosts : POINTS.twoHosts;
    add('SP1', points, `the same content on ${facts.hostsWithSame} hosts`, facts.spreadEvidence);
  }
  addBenign(facts, add);
  const sum = terms.reduce((total, term) => total + term.points, 0);
  const score = Math.max(0, Math.min(100, sum));
  return { level: levelOfScore(score), score, terms };
}

type Add = (code: string, points: number, text: string, evidence: readonly Evidence[]) => void;

function addConsumer({ consumer }: VerdictFacts, add: Add): void {
  if (!consumer.exists) {
    add('BASE', POINTS.orphanFilter, 'a filter alone: no consumer and no binding was seen', []);
    return;
  }
  if (!consumer.isContentSeen) {
    add('BASE', POINTS.contentUnknown, 'content unknown', []);
    return;
  }
  add('BASE', 0, 'a subscription starts at nothing', []);
  const weight = consumerWeight(consumer.className, consumer.properties);
  if (weight === undefined) add('CT3', 25, 'a consumer whose class no record names', consumer.evidence);
  else add(weight.code, weight.points, weight.text, consumer.evidence);
}

function addPayload({ features, consumer }: VerdictFacts, add: Add): void {
  let sum = 0;
  for (const { code, points, title, match } of features) {
    add(code, points, match === '' ? title : `${title}: ${match}`, consumer.evidence);
    sum += points;
  }
  if (sum > PAYLOAD_CAP) add('PCAP', PAYLOAD_CAP - sum, `payload weights stop at ${PAYLOAD_CAP}`, []);
}

function addBenign({ benign, benignEvidence, remote, creatorSid }: VerdictFacts, add: Add): void {
  if (benign.masquerade !== undefined) {
    const { title } = benign.masquerade;
    add(
      'MQ1',
      POINTS.masquerade,
      `bears the name of ${title}, but differs: ${benign.differences.join(', ')}`,
      benignEvidence,
    );
  }
  if (benign.exact === undefined) return;
  const isByRemoteUser = creatorSid !== undefined && isInteractiveUserSid(creatorSid) && remote?.strength === 'exact';
  if (isByRemoteUser) {
    const text = `content of ${benign.exact.title}, but a person's account wrote it over the network`;
    add('BN1', POINTS.benignByRemoteUser, text, benignEvidence);
  } else add('BN1', POINTS.benign, `exactly ${benign.exact.title}`, benignEvidence);
}
