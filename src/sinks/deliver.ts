import type { OutboxMessage } from '../outbox/index.ts';
import { deliveryOf } from './answers.ts';
import { documentsIn, elasticRequest, elasticTaken } from './elastic.ts';
import { goesPacked, type Outgoing, post } from './post.ts';
import type { Delivery, Origin, Sink } from './sink.ts';
import { slackBody, slackTaken } from './slack.ts';
import { splunkRequest, splunkTaken } from './splunk.ts';
import { teamsBody } from './teams.ts';
import { webhookRequest } from './webhook.ts';
import type { Resolve } from './where.ts';

export interface PostParts {
  readonly origin: Origin;
  readonly resolve: Resolve;
  readonly signal?: AbortSignal;
  nowMs(): number;
}

/** Posts a message to a sink of any kind but syslog, in its form; one attempt. */
export async function postMessage(sink: Sink, message: OutboxMessage, parts: PostParts): Promise<Delivery> {
  const outgoing = requestOf(sink, message, parts);
  if (outgoing === undefined) return { kind: 'refused', status: 'settings', why: 'it has no address that can be read' };
  const { allow, authority, timeoutMs } = sink;
  const { resolve, signal } = parts;
  const answer = await post(outgoing, {
    allow,
    authority,
    timeoutMs,
    resolve,
    ...(signal === undefined ? {} : { signal }),
  });
  const delivery = deliveryOf(answer, parts.nowMs(), (body) => takenBy(sink, outgoing, body));
  const isUnread = delivery.kind === 'refused' && UNREAD.has(delivery.status) && goesPacked(outgoing);
  return isUnread
    ? { ...delivery, why: `${delivery.why}; where it takes no gzip, gzip: false sends it unpacked` }
    : delivery;
}

/** What receivers answer that do not know gzip. */
const UNREAD: ReadonlySet<string> = new Set(['400', '415']);

/** What is sent; undefined where the sink has no address. */
export function requestOf(
  sink: Sink,
  message: OutboxMessage,
  { origin, nowMs }: Pick<PostParts, 'origin' | 'nowMs'>,
): Outgoing | undefined {
  if (sink.url === undefined || !URL.canParse(sink.url)) return undefined;
  const url = new URL(sink.url);
  switch (sink.kind) {
    case 'webhook':
      return webhookRequest(message, { sink, url, origin, nowMs: nowMs() });
    case 'slack':
      return { url, headers: jsonHeaders(origin), body: slackBody(message, origin) };
    case 'teams':
      return { url, headers: jsonHeaders(origin), body: teamsBody(message, origin) };
    case 'splunk':
      return splunkRequest(message, { sink, url, origin });
    case 'elasticsearch':
      return elasticRequest(message, { sink, url, origin });
    case 'syslog':
      return undefined;
  }
}

function jsonHeaders({ version }: Origin): Readonly<Record<string, string>> {
  return { 'content-type': 'application/json', 'user-agent': `triad/${version}` };
}

function takenBy({ kind }: Sink, outgoing: Outgoing, body: string): Delivery | undefined {
  if (kind === 'slack') return slackTaken(body);
  if (kind === 'splunk') return splunkTaken(body);
  return kind === 'elasticsearch' ? elasticTaken(body, documentsIn(outgoing)) : undefined;
}
