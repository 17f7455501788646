import { done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';
import { MOST_ROWS } from '../pages.ts';

/** What could not be seen of some hosts, at most 1,000: JSON by host key; hosts that no judgement looked at are left out. */
export const hostBlinds: Operation<
  { readonly keys: readonly string[] },
  readonly { readonly host: string; readonly blind: string }[]
> = reads(({ database }, { keys }) =>
  done(
    database
      .all<{ host: string; blind: string }>(
        'SELECT host, text AS blind FROM host_blind WHERE host IN (SELECT value FROM json_each(?))',
        JSON.stringify(keys.slice(0, MOST_ROWS)),
      )
      .map((row) => ({ ...row })),
  ),
);
