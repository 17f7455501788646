import { z } from 'zod';
import { huntPart } from './hunt-parts.ts';
import { CITED_RECORD } from './incident-document-schemas.ts';
import { INCIDENT_ROW } from './incident-schemas.ts';
import { type Schema, WITHHELD } from './schemas.ts';

/** What the server knows of a finding or a subscription beside what a hunt prints. */
export interface FoundColumns {
  readonly id: string;
  /** What was found, counted from 1. */
  readonly version: number;
  /** `final`: its evidence is held no longer; it is told as it was. */
  readonly standing: 'told' | 'final' | 'withdrawn';
  readonly incident?: string | undefined;
  readonly created: string;
  readonly changed: string;
}

export interface FindingRowDocument extends FoundColumns {
  readonly analytic?: string | undefined;
  readonly rule?: { readonly id?: string | undefined; readonly title: string } | undefined;
  readonly attackTool?: string | undefined;
  readonly title: string;
  readonly level: string;
  readonly score: number;
  readonly scope: string;
  readonly host: string;
  /** At most 8 of each. */
  readonly hosts: readonly string[];
  readonly accounts: readonly string[];
  readonly time: string;
  readonly count: number;
}

export interface SubscriptionRowDocument extends FoundColumns {
  readonly host: string;
  readonly namespace: string;
  readonly filter: string | null;
  readonly consumer: string | null;
  readonly class: string | null;
  readonly payload?: string | undefined;
  readonly level: string;
  readonly score: number;
  readonly state: 'armed' | 'disarmed' | 'deleted' | 'unknown';
  readonly steps: readonly string[];
  readonly origin: {
    readonly kind: 'local' | 'remote' | 'unknown';
    readonly host?: string | undefined;
    readonly address?: string | undefined;
    readonly account?: string | undefined;
  };
  readonly creator?: string | undefined;
  readonly seenIn: readonly string[];
  readonly isOrphan: boolean;
  readonly isInferred: boolean;
  /** By content one that is known to be harmless. */
  readonly isKnown: boolean;
  /** Properties of which sources tell different values. */
  readonly conflicts: number;
  readonly fingerprint?: string | undefined;
  /** Hosts that have one of the same content, its own too, whatever the list was asked for; 0 where its content is not known whole. */
  readonly hostsOfFingerprint: number;
  readonly loosePrint?: string | undefined;
  readonly attackTool?: string | undefined;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

const columns = {
  id: z.string(),
  version: z.int().min(1),
  standing: z.enum(['told', 'final', 'withdrawn']),
  incident: z.string().optional(),
  created: z.string(),
  changed: z.string(),
};

const hostsOfPrint = z.int().min(0);

export const FINDING_ROW: z.ZodType<FindingRowDocument> = z.strictObject({
  ...columns,
  analytic: z.string().optional(),
  rule: z.strictObject({ id: z.string().optional(), title: z.string() }).optional(),
  attackTool: z.string().optional(),
  title: z.string(),
  level: z.string(),
  score: z.number(),
  scope: z.string(),
  host: z.string(),
  hosts: z.array(z.string()),
  accounts: z.array(z.string()),
  time: z.string(),
  count: z.int().min(0),
});

export const SUBSCRIPTION_ROW: z.ZodType<SubscriptionRowDocument> = z.strictObject({
  ...columns,
  host: z.string(),
  namespace: z.string(),
  filter: z.string().nullable(),
  consumer: z.string().nullable(),
  class: z.string().nullable(),
  payload: z.string().optional(),
  level: z.string(),
  score: z.number(),
  state: z.enum(['armed', 'disarmed', 'deleted', 'unknown']),
  steps: z.array(z.string()),
  origin: z.strictObject({
    kind: z.enum(['local', 'remote', 'unknown']),
    host: z.string().optional(),
    address: z.string().optional(),
    account: z.string().optional(),
  }),
  creator: z.string().optional(),
  seenIn: z.array(z.string()),
  isOrphan: z.boolean(),
  isInferred: z.boolean(),
  isKnown: z.boolean(),
  conflicts: z.int().min(0),
  fingerprint: z.string().optional(),
  hostsOfFingerprint: hostsOfPrint,
  loosePrint: z.string().optional(),
  attackTool: z.string().optional(),
  firstSeen: z.string(),
  lastSeen: z.string(),
});

const withheld = WITHHELD.optional();

const paged = {
  next: z.string().optional(),
};
const counted = {
  ...paged,
  /** By level, then standing. */
  counts: z.record(z.string(), z.record(z.string(), z.int())),
  /** Those that had to go to keep the bounds. */
  dropped: z.int().min(0),
};

export const FINDING_PAGE: Schema = z.strictObject({
  items: z.array(FINDING_ROW),
  ...counted,
  scopes: z.record(z.string(), z.int()),
});

export const SUBSCRIPTION_PAGE: Schema = z.strictObject({
  items: z.array(SUBSCRIPTION_ROW),
  ...counted,
  states: z.record(z.string(), z.int()),
  withheld,
});

export const WHOLE_FINDING: Schema = z.strictObject({ ...columns, finding: huntPart('finding'), withheld });

export const WHOLE_SUBSCRIPTION: Schema = z.strictObject({
  ...columns,
  hostsOfFingerprint: hostsOfPrint,
  subscription: huntPart('subscription'),
  withheld,
});

export const SUBSCRIPTION_RECORDS: Schema = z.strictObject({
  items: z.array(CITED_RECORD),
  cited: z.int().min(0),
  ...paged,
});

export interface HostRowDocument {
  readonly key: string;
  readonly records: number;
  /** Event times; absent where no record had one that can be. */
  readonly first?: string | undefined;
  readonly last?: string | undefined;
  /** When something of it came last. */
  readonly received: string;
  /** How many things could not be seen of it; absent where no judgement has looked at it yet. */
  readonly gaps?: number | undefined;
  readonly openIncidents: number;
  readonly subscriptions: number;
}

const times = { first: z.string().optional(), last: z.string().optional() };
const hostRow = {
  key: z.string(),
  records: z.int().min(0),
  ...times,
  received: z.string(),
  gaps: z.int().min(0).optional(),
  openIncidents: z.int().min(0),
  subscriptions: z.int().min(0),
};

export const HOST_ROW: z.ZodType<HostRowDocument> = z.strictObject(hostRow);

const blind = z.array(
  z.strictObject({
    id: z.string(),
    host: z.string(),
    what: z.string(),
    from: z.string().optional(),
    to: z.string().optional(),
    so: z.string(),
    close: z.string(),
  }),
);

const sends = z.array(z.strictObject({ kind: z.string(), records: z.int(), ...times }));

export const HOST_PAGE: Schema = z.strictObject({
  items: z.array(z.strictObject({ ...hostRow, blind: blind.optional(), sends: sends.optional() })),
  /** What `sends` is told by: a kind is some event ids of a channel, and why what is seen by them. */
  telemetry: z
    .array(
      z.strictObject({
        kind: z.string(),
        log: z.string(),
        name: z.string(),
        channel: z.string(),
        ids: z.array(z.int()),
        why: z.string(),
      }),
    )
    .optional(),
  ...paged,
  counts: z.strictObject({
    hosts: z.int(),
    computers: z.int(),
    withGaps: z.int(),
    notLookedAt: z.int(),
    dropped: z.int(),
    logsDropped: z.int(),
  }),
});

export interface HostDocument extends HostRowDocument {
  readonly names: readonly string[];
  readonly logs: readonly {
    readonly channel: string;
    readonly records: number;
    readonly first?: string | undefined;
    readonly last?: string | undefined;
    readonly ids: readonly {
      readonly id: number;
      readonly records: number;
      readonly first?: string | undefined;
      readonly last?: string | undefined;
    }[];
    /** Records of ids that no analytic reads. */
    readonly others?: number | undefined;
  }[];
  readonly senders: readonly { readonly sender: string; readonly records: number; readonly received: string }[];
  /** What could not be seen, what follows from it, and what would have filled the gap; absent where no judgement has looked at it yet. */
  readonly blind?:
    | readonly {
        readonly id: string;
        readonly host: string;
        readonly what: string;
        readonly from?: string | undefined;
        readonly to?: string | undefined;
        readonly so: string;
        readonly close: string;
      }[]
    | undefined;
  /** What its clock differs by from those of others, most connections first, at most 20; absent where no judgement since the start has looked yet. */
  readonly clocks?:
    | readonly {
        /** A host key; `zeek` for a sensor of Zeek. */
        readonly against: string;
        /** Negative where it is behind. */
        readonly aheadMs: number;
        readonly errorMs: number;
        /** Connections of which both told a time. */
        readonly pairs: number;
      }[]
    | undefined;
}

export const HOST: Schema = z.strictObject({
  ...hostRow,
  names: z.array(z.string()),
  logs: z.array(
    z.strictObject({
      channel: z.string(),
      records: z.int(),
      ...times,
      ids: z.array(z.strictObject({ id: z.int(), records: z.int(), ...times })),
      others: z.int().optional(),
    }),
  ),
  senders: z.array(z.strictObject({ sender: z.string(), records: z.int(), received: z.string() })),
  blind: blind.optional(),
  clocks: z
    .array(z.strictObject({ against: z.string(), aheadMs: z.number(), errorMs: z.number(), pairs: z.int().min(1) }))
    .optional(),
  incidents: z.array(INCIDENT_ROW),
  subscriptionRows: z.array(SUBSCRIPTION_ROW),
  withheld,
});

/** Of all that is kept; and of those whose evidence is not older than so many days. */
const hits = z.strictObject({
  findings: z.int(),
  hosts: z.int(),
  last: z.string().optional(),
  in1d: z.int(),
  in7d: z.int(),
  in30d: z.int(),
});
/** 0 to 1, with the bounds of the 95 % interval of Wilson. */
const share = z.strictObject({ ratio: z.number(), low: z.number(), high: z.number() });
/** Incidents that people decided and that a finding of it is part of; without shares where fewer than 10 were. Absent where none was. */
const precision = z
  .strictObject({
    decided: z.int().min(1),
    malicious: z.int().min(0),
    authorised: z.int().min(0),
    false: z.int().min(0),
    /** (malicious + authorised) / decided. */
    rule: share.optional(),
    /** malicious / decided. */
    security: share.optional(),
  })
  .optional();
const loaded = z.strictObject({
  rules: z.int(),
  /** No log that is read here has what they ask for. */
  idle: z.int(),
  /** Left out by the selection. */
  off: z.int(),
  problems: z.array(z.looseObject({ code: z.string(), file: z.string(), line: z.int(), message: z.string() })),
  moreProblems: z.int().optional(),
});

export const RULE_PAGE: Schema = z.strictObject({
  items: z.array(
    z.strictObject({
      key: z.string(),
      id: z.string().optional(),
      title: z.string(),
      origin: z.enum(['user', 'pack']),
      kind: z.enum(['rule', 'correlation']),
      state: z.enum(['loaded', 'idle', 'off']),
      level: z.string(),
      status: z.string().optional(),
      author: z.string().optional(),
      license: z.string().optional(),
      file: z.string(),
      tags: z.array(z.string()),
      references: z.array(z.string()),
      hits,
      precision,
    }),
  ),
  ...paged,
  loaded: z.strictObject({ user: loaded, pack: loaded }),
  analytics: z.array(z.strictObject({ analytic: z.string(), title: z.string().optional(), ...hits.shape, precision })),
});
