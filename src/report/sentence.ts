import { type Dossier, headActor, lateAct, sentenceOf, shortText } from '../subscriptions/index.ts';
import type { HostLabels } from './host-label.ts';

/** The headline of L13, without a full stop; parts that are unknown are left out. Not escaped: writers do that. */
export function dossierSentence(dossier: Dossier, label: HostLabels): string {
  const { origin } = dossier;
  const account = headActor(dossier);
  const isRemote = origin.kind === 'remote' && lateAct(dossier) !== 'deleted';
  const place = isRemote ? (origin.source?.host ?? origin.source?.address) : undefined;
  const from = place === undefined ? '' : ` from ${shortText(label(place))}`;
  return sentenceOf(dossier, {
    host: label(dossier.host),
    who: account === undefined ? undefined : `${shortText(account)}${from}`,
    from,
  });
}
