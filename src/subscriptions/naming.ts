import type { Dossier } from './dossier.ts';

/** A name of evidence is cut here, so that a sentence stays one; UTF-16 units. */
const MAX_NAME = 60;

/**
 * True where only a repository without its index speaks of it and nothing there names its namespace. Sysmon names none
 * either, but watches one alone (DOMAIN 2.2 #8).
 */
export function isNamespaceUnknown(of: Pick<Dossier, 'namespaceBasis' | 'seenIn'>): boolean {
  return of.namespaceBasis === 'assumed' && of.seenIn.includes('repository') && !of.seenIn.includes('sysmon');
}

type Named = Pick<Dossier, 'filter' | 'consumer'>;

/** A name as it stands in a sentence: in quotes, on one line, at most 60 characters. Not escaped: writers do that. */
export function quotedName(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim();
  return `'${line.length > MAX_NAME ? `${line.slice(0, MAX_NAME).toWellFormed()}…` : line}'`;
}

/** The one name that a subscription goes by: of its consumer, which is what runs, else of its filter. */
export function subscriptionName({ filter, consumer }: Named): string | undefined {
  return consumer.name ?? filter.name ?? undefined;
}

/** A subscription in the middle of a sentence: `subscription 'Updater'`, `filter 'A'` where the other end is unknown. */
export function namedSubscription(of: Named): string {
  const name = subscriptionName(of);
  if (name === undefined) return 'a subscription without names';
  const kind = of.filter.name === null ? 'consumer' : of.consumer.name === null ? 'filter' : 'subscription';
  return `${kind} ${quotedName(name)}`;
}
