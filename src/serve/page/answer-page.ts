import type { ApiAnswer } from '../../api/index.ts';
import type { PageFile, PageFiles } from './page-files.ts';

/** What a request for the page tells. */
export interface PageAsk {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface PageAnswer extends ApiAnswer {
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What the page may do (TRUST 6): nothing but its own scripts, styles and requests. Neither inline code nor another site's
 * reaches it, and no other site frames it.
 */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': PAGE_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
};

/** The URLs that the page reads itself (SETTLED G12): all are one document. */
const VIEWS = /^\/(?:(?:incidents|subscriptions|hosts|rules|senders)(?:\/[^/]*)?|search|account)?$/;
const ASSETS = '/assets/';

/** The answer to a request for the page or one of its files; undefined where the path is none of them. */
export function pageAnswer(ask: PageAsk, page: PageFiles | undefined): PageAnswer | undefined {
  const isAsset = ask.path.startsWith(ASSETS);
  if (!isAsset && !VIEWS.test(ask.path)) return undefined;
  if (ask.method !== 'GET' && ask.method !== 'HEAD') {
    return plain(405, 'The page is read with GET.\n', { allow: 'GET, HEAD' });
  }
  if (page === undefined) return plain(404, 'This server was started without its page: npm run console builds it.\n');
  const file = isAsset ? page.assets.get(ask.path.slice(ASSETS.length)) : page.index;
  if (file === undefined) return plain(404, 'There is no such file; the page was built anew. Load it again.\n');
  return fileAnswer(ask, file, isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
}

function fileAnswer({ headers: asked }: PageAsk, file: PageFile, caching: string): PageAnswer {
  const headers = { ...HEADERS, etag: file.etag, 'cache-control': caching, vary: 'accept-encoding' };
  if (isKnown(asked['if-none-match'], file.etag)) return { kind: 'answer', status: 304, headers };
  const isPacked = takesGzip(asked['accept-encoding']);
  return {
    kind: 'answer',
    status: 200,
    type: file.type,
    headers: isPacked ? { ...headers, 'content-encoding': 'gzip' } : headers,
    body: isPacked ? file.gzipped : file.bytes,
  };
}

/** A weak form of the tag counts too: a proxy that packs makes it weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** True where gzip is named and not ruled out. */
function takesGzip(header: string | undefined): boolean {
  return (header ?? '').split(',').some((coding) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(coding));
}

function plain(status: number, body: string, headers: Readonly<Record<string, string>> = {}): PageAnswer {
  return {
    kind: 'answer',
    status,
    type: 'text/plain; charset=utf-8',
    headers: { ...HEADERS, 'cache-control': 'no-store', ...headers },
    body,
  };
}
