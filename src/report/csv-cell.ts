import { escapeTerminal } from './terminal.ts';

/** What a spreadsheet may take for a formula at the start of a cell, full-width forms included (L20, PRODUCT 7). */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** Spreadsheets hold 32,767 characters a cell; details are cut well below, JSON has them whole. */
const MAX_CELL = 8000;

/** The text harmless in a spreadsheet and in a terminal: one line, no control characters, never a formula. */
export function guard(text: string): string {
  const bounded = text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
  const safe = escapeTerminal(bounded);
  return FORMULA.test(bounded) || FORMULA.test(safe) ? `'${safe}` : safe;
}

/** A guarded cell, in quotes where RFC 4180 asks for them. */
export function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = guard(value);
  return /[",\r\n]/.test(safe) ? quoted(safe) : safe;
}

/** A guarded cell that is always in quotes. */
export function quotedCell(value: string): string {
  return quoted(guard(value));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
