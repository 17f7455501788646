/**
 * Height that a list gets at most, px. Layout of Chromium ends at 33,554,428 px, and what is painted beyond 16,777,216 loses whole pixels (a float has 24 bits):
 * more rows than fit share the height, and a step of scrolling goes further.
 */
export const MOST_PX = 15_000_000;

/** A list of rows of one height, and the part of it that is on screen. */
export interface TallList {
  readonly rows: number;
  readonly rowHeight: number;
  /** Px of height that are visible. */
  readonly viewHeight: number;
}

/** Px that the list is high. */
export function drawnHeight({ rows, rowHeight }: Pick<TallList, 'rows' | 'rowHeight'>): number {
  return Math.min(rows * rowHeight, MOST_PX);
}

/** Px of rows that go by for each px that is scrolled; 1 where all rows fit. */
export function stepOf(list: TallList): number {
  const { rows, rowHeight, viewHeight } = list;
  const drawn = drawnHeight(list);
  const whole = rows * rowHeight;
  return whole === drawn ? 1 : (whole - viewHeight) / (drawn - viewHeight);
}

/** Where row 0 stands, px from the top of the list, so that what belongs at this place of scrolling is on screen: 0 where all rows fit, else less. */
export function shiftOf(list: TallList, scrollTop: number): number {
  return scrollTop - scrollTop * stepOf(list);
}
