import { createHash } from 'node:crypto';
import type { OutboxMessage } from '../outbox/index.ts';
import type { Outgoing } from './post.ts';
import type { Delivery, Origin, Sink } from './sink.ts';
import { triadForm } from './triad-form.ts';

/** An event for the HTTP Event Collector. `url` is that of the collector, or of the whole path. */
export function splunkRequest(
  message: OutboxMessage,
  { sink, url, origin }: { readonly sink: Sink; readonly url: URL; readonly origin: Origin },
): Outgoing {
  const target = url.pathname === '/' ? new URL('/services/collector/event', url) : url;
  const event = triadForm(message, origin);
  const { hosts } = message.head;
  const body = JSON.stringify({
    time: message.dueMs / 1000,
    host: hosts[0] ?? origin.host,
    source: 'triad',
    sourcetype: 'triad:incident',
    event,
  });
  return {
    url: target,
    body,
    isPacked: sink.isPacked,
    headers: {
      'content-type': 'application/json',
      'user-agent': `triad/${origin.version}`,
      authorization: `Splunk ${sink.secrets[0] ?? ''}`,
      'x-splunk-request-channel': channelOf(sink, origin),
    },
  };
}

/** The channel of a sink, always the same: a token with indexer acknowledgement takes nothing without one, and others do not mind it. */
function channelOf({ rule }: Sink, { host }: Origin): string {
  const digest = createHash('sha256').update(`${host}/${rule.name}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** A 200 that names another code than 0 has taken nothing. */
export function splunkTaken(body: string): Delivery | undefined {
  const answer = readJson(body);
  if (answer === undefined || !('code' in answer)) {
    return { kind: 'later', status: '200', why: 'the answer is none of an event collector' };
  }
  if (answer['code'] === 0) return undefined;
  return { kind: 'refused', status: '200', why: `the collector answers code ${String(answer['code']).slice(0, 20)}` };
}

/** An object of JSON; undefined for anything else. */
export function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
