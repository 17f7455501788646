import type { SuppressionDocument } from '../../api/index.ts';
import type { HiddenPast, HiddenTime, KeptSuppression } from '../../state/index.ts';
import { timeOf } from './lists.ts';

/** When the queue did not show an incident, and by which suppressions, beside the newest page of its history. */
export function hiddenDocument({ times, sinceMs }: HiddenPast): object {
  return {
    suppressed: times.map(timeDocument),
    ...(sinceMs === null ? {} : { suppressedSince: timeOf(sinceMs) }),
  };
}

function timeDocument({ fromMs, toMs, by, more }: HiddenTime): object {
  return {
    from: timeOf(fromMs),
    ...(toMs === null ? {} : { to: timeOf(toMs) }),
    by: by.map((one) => ('scope' in one ? keptDocument(one) : one)),
    ...(more === 0 ? {} : { more }),
  };
}

/** A suppression without what changes with the time of asking. */
export function keptDocument({
  createdMs,
  endsMs,
  endedMs,
  endedBy,
  ...rest
}: KeptSuppression): Omit<SuppressionDocument, 'hides' | 'state'> {
  return {
    ...rest,
    created: timeOf(createdMs),
    ends: timeOf(endsMs),
    ...(endedMs === null ? {} : { ended: timeOf(endedMs) }),
    ...(endedBy === null ? {} : { endedBy }),
  };
}
