/**
 * The order of keys in every JSON that leaves Triad (L7, PRODUCT 7.1). Objects are built in many rooms; this table alone
 * decides how they are written. A key that the table does not name is written after the named ones, never lost.
 */

/** Keys in order; a key with its own layout holds an object, or a list of objects, of that layout. */
export interface Layout {
  readonly keys: readonly string[];
  readonly parts: ReadonlyMap<string, Layout>;
}

function layout(keys: readonly string[], parts: Readonly<Record<string, Layout>> = {}): Layout {
  return { keys, parts: new Map(Object.entries(parts)) };
}

const repository = layout([
  'map',
  'generation',
  'logicalPage',
  'physicalPage',
  'recordId',
  'size',
  'label',
  'confidence',
  'checksum',
  'keyHash',
]);
const evidence = layout(
  [
    'file',
    'container',
    'channel',
    'eventId',
    'recordId',
    'headerRecordId',
    'time',
    'offset',
    'length',
    'line',
    'repository',
    'audit',
    'record',
  ],
  { repository },
);
const term = layout(['code', 'points', 'text', 'evidence'], { evidence });
const candidate = layout(
  ['join', 'strength', 'account', 'address', 'ports', 'workstation', 'logonId', 'time', 'evidence'],
  {
    evidence,
  },
);
const processKeys = ['image', 'commandLine', 'pid', 'user', 'parentImage', 'parentPid', 'logonId'];
const counts = layout(['live', 'afterDamage', 'swallowed', 'carved']);

const pinned = layout(['pin', 'kind', 'owner', 'reason', 'created', 'review']);

const trigger = layout(['family', 'code', 'sentence', 'names']);
const filter = layout(['name', 'query', 'language', 'eventNamespace', 'creatorSid', 'trigger'], { trigger });
const consumer = layout(['class', 'name', 'payload', 'properties', 'decoded', 'features', 'indicators', 'creatorSid'], {
  decoded: layout(['depth', 'operation', 'offset', 'length', 'sha256', 'text']),
  features: layout(['code', 'points', 'title', 'match']),
  indicators: layout(['kind', 'value']),
});

export const SUBSCRIPTION_LAYOUT: Layout = layout(
  [
    'id',
    'host',
    'namespace',
    'namespaceBasis',
    'filter',
    'consumer',
    'binding',
    'timer',
    'creator',
    'origin',
    'lifecycle',
    'state',
    'stateAt',
    'seenIn',
    'otherContents',
    'conflicts',
    'inferred',
    'fingerprint',
    'loosePrint',
    'firstSeen',
    'firstSeenIsBound',
    'lastSeen',
    'lastSeenIsBound',
    'attackTool',
    'baseline',
    'pinned',
    'verdict',
    'notes',
    'aliases',
    'evidence',
  ],
  {
    filter,
    consumer,
    binding: layout(['filterRef', 'consumerRef', 'creatorSid', 'inferred']),
    creator: layout(['sid', 'account', 'inferred']),
    origin: layout(['kind', 'strength', 'source', 'account', 'process', 'candidates'], {
      source: layout(['host', 'address']),
      process: layout(processKeys),
      candidates: candidate,
    }),
    lifecycle: layout(
      ['step', 'time', 'notBefore', 'generations', 'strength', 'part', 'account', 'count', 'evidence'],
      { evidence },
    ),
    otherContents: layout(
      [
        'part',
        'kind',
        'query',
        'eventNamespace',
        'payload',
        'properties',
        'firstSeen',
        'firstSeenIsBound',
        'lastSeen',
        'lastSeenIsBound',
        'benign',
        'evidence',
      ],
      { evidence },
    ),
    timer: layout(['class', 'timerId', 'intervalMs', 'namespace', 'evidence'], { evidence }),
    conflicts: layout(['property', 'values'], {
      values: layout(['source', 'value', 'evidence'], { evidence }),
    }),
    baseline: layout(['known', 'nearest', 'likeness']),
    pinned,
    verdict: layout(['level', 'score', 'terms'], { terms: term }),
    evidence,
  },
);

export const FINDING_LAYOUT: Layout = layout(
  [
    'id',
    'analytic',
    'rule',
    'attackTool',
    'pinned',
    'title',
    'level',
    'score',
    'terms',
    'scope',
    'host',
    'hosts',
    'accounts',
    'subscriptions',
    'process',
    'candidates',
    'attack',
    'time',
    'timeIsBound',
    'count',
    'aliases',
    'evidence',
  ],
  {
    rule: layout(['id', 'title', 'author', 'license', 'path', 'references']),
    pinned,
    terms: term,
    process: layout(processKeys),
    candidates: candidate,
    attack: layout(['new', 'old']),
    evidence,
  },
);

const endProcess = layout(processKeys);

export const HOP_LAYOUT: Layout = layout(
  [
    'id',
    'source',
    'target',
    'account',
    'method',
    'time',
    'process',
    'strength',
    'confidence',
    'observed',
    'candidates',
    'clock',
    'links',
    'tells',
    'evidence',
  ],
  {
    source: layout(['host', 'address', 'claimedName', 'account', 'process'], { process: endProcess }),
    target: layout(['host', 'address', 'account', 'logonId']),
    process: endProcess,
    candidates: layout(['host', 'address', 'strength']),
    clock: layout(['a', 'b', 'offsetMs', 'errorMs', 'pairs']),
    evidence,
  },
);

