import type { Hop } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { hopEnds } from './facts.ts';
import { inert, known } from './text.ts';

/** A hop in words of our own: what no vocabulary has whole. */
export function hopFacts(hop: Hop): object {
  const { source, target } = hopEnds(hop);
  const { id, account, method, time, confidence, observed, strength } = hop;
  const claimed = hop.source.claimedName;
  return known({
    id,
    source_host: source.host === undefined ? undefined : inert(source.host),
    source_address: source.address,
    source_claims: claimed === undefined ? undefined : inert(claimed),
    target_host: target.host === undefined ? undefined : inert(target.host),
    target_address: target.address,
    account: account === undefined ? undefined : inert(account),
    method,
    time,
    strength,
    confidence,
    observed,
  });
}

/** A subscription in words of our own. */
export function dossierFacts(dossier: Dossier): Readonly<Record<string, unknown>> {
  const { id, host, namespace, filter, consumer, fingerprint, state, seenIn } = dossier;
  return known({
    id,
    host: inert(host),
    namespace: inert(namespace),
    filter_name: textOf(filter.name),
    query: textOf(filter.query),
    consumer_class: textOf(consumer.class),
    consumer_name: textOf(consumer.name),
    payload: textOf(consumer.payload),
    fingerprint,
    state,
    seen_in: seenIn,
  });
}

function textOf(text: string | null | undefined): string | undefined {
  return text === null || text === undefined ? undefined : inert(text);
}
