/** What a client is asked to do; the Python client reads the same JSON. */
export interface ClientTask {
  /** `greet`: ping and info. `bulk`: the lines of a file through the bulk helper. `raw`: as they are, in one request. */
  readonly verb: 'greet' | 'bulk' | 'raw';
  readonly node: string;
  readonly carrier: 'apikey' | 'basic' | 'bearer';
  readonly id: string;
  readonly secret: string;
  /** PEM file that the client trusts. */
  readonly certificate?: string;
  /** Lines of JSON. */
  readonly file: string;
  readonly op: 'create' | 'index';
  readonly gzip: boolean;
  /** True when every document has an `_id`. */
  readonly ids: boolean;
  /** Size of a request, about. */
  readonly flushBytes: number;
}

/** What the client made of the answers. */
export type ClientOutcome =
  | { readonly kind: 'greeted'; readonly isThere: boolean; readonly version: string; readonly tagline: string }
  /** `statuses`: of the documents that were not taken, by the bulk helper; of all, of a raw request. */
  | { readonly kind: 'sent'; readonly successful: number; readonly statuses: readonly number[] }
  | { readonly kind: 'error'; readonly name: string; readonly status: number; readonly type: string };
