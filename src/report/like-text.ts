import { type Clock, UTC_CLOCK } from './clock.ts';
import { defang } from './defang.ts';
import type { HostLabels } from './host-label.ts';
import type { Likeness } from './like.ts';
import { ASCII_GLYPHS, asciiOnly, COLUMNS, cut, escapeTerminal, pad, plural, UNICODE_GLYPHS } from './terminal.ts';
import { MARGIN, paragraph, section, severity, type TextStyle } from './text-page.ts';

export interface LikeTextOptions {
  readonly ascii?: boolean;
  readonly color?: boolean;
  readonly clock?: Clock;
}

const MAX_SHOWN = 100;
const MAX_VALUES = 6;

/** `triad hunt --like ID`: what was looked for, and what shares it elsewhere. */
export function renderLikeness(likeness: Likeness, label: HostLabels, options: LikeTextOptions = {}): string {
  const isAscii = options.ascii === true;
  const style: TextStyle = {
    glyphs: isAscii ? ASCII_GLYPHS : UNICODE_GLYPHS,
    color: options.color === true,
    clock: options.clock ?? UTC_CLOCK,
    label,
  };
  const shown = likeness.alike.slice(0, MAX_SHOWN);
  const lines = [
    `LIKE      ${likeness.kind} ${likeness.id}`,
    ...paragraph(`${likeness.title}.`, MARGIN),
    '',
    ...section(
      'BY',
      likeness.traits.flatMap((trait) => traitLines(trait, style)),
    ),
    '',
    ...shown.flatMap(({ level, id, host, title, time, incident, shared }) => [
      `${severity(level, style)}  ${id}  ${style.clock.stamp(time)}  ${escapeTerminal(label(host))}`,
      ...paragraph(`${title}.`, 2),
      ...shared.slice(0, MAX_VALUES).map(({ what, value }) => {
        const text = `  same ${pad(what, 14)} ${value}`;
        return cut(escapeTerminal(text.slice(0, 400)), COLUMNS, style.glyphs.ellipsis);
      }),
      ...(incident === undefined ? [] : [`  incident            ${incident}`]),
      '',
    ]),
    ...(likeness.alike.length > MAX_SHOWN
      ? [`and ${plural(likeness.alike.length - MAX_SHOWN, 'more')}; --format json lists all of them`, '']
      : []),
    `${plural(likeness.alike.length, 'other')} alike.`,
  ];
  const text = defang(`${lines.join('\n')}\n`);
  return isAscii ? asciiOnly(text) : text;
}

function traitLines({ what, values }: Likeness['traits'][number], style: TextStyle): string[] {
  const shown = values.slice(0, MAX_VALUES).map((value, index) => {
    const head = pad(index === 0 ? what : '', 15);
    return `${head}${cut(escapeTerminal(value.slice(0, 400)), COLUMNS - MARGIN - 15, style.glyphs.ellipsis)}`;
  });
  const more = values.length - MAX_VALUES;
  return more > 0 ? [...shown, `${pad('', 15)}and ${more} more`] : shown;
}

export function renderLikenessJson(likeness: Likeness): string {
  return `${JSON.stringify(likeness, undefined, 2)}\n`;
}
