import { createHmac } from 'node:crypto';
import { type OcsfDocument, ocsfOfIncident } from '../formats/index.ts';
import type { OutboxMessage } from '../outbox/index.ts';
import { DEFAULT_ATTACK_VERSION } from '../windows/index.ts';
import type { Outgoing } from './post.ts';
import type { Origin, Sink } from './sink.ts';
import { incidentNews, incidentParts } from './told-parts.ts';
import { triadForm } from './triad-form.ts';

const PREFIX = 'whsec_';
/** Bytes of a secret (Standard Webhooks). */
const LEAST_SECRET = 24;
const MOST_SECRET = 64;

/** The bytes of a secret `whsec_` and base64; undefined where it is none. */
export function readSecret(text: string): Uint8Array | undefined {
  const base64 = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length >= LEAST_SECRET && bytes.length <= MOST_SECRET ? bytes : undefined;
}

/** Signatures of a body under each secret, for `webhook-signature`: while a secret is replaced both are good. */
export function signatures(
  { id, seconds, body }: { readonly id: string; readonly seconds: number; readonly body: string },
  secrets: readonly string[],
): string {
  return secrets
    .flatMap((secret) => readSecret(secret) ?? [])
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`)
    .join(' ');
}

/** The incident as a Detection Finding of OCSF. */
function ocsfForm(message: OutboxMessage, origin: Origin): OcsfDocument {
  const options = { version: origin.version, attackVersion: DEFAULT_ATTACK_VERSION };
  return ocsfOfIncident(incidentParts(message), incidentNews(message, origin), options);
}

/** A signed webhook: each attempt has the id of the message and a time and signature of its own. */
export function webhookRequest(
  message: OutboxMessage,
  {
    sink,
    url,
    origin,
    nowMs,
  }: { readonly sink: Sink; readonly url: URL; readonly origin: Origin; readonly nowMs: number },
): Outgoing {
  const body = JSON.stringify(sink.format === 'ocsf' ? ocsfForm(message, origin) : triadForm(message, origin));
  const seconds = Math.floor(nowMs / 1000);
  return {
    url,
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': `triad/${origin.version}`,
      'webhook-id': message.id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signatures({ id: message.id, seconds, body }, sink.secrets),
    },
  };
}
