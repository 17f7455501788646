import { digestId } from '../bytes/index.ts';
import { foldName } from './sighting.ts';

/** Where subscriptions live unless evidence says otherwise (DOMAIN 3.5). */
export const DEFAULT_NAMESPACE = 'root\\subscription';

/** What a subscription is, as far as evidence tells (DOMAIN 3.4); an unknown part is undefined. */
export interface SubscriptionKey {
  readonly host: string;
  /** Canonical. */
  readonly namespace: string;
  readonly filterName: string | undefined;
  readonly consumerClass: string | undefined;
  readonly consumerName: string | undefined;
}

function foldOrNull(name: string | undefined): string | null {
  return name === undefined ? null : foldName(name);
}

/** The id of a dossier (DOMAIN 3.4, *subscription*): content is not in it. */
export function subscriptionId(key: SubscriptionKey): string {
  return digestId([
    'subscription',
    key.host,
    key.namespace,
    foldOrNull(key.filterName),
    foldOrNull(key.consumerClass),
    foldOrNull(key.consumerName),
  ]);
}
