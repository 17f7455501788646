import { type Handler, jsonAnswer } from '../../api/index.ts';
import type { Blindness } from '../blind/blind-watch.ts';
import type { Seen } from '../blind/sight.ts';
import { timeOf } from './lists.ts';
import { readQuery } from './query.ts';

/** What stands above everything on the page (SETTLED G15). */
export function blindHandlers({ seen }: { seen(): Promise<Seen> }): Readonly<Record<'readBlind', Handler>> {
  return {
    readBlind: async ({ query }) => {
      const read = readQuery(query, {}, new Set());
      if (read.kind !== 'values') return read;
      const { atMs, heardMs, senders, blind, late } = await seen();
      return jsonAnswer({
        asOf: timeOf(atMs),
        ...(heardMs === null ? {} : { heard: timeOf(heardMs) }),
        ...(senders === undefined ? {} : { senders }),
        blind: blind.map(blindDocument),
        late: late.map(({ sender, lastMs, lateAfterMs }) => ({ sender, last: timeOf(lastMs), lateAfterMs })),
      });
    },
  };
}

export function blindDocument({ code, sinceMs, text }: Blindness): object {
  return { code, since: timeOf(sinceMs), text };
}