export const INCIDENT_LAYOUT: Layout = layout(
  [
    'id',
    'aliases',
    'title',
    'level',
    'score',
    'terms',
    'levels',
    'confidence',
    'state',
    'first',
    'firstIsBound',
    'last',
    'lastIsBound',
    'hosts',
    'accounts',
    'attack',
    'edges',
    'links',
    'chains',
    'subscriptions',
    'findings',
    'gaps',
    'next',
    'isCut',
  ],
  {
    terms: layout(['code', 'points', 'text', 'member']),
    attack: layout(['new', 'old']),
    edges: HOP_LAYOUT,
    links: layout(['id', 'claim', 'between', 'joins', 'confidence', 'missing', 'inferred'], {
      joins: layout(['join', 'strength', 'w', 'rivals', 'text', 'evidence'], { evidence }),
      missing: layout(['join', 'host', 'what', 'text']),
    }),
    chains: layout(['id', 'findings', 'subscriptions']),
    levels: layout(['wmi', 'lateral', 'tamper', 'posture', 'custom']),
    next: layout(['id', 'phase', 'text', 'target', 'command', 'shell']),
  },
);

export const RECORD_LAYOUT: Layout = layout(
  [
    'id',
    'time',
    'timeRaw',
    'host',
    'hostRaw',
    'channel',
    'provider',
    'eventId',
    'version',
    'recordId',
    'headerRecordId',
    'class',
    'foreignTemplate',
    'shape',
    'timeQuality',
    'sources',
    'object',
    'repository',
    'system',
    'data',
  ],
  {
    sources: layout(['file', 'container', 'offset', 'length', 'line']),
    object: layout(['kind', 'namespace', 'class', 'superclasses', 'path', 'serviceRun'], {
      serviceRun: layout(['notBefore', 'sequence']),
    }),
    repository,
  },
);

export const GAP_LAYOUT: Layout = layout(['id', 'host', 'what', 'from', 'to', 'so', 'close', 'blocks']);

export const ANOMALY_LAYOUT: Layout = layout([
  'id',
  'code',
  'level',
  'file',
  'container',
  'offset',
  'recordId',
  'message',
  'count',
  'tamper',
  'lost',
  'recovered',
]);

export const THIRD_PARTY_LAYOUT: Layout = layout(
  ['id', 'product', 'rule', 'title', 'action', 'level', 'host', 'time', 'evidence'],
  { evidence },
);

export const HEADER_LAYOUT: Layout = layout(['id', 'tool', 'rules', 'configSha256', 'options', 'evidence'], {
  tool: layout(['name', 'version', 'commit']),
  rules: layout(['bundle', 'count', 'sha256']),
  options: layout(
    'from to hosts minLevel failLevel carve strict maps rules pipelines placeholders pins assumeZone attackVersion'.split(
      ' ',
    ),
  ),
  evidence: layout(
    [
      'name',
      'bytes',
      'sha256',
      'mtime',
      'kind',
      'records',
      'rejected',
      'hosts',
      'firstRecord',
      'lastRecord',
      'shapes',
      'members',
    ],
    {
      records: counts,
      shapes: layout([]),
      members: layout(['path', 'bytes', 'sha256', 'mtime', 'kind', 'records', 'rejected', 'shapes'], {
        records: counts,
        shapes: layout([]),
      }),
    },
  ),
});

export const SUMMARY_LAYOUT: Layout = layout(
  [
    'id',
    'files',
    'records',
    'rejected',
    'skippedByFilter',
    'folded',
    'rejectedBytes',
    'shapes',
    'contentLost',
    'conflicts',
    'unfolded',
    'thirdParty',
    'anomalies',
    'coverage',
    'evicted',
    'repositories',
    'audits',
    'rules',
    'pins',
    'notEvaluated',
    'notRead',
    'leftOut',
  ],
  {
    records: counts,
    shapes: layout([]),
    anomalies: layout([]),
    coverage: layout(['host', 'channel', 'ids', 'from', 'to'], { ids: layout([]) }),
    evicted: layout([]),
    rules: layout(['loaded', 'refused', 'blind', 'matched', 'top'], {
      refused: layout([]),
      blind: layout([]),
      top: layout(['id', 'title', 'hits']),
    }),
    pins: layout(['subscriptions', 'findings', 'unmatched', 'pins'], {
      pins: layout(
        'id kind print what accounts sources hosts owner reason created review place count subscriptions findings'.split(
          ' ',
        ),
      ),
    }),
    notEvaluated: layout(['analytic', 'missing']),
    repositories: layout(['file', 'container', 'host', 'hostBy', 'layout', 'windows', 'readBy', 'generations'], {
      generations: layout(['generation', 'version', 'map', 'time', 'classes', 'instances', 'current']),
    }),
    audits: layout(['file', 'container', 'format', 'hosts', 'time', 'objects', 'rejected', 'loses', 'unreached']),
    notRead: layout(['kind', 'count', 'examples', 'close']),
    leftOut: layout(['subscriptions', 'findings', 'incidents']),
  },
);

export const RUN_LAYOUT: Layout = layout(
  'id status exit start end utcOffsetMinutes files records lostRecords pinsPastReview bytes peakRss argv runtime os arch findingsDigest'.split(
    ' ',
  ),
);
