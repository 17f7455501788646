/** Constants of the repository's files (CIM-REPOSITORY 1 to 6; names as in MS-WMIO where the structures are the same). */

/** Vista and later (SHA-256 names), or XP and 2003 (MD5 names). */
export type Layout = 'vista' | 'xp';

export const PAGE_BYTES = 8192;
/** Bytes of a record that still fit a page of its own: 8192 less the entry and the end mark of its table (CIM 3). */
export const ONE_PAGE_RECORD = 8160;
export const NO_PAGE = 0xffffffff;
export const NULL_REFERENCE = 0xffffffff;

/** Digits of a name's hash in hex. */
export function hashDigits(layout: Layout): number {
  return layout === 'vista' ? 64 : 32;
}
