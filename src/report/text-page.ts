import type { Level } from '../windows/index.ts';
import type { Clock } from './clock.ts';
import { placeName } from './evidence-address.ts';
import type { HostLabels } from './host-label.ts';
import { COLUMNS, cut, escapeTerminal, type Glyphs, pad, paint, wrap } from './terminal.ts';

/** How a text is drawn: the same content on every kind of console. */
export interface TextStyle {
  readonly glyphs: Glyphs;
  readonly color: boolean;
  readonly clock: Clock;
  readonly label: HostLabels;
  /** What has all of an incident, where `triad explain` cannot read it. */
  readonly whole?: string;
}

/** Columns of the word that begins a section: `BLIND     `. */
export const MARGIN = 10;

/** A section: its word in the margin of the first line, the rest below one another. */
export function section(word: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${pad(index === 0 ? word : '', MARGIN)}${line}`.trimEnd());
}

/** Escaped and wrapped to what is left of the line after `indent` columns; every line starts with the indent. */
export function paragraph(text: string, indent: number, hanging: number = indent): string[] {
  const lines = wrap(escapeTerminal(text), COLUMNS - Math.max(indent, hanging));
  return lines.map((line, index) => ' '.repeat(index === 0 ? indent : hanging) + line);
}

/** Left text and right text on one line; the left one is cut where both do not fit. */
export function spread(left: string, right: string, style: TextStyle): string {
  const room = COLUMNS - right.length - 2;
  return `${pad(cut(left, room, style.glyphs.ellipsis), room)}  ${right}`;
}

/** Mark and word of a level, in its colour when colour is on. */
export function severity(level: Level, style: TextStyle): string {
  return paint(`${style.glyphs.mark[level]} ${level.toUpperCase()}`, level, style.color);
}

/** A place for people, escaped. */
export function placeText(evidence: { readonly file: string; readonly container?: readonly string[] }): string {
  return escapeTerminal(placeName(evidence));
}
