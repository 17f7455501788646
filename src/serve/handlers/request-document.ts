import type { SecondRequestDocument } from '../../api/index.ts';
import type { SecondRequest } from '../../state/index.ts';
import { timeOf } from './lists.ts';

/** What waits for a second person, as the API has it. */
export function requestDocument(request: SecondRequest): SecondRequestDocument {
  const { number, action, object, fields, askedBy, askedMs, endsMs, state, decidedBy, decidedMs } = request;
  return {
    number,
    action,
    object,
    fields,
    askedBy,
    asked: timeOf(askedMs),
    ends: timeOf(endsMs),
    state,
    ...(decidedBy === null ? {} : { decidedBy }),
    ...(decidedMs === null ? {} : { decided: timeOf(decidedMs) }),
  };
}
