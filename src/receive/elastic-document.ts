/** An answer of the Elasticsearch-compatible paths. */
export interface ElasticAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or empty for `HEAD`. */
  readonly body: string;
}

export interface ElasticIdentity {
  /** The version that is claimed, `8.15.0`: Beats refuse a server older than themselves. */
  readonly version: string;
  /** 22 characters of base64url, the same for the life of a data directory. */
  readonly clusterUuid: string;
  /** `host:port` where this server is reached; what sniffing clients go to next. */
  readonly publishAddress: string;
}

/** On every answer: official clients refuse any other server by it (SERVE 1.1). */
export const ELASTIC_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  'x-elastic-product': 'Elasticsearch',
};

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

interface Row {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly body: (identity: ElasticIdentity) => Json;
}

const GET: readonly string[] = ['GET', 'HEAD'];
const ACKNOWLEDGED: Json = { acknowledged: true };
const LICENSE: Json = { uid: 'triad', type: 'basic', status: 'active', expiry_date_in_millis: 4_000_000_000_000 };
const XPACK: Json = {
  build: {},
  license: { type: 'basic', mode: 'basic', status: 'active' },
  features: { ilm: { available: true, enabled: true }, security: { available: true, enabled: false } },
};
const LUCENE: readonly (readonly [major: string, lucene: string, wire: string, index: string])[] = [
  ['7', '8.11.3', '6.8.0', '6.0.0-beta1'],
  ['8', '9.11.1', '7.17.0', '7.0.0'],
  ['9', '10.1.0', '8.18.0', '8.0.0'],
];

/** What shippers and clients ask before, between and after their batches (SERVE 1.1), first row that fits. */
const ROWS: readonly Row[] = [
  { methods: GET, path: /^\/?$/, body: root },
  { methods: GET, path: /^\/_license$/, body: () => ({ license: LICENSE }) },
  { methods: GET, path: /^\/_xpack$/, body: () => XPACK },
  { methods: GET, path: /^\/_cluster\/health(?:\/[^/]+)?$/, body: health },
  { methods: GET, path: /^\/_nodes\/(?:_all\/)?http$/, body: nodes },
  {
    methods: ['PUT', 'POST'],
    path: /^\/_(?:ilm\/policy|(?:index_|component_)?template|data_stream|alias)\/./,
    body: () => ACKNOWLEDGED,
  },
  { methods: ['PUT', 'POST'], path: /^\/_(?:ingest\/pipeline|logstash\/pipeline)\/./, body: () => ACKNOWLEDGED },
  { methods: GET, path: /^\//, body: () => ({}) },
];

/**
 * The answer to anything but `_bulk` and `_doc` on an Elasticsearch-compatible path: enough that the set-up of shippers and clients
 * goes on, and nothing that is stored. `path` has no query and no mount point.
 */
export function elasticDocument(method: string, path: string, identity: ElasticIdentity): ElasticAnswer {
  const row = ROWS.find((item) => item.methods.includes(method) && item.path.test(path));
  if (row === undefined) {
    return elasticError(400, `no handler found for uri [${path.slice(0, 200)}] and method [${method.slice(0, 20)}]`);
  }
  return { status: 200, headers: ELASTIC_HEADERS, body: method === 'HEAD' ? '' : JSON.stringify(row.body(identity)) };
}

function root({ version, clusterUuid }: ElasticIdentity): Json {
  const [, lucene, wire, index] = LUCENE.find(([major]) => version.startsWith(`${major}.`)) ?? [
    '8',
    '9.11.1',
    '7.17.0',
    '7.0.0',
  ];
  return {
    name: 'triad',
    cluster_name: 'triad',
    cluster_uuid: clusterUuid,
    version: {
      number: version,
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: '0',
      build_date: '2024-08-05T10:05:34.233336849Z',
      build_snapshot: false,
      lucene_version: lucene,
      minimum_wire_compatibility_version: wire,
      minimum_index_compatibility_version: index,
    },
    tagline: 'You Know, for Search',
  };
}

function health(): Json {
  return { cluster_name: 'triad', status: 'green', timed_out: false, number_of_nodes: 1, number_of_data_nodes: 1 };
}

function nodes({ version, publishAddress }: ElasticIdentity): Json {
  const http = {
    bound_address: [publishAddress],
    publish_address: publishAddress,
    max_content_length_in_bytes: 16 << 20,
  };
  const node = { name: 'triad', version, roles: ['data', 'ingest'], http };
  return { _nodes: { total: 1, successful: 1, failed: 0 }, cluster_name: 'triad', nodes: { triad: node } };
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: 'security_exception',
  403: 'security_exception',
  404: 'resource_not_found_exception',
  408: 'receive_timeout_transport_exception',
  413: 'content_too_long_exception',
  415: 'media_type_header_exception',
  429: 'es_rejected_execution_exception',
  503: 'unavailable_shards_exception',
};

/** Seconds that a client waits when nothing better is known. */
const RETRY_AFTER_MS = 5000;

/**
 * An error in Elasticsearch's own shape. 429 and 503 carry `Retry-After`, 401 the ways to sign in. Never 200.
 */
export function elasticError(status: number, reason: string, retryAfterMs: number = RETRY_AFTER_MS): ElasticAnswer {
  const cause = { type: ERROR_TYPES[status] ?? 'illegal_argument_exception', reason };
  const headers = { ...ELASTIC_HEADERS };
  if (status === 401) headers['www-authenticate'] = 'Basic realm="triad", ApiKey';
  if (status === 429 || status === 503) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return { status, headers, body: JSON.stringify({ error: { root_cause: [cause], ...cause }, status }) };
}
