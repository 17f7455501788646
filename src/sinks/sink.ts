import type { SinkRule } from '../outbox/index.ts';

export type SinkKind = 'webhook' | 'slack' | 'teams' | 'syslog' | 'splunk' | 'elasticsearch';

/** A sink of the configuration, with what its secrets say. It is never printed. */
export interface Sink {
  readonly rule: SinkRule;
  readonly kind: SinkKind;
  /** Of all but syslog. */
  readonly url: string | undefined;
  /** Of syslog. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  readonly isTls: boolean;
  /** Signing keys of a webhook (`whsec_…`, `whsk_…`; all sign), a token, an API key. */
  readonly secrets: readonly string[];
  readonly format: 'triad' | 'ocsf';
  readonly index: string;
  /** Of Splunk: long bodies are sent by gzip. */
  readonly isPacked: boolean;
  /** Private networks that it may lead to. */
  readonly allow: readonly string[];
  /** PEM of an authority beside those that the machine trusts. */
  readonly authority: string | undefined;
  readonly timeoutMs: number;
  readonly perMinute: number;
}

/** What came of an attempt. */
export type Delivery =
  | { readonly kind: 'delivered'; readonly status: string }
  /** It may go better later; the receiver may say when. */
  | {
      readonly kind: 'later';
      readonly status: string;
      readonly why: string;
      readonly retryAfterMs?: number | undefined;
    }
  /** It would be refused again. */
  | { readonly kind: 'refused'; readonly status: string; readonly why: string }
  /** The receiver says that it is gone for good (410). */
  | { readonly kind: 'gone'; readonly status: string; readonly why: string };

/** What a sink needs to know of the server whose messages it sends. */
export interface Origin {
  /** Address of the pages, without a slash at the end. */
  readonly url: string;
  readonly version: string;
  /** Name of this machine, for syslog and Splunk. */
  readonly host: string;
}

/** Where a sink leads, for people: never a path, a query or a secret. */
export function targetOf({ url, address }: Pick<Sink, 'url' | 'address'>): string {
  if (address !== undefined) return `${address.host}:${address.port}`;
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : '';
}
