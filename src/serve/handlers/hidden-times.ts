import type { SuppressionDocument } from '../../api/index.ts';
import type { HiddenTime, KeptSuppression } from '../../state/index.ts';
import { timeOf } from './lists.ts';

/** When the queue did not show an incident, and by which suppressions, beside its history. */
export function hiddenDocument({ fromMs, toMs, by }: HiddenTime): object {
  return { from: timeOf(fromMs), ...(toMs === null ? {} : { to: timeOf(toMs) }), by: by.map(keptDocument) };
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
