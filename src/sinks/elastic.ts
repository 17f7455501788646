import type { OutboxMessage } from '../outbox/index.ts';
import { alertDocuments } from './elastic-documents.ts';
import type { Outgoing } from './post.ts';
import type { Delivery, Origin, Sink } from './sink.ts';
import { readJson } from './splunk.ts';

/**
 * All that is read of the answer, in the words of Elasticsearch and OpenSearch: without it the answer about some thousand documents is longer than what is
 * read of any.
 */
const READ = 'errors,items.*.status';

/**
 * A `_bulk` of one alert for each finding, each with an `_id` of our own (finding, version, revision), so that what is sent twice is there once. The secret is an API
 * key as Elasticsearch gives it (`encoded`), or `Basic …` whole.
 */
export function elasticRequest(
  message: OutboxMessage,
  { sink, url, origin }: { readonly sink: Sink; readonly url: URL; readonly origin: Origin },
): Outgoing {
  const lines = alertDocuments(message, origin).flatMap(({ id, document }) => [
    JSON.stringify({ create: { _index: sink.index, _id: id } }),
    JSON.stringify(document),
  ]);
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  const [secret = ''] = sink.secrets;
  return {
    url: new URL(`${path}_bulk?filter_path=${READ}`, url),
    body: `${lines.join('\n')}\n`,
    headers: {
      'content-type': 'application/x-ndjson',
      'user-agent': `triad/${origin.version}`,
      authorization: secret.startsWith('Basic ') ? secret : `ApiKey ${secret}`,
    },
  };
}

/** How many documents a request makes: two lines each. */
export function documentsIn({ body }: Pick<Outgoing, 'body'>): number {
  return (body.split('\n').length - 1) / 2;
}

/**
 * What the answer says of each document that was sent: one that is there already (409) is delivered. A part that may pass makes all of it go again, and
 * so does an answer that leaves one out.
 */
export function elasticTaken(body: string, sent: number): Delivery | undefined {
  const items = readJson(body)?.['items'];
  if (!Array.isArray(items)) return { kind: 'later', status: '200', why: 'the answer is none of Elasticsearch' };
  if (items.length < sent) {
    return { kind: 'later', status: '200', why: `the answer tells of ${items.length} of ${sent} documents` };
  }
  const bad = items.flatMap((item: unknown) => {
    const status = statusOf(item);
    return (status >= 200 && status < 300) || status === 409 ? [] : [status];
  });
  const [first] = bad;
  if (first === undefined) return undefined;
  const passing = bad.find((status) => status === 429 || status >= 500);
  const status = String(passing ?? first);
  const why = `${bad.length} of ${items.length} documents were refused (${status})`;
  return passing === undefined ? { kind: 'refused', status, why } : { kind: 'later', status, why };
}

function statusOf(item: unknown): number {
  const created = typeof item === 'object' && item !== null && 'create' in item ? item.create : undefined;
  const status = typeof created === 'object' && created !== null && 'status' in created ? created.status : undefined;
  return typeof status === 'number' ? status : 500;
}
