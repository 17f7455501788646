import type { OutboxMessage } from '../outbox/index.ts';
import { formatTime } from '../windows/index.ts';
import { documentOf, linkOf, shownOf } from './shown.ts';
import type { Origin } from './sink.ts';

/** A message in Triad's own form (`triad.message/1`), in the frame that Standard Webhooks proposes. */
export function triadForm(message: OutboxMessage, origin: Origin): Readonly<Record<string, unknown>> {
  const { head, reasons, id, dueMs } = message;
  const { number, isNumbered: _, createdMs, changedMs, standing, mergedInto, state, owner, verdict, ...rest } = head;
  const document = documentOf(message);
  const confidence = document?.incident.confidence;
  return {
    type: `incident.${reasons[0]}`,
    timestamp: formatTime(dueMs, 0),
    data: {
      schema: 'triad.message/1',
      id,
      reasons,
      producer: { name: 'Triad', version: origin.version },
      incident: {
        ...rest,
        number: shownOf(message, origin).number,
        title: document?.incident.title ?? rest.title,
        ...(confidence === undefined ? {} : { confidence }),
        standing,
        ...(mergedInto === null ? {} : { mergedInto }),
        state,
        ...(owner === null ? {} : { owner }),
        ...(verdict === null ? {} : { verdict }),
        created: formatTime(createdMs, 0),
        changed: formatTime(changedMs, 0),
        url: linkOf(message, origin),
      },
      ...(document === undefined ? {} : { detail: document }),
    },
  };
}
