import { hostname } from 'node:os';
import type { Origin } from '../../sinks/index.ts';
import type { ServeRequest } from '../serve-request.ts';

/** Who sends messages, and where people read more: at the address that they use, else where it listens. */
export function originOf({ settings, version }: Pick<ServeRequest, 'settings' | 'version'>, listening: string): Origin {
  const url = (settings.publicUrl ?? listening).replace(/\/$/, '');
  return { url, version, host: hostname() };
}
