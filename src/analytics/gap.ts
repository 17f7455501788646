import { digestId } from '../bytes/index.ts';
import type { Gap } from '../windows/index.ts';

/** A gap with its id (SETTLED C16): the host, what is missing and since when. */
export function gap(fields: Omit<Gap, 'id' | 'blocks'>): Gap {
  return { id: digestId(['gap', fields.host, fields.what, fields.from ?? null]), ...fields, blocks: [] };
}
