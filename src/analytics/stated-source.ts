import type { CallSource } from '../entities/index.ts';
import type { Bench } from './watch.ts';

/** Where no join names the source of a call, a record of the target itself may tell its address: that and no more. */
export function statedSource(address: string | undefined, atMs: number, { entities }: Bench): readonly CallSource[] {
  if (address === undefined) return [];
  const host = entities.hostOfAddress(address, atMs);
  return [{ ...(host === address ? {} : { host }), address, strength: 'strong', points: 60, joins: [], isNamed: true }];
}
