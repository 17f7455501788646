import { type EcsDocument, ecsDocuments, ecsOfIncident } from '../formats/index.ts';
import { type OutboxMessage, versionMark } from '../outbox/index.ts';
import { dossierSentence, hostLabels } from '../report/index.ts';
import { DEFAULT_ATTACK_VERSION, formatTime } from '../windows/index.ts';
import { linkOf } from './shown.ts';
import type { Origin } from './sink.ts';
import { incidentNews, incidentParts } from './told-parts.ts';

export interface AlertDocument {
  /** Finding, version and revision (SERVE 0.1: 26), and the INC number where the id of the message names it. */
  readonly id: string;
  readonly document: EcsDocument;
}

/** An alert of ECS for each finding and dossier of the incident; where none is at hand one of the incident itself. */
export function alertDocuments(message: OutboxMessage, origin: Origin): readonly AlertDocument[] {
  const { head } = message;
  const parts = incidentParts(message);
  const { incident } = parts;
  const label = hostLabels(incident.hosts);
  const options = {
    version: origin.version,
    attackVersion: DEFAULT_ATTACK_VERSION,
    sentenceOf: (dossier: Parameters<typeof dossierSentence>[0]): string => dossierSentence(dossier, label),
  };
  const members = [...ecsDocuments({ ...parts, incidents: [incident] }, options)];
  const documents = members.length > 0 ? members : [ecsOfIncident(parts, incidentNews(message, origin), options)];
  const suffix = versionMark(head, '-');
  return documents.map((document) => {
    const event = fieldsOf(document, 'event');
    return { id: `${String(event['id'])}-${suffix}`, document: withNews(document, message, origin) };
  });
}

/** What is known of the incident by the time of the message, beside what was found. */
function withNews(document: EcsDocument, message: OutboxMessage, origin: Origin): EcsDocument {
  const { id, version, revision, state, standing, level, mergedInto, owner, verdict } = message.head;
  const told = {
    ...{ id, version, revision, state, standing, level },
    ...(mergedInto === null ? {} : { merged_into: mergedInto }),
    ...(owner === null ? {} : { owner }),
    ...(verdict === null ? {} : { verdict }),
  };
  return {
    ...document,
    event: { ...fieldsOf(document, 'event'), created: formatTime(message.dueMs, 0), url: linkOf(message, origin) },
    triad: { ...fieldsOf(document, 'triad'), incident: told },
  };
}

function fieldsOf(document: EcsDocument, name: string): Readonly<Record<string, unknown>> {
  const fields = document[name];
  return typeof fields === 'object' && fields !== null ? (fields as Readonly<Record<string, unknown>>) : {};
}
