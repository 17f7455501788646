import type { IncidentNews, IncidentParts } from '../formats/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { MessageHead, OutboxMessage } from '../outbox/index.ts';
import type { Level } from '../windows/index.ts';
import { documentOf, linkOf } from './shown.ts';
import type { Origin } from './sink.ts';

/** An incident for the forms of other vocabularies; of one whose document is not at hand what its head says. */
export function incidentParts(message: OutboxMessage): IncidentParts {
  const document = documentOf(message);
  if (document !== undefined) return { ...document, records: [] };
  return { incident: bareIncident(message.head), findings: [], subscriptions: [], gaps: [], records: [] };
}

export function incidentNews(message: OutboxMessage, origin: Origin): IncidentNews {
  const { head, dueMs } = message;
  const { createdMs, changedMs, version, state } = head;
  return {
    activity: activityOf(message),
    atMs: dueMs,
    createdMs,
    changedMs,
    revision: version,
    // The state has no other words.
    state: state as NonNullable<IncidentNews['state']>,
    url: linkOf(message, origin),
  };
}

/** What is over is closed: by people, by late evidence, or as part of another. */
function activityOf({ head, reasons }: OutboxMessage): IncidentNews['activity'] {
  if (head.standing !== 'told') return 'close';
  if (reasons[0] === 'reached') return 'create';
  return head.state === 'closed' ? 'close' : 'update';
}

function bareIncident({ id, title, level, first, last, hosts }: MessageHead): Incident {
  return {
    id,
    aliases: [],
    title,
    level: level as Level,
    score: 0,
    terms: [],
    levels: {},
    state: 'open',
    first,
    last,
    hosts,
    accounts: [],
    attack: [],
    edges: [],
    links: [],
    chains: [],
    subscriptions: [],
    findings: [],
    gaps: [],
    next: [],
    isCut: false,
  };
}
