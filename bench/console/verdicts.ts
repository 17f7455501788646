import { tableLines } from '../figures.ts';

/** A figure beside its bar, which it may reach and not exceed; a figure without one is told beside the others. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'KB' | 'MB' | 'tasks' | 'rows';
  readonly bar?: number;
  readonly beside?: string;
}

const DIGITS: Readonly<Record<Figure['unit'], number>> = { ms: 0, KB: 1, MB: 1, tasks: 0, rows: 0 };

/** Lines of a table: each figure, its bar, and whether it is met; what was not measured is missed. */
export function figureLines(figures: readonly Figure[]): readonly string[] {
  return tableLines([
    ['figure', 'measured', 'bar', '', ''],
    ...figures.map((figure) => {
      const { what, unit, value, bar, beside = '' } = figure;
      const text = (n: number): string => `${n.toFixed(DIGITS[unit])} ${unit}`;
      return [
        what,
        text(value),
        bar === undefined ? '' : text(bar),
        bar === undefined ? '' : isMet(figure) ? 'met' : 'MISSED',
        beside,
      ];
    }),
  ]);
}

export function isMet({ value, bar }: Figure): boolean {
  return bar === undefined || value <= bar;
}

/** The value that so many of a hundred do not exceed, by nearest rank. */
export function percentile(values: readonly number[], of100: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil((of100 / 100) * values.length) - 1)] ?? Number.NaN;
}
