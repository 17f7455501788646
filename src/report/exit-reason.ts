import type { Level } from '../windows/index.ts';

/** What an exit code says (PRODUCT 5). */
export function exitReason(exit: number, failLevel: Level | 'never'): string {
  switch (exit) {
    case 0:
      return failLevel === 'never' ? 'asked never to fail on a finding' : `nothing at or above ${failLevel}`;
    case 1:
      return `something at or above ${failLevel}`;
    case 2:
      return 'usage or configuration is wrong';
    case 3:
      return 'evidence could not be read';
    case 130:
      return 'interrupted, partial';
    case 143:
      return 'ended by a signal, partial';
    default:
      return 'internal error or lost output';
  }
}
