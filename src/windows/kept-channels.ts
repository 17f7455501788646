/** Stands for every channel of Windows. */
export const EVERY_CHANNEL = '*';

/**
 * Records that are kept beyond those of the layouts, whatever is in them (SETTLED A8): numbers by channel in lower case. Zeek's
 * logs are channels of their own and not of Windows.
 */
export type KeptChannels = ReadonlyMap<string, ReadonlySet<number> | 'all'>;

/** True for records of this channel (in lower case) and number. */
export function isOfKeptChannel(kept: KeptChannels, channel: string, eventId: number): boolean {
  const ids = kept.get(channel);
  if (ids === 'all' || ids?.has(eventId) === true) return true;
  const everywhere = channel.startsWith('zeek/') ? undefined : kept.get(EVERY_CHANNEL);
  return everywhere === 'all' || everywhere?.has(eventId) === true;
}
