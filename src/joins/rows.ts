import type { JoinRowOpener } from './call.ts';
import { openJ02 } from './j02.ts';
import { openJ03 } from './j03.ts';
import { openJ04 } from './j04.ts';
import { openJ05 } from './j05.ts';
import { openJ06 } from './j06.ts';
import { openJ07 } from './j07.ts';
import { openJ08 } from './j08.ts';
import { openJ09 } from './j09.ts';
import { openJ10 } from './j10.ts';
import { openJ11 } from './j11.ts';
import { openJ16 } from './j16.ts';
import { openJ17 } from './j17.ts';
import { openJ20 } from './j20.ts';
import { openJ21 } from './j21.ts';

/**
 * The rows of the join table that name sources, in the order in which their claims are told: of two claims of one strength
 * the earlier one says which process it was.
 */
export const JOIN_ROWS: readonly JoinRowOpener[] = [
  openJ02,
  openJ03,
  openJ04,
  openJ10,
  openJ11,
  openJ16,
  openJ05,
  openJ07,
  openJ17,
  openJ06,
  openJ08,
  openJ09,
  openJ21,
  openJ20,
];
