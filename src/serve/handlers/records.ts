import { type AuditDocument, type DeadLetterDocument, type Handler, jsonAnswer, refused } from '../../api/index.ts';
import type { AuditEntry, By, DeadLetter, State } from '../../state/index.ts';
import { byOf } from './by.ts';
import { pageAnswer, pageRequestOf, timeOf } from './lists.ts';
import { oneOf, plainPageOf, readQuery } from './query.ts';

const STATES: readonly DeadLetter['state'][] = ['open', 'mended', 'dropped'];

export interface RecordParts {
  readonly state: State;
  nowMs(): number;
  /** Reads the open dead letters again; undefined while it is doing so already. */
  retry(by: By): Promise<{ readonly read: number; readonly mended: number; readonly gone: number } | undefined>;
}

/** Dead letters and the audit. */
export function recordHandlers({
  state,
  retry,
  nowMs,
}: RecordParts): Readonly<Record<'listDeadLetters' | 'retryDeadLetters' | 'listAudit', Handler>> {
  return {
    listDeadLetters: async (request) => {
      const read = readQuery(request.query, { state: oneOf(STATES) });
      if (read.kind !== 'values') return read;
      const page = pageRequestOf(request);
      if ('kind' in page) return page;
      const wanted = read.values.state ?? 'open';
      return pageAnswer(await state.call('listDeadLetters', { ...page, state: wanted }), letterDocument);
    },
    retryDeadLetters: async (request) => {
      const done = await retry(byOf(request, nowMs()));
      if (done === undefined)
        return refused({ code: 'busy', detail: 'They are being read already.', retryAfterMs: 5000 });
      return jsonAnswer(done);
    },
    listAudit: async (request) => {
      const page = plainPageOf(request);
      return 'kind' in page ? page : pageAnswer(await state.call('listAudit', page), auditDocument);
    },
  };
}

function letterDocument(letter: DeadLetter): DeadLetterDocument {
  const { position, item, sender, code, reason, receivedMs, state, bytesHeld } = letter;
  const bytes = bytesHeld === null ? {} : { bytes: bytesHeld };
  return { position, item, sender, received: timeOf(receivedMs), code, reason, state, ...bytes };
}

function auditDocument({ seq, atMs, who, action, object, before, result, via }: AuditEntry): AuditDocument {
  return {
    seq,
    time: timeOf(atMs),
    who,
    action,
    object,
    ...(before === null ? {} : { before }),
    ...(result === null ? {} : { result }),
    ...(via === null ? {} : { via }),
  };
}
