import { type OcsfDocument, ocsfOfIncident } from '../formats/index.ts';
import type { OutboxMessage } from '../outbox/index.ts';
import { DEFAULT_ATTACK_VERSION } from '../windows/index.ts';
import type { Outgoing } from './post.ts';
import { signatures } from './signing-keys.ts';
import type { Origin, Sink } from './sink.ts';
import { incidentNews, incidentParts } from './told-parts.ts';
import { triadForm } from './triad-form.ts';

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
