import type { JoinRowOpener } from './call.ts';
import { openJ02 } from './j02.ts';
import { openJ03 } from './j03.ts';
import { openJ04 } from './j04.ts';
import { openJ09 } from './j09.ts';
import { openJ21 } from './j21.ts';

/**
 * The rows of the join table that name sources, in the order in which their claims are told: of two claims of one strength
 * the earlier one says which process it was.
 */
export const JOIN_ROWS: readonly JoinRowOpener[] = [openJ02, openJ03, openJ04, openJ09, openJ21];
