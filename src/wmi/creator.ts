import { isSidText, sidFromBytes } from '../windows/index.ts';
import { type MofInstance, mofProperty } from './mof-reader.ts';

/**
 * The SID in the `CreatorSID` of a filter, consumer or binding (DOMAIN 1.1, 2.2 #9): an array of bytes, or its text
 * where a source already resolved it. Undefined when it is absent, cut or no SID.
 */
export function creatorSidOf(instance: MofInstance): string | undefined {
  const value = mofProperty(instance, 'CreatorSID');
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return isSidText(value) ? value.toUpperCase() : undefined;
  return sidFromBytes(value.map((item) => (/^\d{1,3}$/.test(item) ? Number(item) : -1)));
}
