import type { OutboxMessage } from '../outbox/index.ts';
import { formatTime } from '../windows/index.ts';
import { documentOf, linkOf } from './shown.ts';
import type { Origin } from './sink.ts';

export interface AlertDocument {
  readonly id: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** An alert for each finding of the incident; of one whose findings are not at hand, an alert of the incident itself. */
export function alertDocuments(message: OutboxMessage, origin: Origin): readonly AlertDocument[] {
  const { head, dueMs } = message;
  const findings = documentOf(message)?.findings ?? [];
  const suffix = `${head.version}${head.standing === 'merged' ? 'm' : ''}-${head.revision}`;
  const common = {
    '@timestamp': formatTime(dueMs, 0),
    triad: { incident: { id: head.id, version: head.version, revision: head.revision, standing: head.standing } },
    event: { kind: 'alert', module: 'triad', url: linkOf(message, origin) },
  };
  if (findings.length === 0) return [{ id: `${head.id}-${suffix}`, document: { ...common, message: head.title } }];
  return findings.map(({ id, title }) => ({ id: `${id}-${suffix}`, document: { ...common, message: title } }));
}
