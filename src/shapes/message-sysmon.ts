import { type FieldLayout, fieldLayoutOf } from '../windows/index.ts';
import type { RawField } from './shaped-event.ts';

const SYSMON = 'Microsoft-Windows-Sysmon';
/** Fields of an event that the table does not know yet: `Name: value` with a name as Sysmon makes them. */
const FIELD_NAME = /^[A-Z][A-Za-z0-9]{1,39}$/;
const MAX_NAME = 40;
/** No Sysmon event has as many fields. */
const MAX_FIELDS = 64;

/** A line that may begin a field. */
interface FieldLine {
  readonly name: string;
  /** Where the line begins, and where its value does. */
  readonly start: number;
  readonly value: number;
}

/**
 * The fields in the rendered message of a Sysmon event: `Name: value` in every language (SETTLED B15), from the second line
 * on. A value may have lines of its own, and a hostile one may hold lines that look like fields: a field counts only where
 * its place between the others leaves no choice, and what lies between two fields belongs to the first of them, so that
 * nothing forged is taken for a field and nothing is lost from view.
 */
export function sysmonMessageFields(eventId: number, message: string): readonly RawField[] | undefined {
  const layout = fieldLayoutOf(SYSMON, eventId);
  const lines = fieldLines(message, layout);
  const sure = sureLines(lines, layout);
  if (sure.length < 2 || !sure.some(({ name }) => name === 'UtcTime')) return undefined;
  return sure.map(({ name, value }, index): RawField => {
    const next = sure[index + 1];
    return [name, message.slice(value, endOfValue(message, value, next?.start ?? message.length))];
  });
}

function fieldLines(message: string, layout: FieldLayout | undefined): readonly FieldLine[] {
  const lines: FieldLine[] = [];
  // The first line is the title of the event.
  for (let start = lineAfter(message, 0); start >= 0; start = lineAfter(message, start)) {
    const colon = message.slice(start, start + MAX_NAME + 1).indexOf(':');
    if (colon <= 0) continue;
    const after = message.charAt(start + colon + 1);
    if (after !== ' ' && after !== '\n' && after !== '\r' && after !== '') continue;
    const written = message.slice(start, start + colon);
    const name = layout === undefined ? (FIELD_NAME.test(written) ? written : undefined) : layout.field(written)?.name;
    if (name !== undefined) lines.push({ name, start, value: start + colon + (after === ' ' ? 2 : 1) });
  }
  return lines;
}

/** Where the next line begins, -1 when there is none. */
function lineAfter(message: string, from: number): number {
  const lineFeed = message.indexOf('\n', from);
  return lineFeed < 0 ? -1 : lineFeed + 1;
}

/** A value without the line end that parts it from the next field. */
function endOfValue(message: string, from: number, to: number): number {
  let end = to;
  if (end > from && message.charCodeAt(end - 1) === 0x0a) end--;
  if (end > from && message.charCodeAt(end - 1) === 0x0d) end--;
  return end;
}

function sureLines(lines: readonly FieldLine[], layout: FieldLayout | undefined): readonly FieldLine[] {
  const byName = new Map<string, FieldLine[]>();
  for (const line of lines) {
    const known = byName.get(line.name);
    if (known !== undefined) known.push(line);
    else if (byName.size < MAX_FIELDS) byName.set(line.name, [line]);
  }
  const once = [...byName.values()].flatMap((found) => (found.length === 1 ? found : []));
  if (layout === undefined) return once;
  const rank = new Map(layout.fields.map(({ name }, index) => [name, index]));
  const rankOf = ({ name }: FieldLine): number => rank.get(name) ?? 0;
  const sure = longestRise(once, rankOf);
  // A name that stands several times counts where only one of its lines fits between its neighbours.
  for (const [name, found] of byName) {
    if (found.length === 1) continue;
    const at = rank.get(name) ?? 0;
    const before = sure.findLast((line) => rankOf(line) < at)?.start ?? -1;
    const after = sure.find((line) => rankOf(line) > at)?.start ?? Number.POSITIVE_INFINITY;
    const fitting = found.filter(({ start }) => start > before && start < after);
    const [only] = fitting;
    if (only === undefined || fitting.length > 1) continue;
    const index = sure.findIndex((line) => rankOf(line) > at);
    sure.splice(index < 0 ? sure.length : index, 0, only);
  }
  return sure;
}

/** The longest run of lines, not necessarily adjacent, whose names stand in the order of the layout. */
function longestRise(lines: readonly FieldLine[], rankOf: (line: FieldLine) => number): FieldLine[] {
  const length: number[] = [];
  const previous: number[] = [];
  let last = -1;
  for (const [index, line] of lines.entries()) {
    let best = 0;
    let from = -1;
    for (const [earlier, other] of lines.slice(0, index).entries()) {
      const reached = length[earlier] ?? 0;
      if (reached <= best || rankOf(other) >= rankOf(line)) continue;
      best = reached;
      from = earlier;
    }
    length.push(best + 1);
    previous.push(from);
    if (last < 0 || best + 1 > (length[last] ?? 0)) last = index;
  }
  const run: FieldLine[] = [];
  for (let index = last; index >= 0; index = previous[index] ?? -1) {
    const line = lines[index];
    if (line !== undefined) run.unshift(line);
  }
  return run;
}
