import type { InspectedSample, InspectedText } from './inspection.ts';
import { COLUMNS, count, escapeTerminal, plural, wrap } from './terminal.ts';

const INDENT = '    ';

/** What a text is: shapes and why, encoding, clock, losses, samples. */
export function textLines(text: InspectedText): string[] {
  const lines: string[] = [];
  const say = (words: string, hang = '  '): void => {
    const [first = '', ...rest] = wrap(escapeTerminal(words), COLUMNS - INDENT.length - hang.length);
    lines.push(INDENT + first, ...rest.map((line) => INDENT + hang + line));
  };
  for (const { shape, title, count: n, why } of text.units) {
    say(
      `${shape}${title === undefined ? '' : ` ${title}`}: ${plural(n, 'unit')}${why === undefined ? '' : `, by ${why}`}`,
    );
  }
  say(`encoding ${text.encoding}`);
  for (const words of text.clock) say(`clock: ${words}`);
  if (text.skippedByFilter > 0) say(`${count(text.skippedByFilter)} of kinds that no analytic reads`);
  if (text.contentLost > 0) say(`${plural(text.contentLost, 'record')} without content`);
  if (text.detections > 0) say(`${plural(text.detections, 'detection')} of other tools, listed apart by hunt`);
  if (text.rejectedBytes > 0) say(`${count(text.rejectedBytes)} bytes rejected`);
  for (const { shape, what, count: n, close, blinds } of text.losses) {
    const so = blinds.length === 0 ? 'blinds no analytic' : `may blind ${blinds.join(', ')}`;
    say(`loses (${shape}): ${what}; ${plural(n, 'record')}; ${so}; ${close}`);
  }
  for (const sample of text.samples ?? []) lines.push(...sampleLines(sample));
  if (text.proposedMap !== undefined) {
    say(
      'No unit is of a known shape. A mapping to begin with, for --map (docs/mapping.md); FIELD stands for what is not clear:',
    );
    for (const line of text.proposedMap.trimEnd().split('\n')) lines.push(`${INDENT}  ${escapeTerminal(line)}`);
  }
  return lines;
}

function sampleLines({ shape, line, offset, fields, leftOut }: InspectedSample): string[] {
  const lines = [`${INDENT}unit on line ${line}, 0x${offset.toString(16)}, as ${escapeTerminal(shape)}`];
  const push = (text: string): void => {
    const [first = '', ...rest] = wrap(escapeTerminal(text), COLUMNS - INDENT.length - 6);
    lines.push(`${INDENT}  ${first}`, ...rest.map((row) => `${INDENT}      ${row}`));
  };
  for (const { field, value, from } of fields) push(`${from ?? '(made)'} -> ${field} = ${value}`);
  if (leftOut.length > 0) push(`left out: ${leftOut.join(', ')}`);
  return lines;
}
