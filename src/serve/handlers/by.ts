import type { ApiRequest } from '../../api/index.ts';
import type { By } from '../../state/index.ts';

/** Who does something, for the audit: their name, and which session and address they did it from (TRUST 6). */
export function byOf({ caller, peer }: Pick<ApiRequest, 'caller' | 'peer'>, atMs: number): By {
  const session = caller?.person === undefined ? {} : { session: caller.person.session };
  return { who: caller?.name ?? 'unknown', atMs, via: { ...session, address: peer } };
}
