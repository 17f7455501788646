import type { ApiRequest } from '../../api/index.ts';
import type { By } from '../../state/index.ts';

/** Who does something, for the audit: their name, and which session, address and request they did it by (TRUST 6). */
export function byOf({ caller, peer, id }: Pick<ApiRequest, 'caller' | 'peer' | 'id'>, atMs: number): By {
  const session = caller?.person === undefined ? {} : { session: caller.person.session };
  return { who: caller?.name ?? 'unknown', atMs, via: { ...session, address: peer, request: id } };
}
