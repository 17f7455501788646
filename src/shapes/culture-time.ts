import { statedTime } from './stated-time.ts';
import type { StatedTime } from './types.ts';

/** `1/14/2021 11:41:09 PM`, `14.01.2021 23:41:09`, `2021/01/14 23:41`: three numbers, a clock, perhaps a half of the day. */
const NUMBERS =
  /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4}),? (\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,7}))?)?(?: ?([AaPp])\.?[Mm]\.?)?$/;
/** `Jan 14, 2021 @ 23:41:09.357`, as Kibana shows times. */
const KIBANA = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) @ (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A time as a program shows it to people, in the order of some culture; always local. With slashes the month comes first unless
 * it cannot be one, with dots and dashes the day. Where that guess is wrong and Sysmon's own times stand beside it, the clock of
 * the source puts it right (SETTLED B8). Undefined for anything else.
 */
export function cultureTime(text: string): StatedTime | undefined {
  if (text.length > 40) return undefined;
  const trimmed = text.replaceAll(/[\u00a0\u202f]/g, ' ').trim();
  const kibana = KIBANA.exec(trimmed);
  if (kibana !== null) {
    const month = MONTHS.indexOf(kibana[1] ?? '') + 1;
    return timeOf(kibana[3], month, kibana[2], kibana.slice(4, 8));
  }
  const match = NUMBERS.exec(trimmed);
  if (match === null) return undefined;
  const [, first = '', mark, second = '', third = '', hours = '', minutes, seconds, fraction, half] = match;
  const clock = [half === undefined ? hours : hoursOf(Number(hours), half), minutes, seconds ?? '00', fraction];
  if (first.length === 4) return timeOf(first, second, third, clock);
  if (third.length !== 4) return undefined;
  const isDayFirst = mark !== '/' || Number(first) > 12;
  return isDayFirst ? timeOf(third, second, first, clock) : timeOf(third, first, second, clock);
}

function hoursOf(written: number, half: string): string {
  return String((written % 12) + (half.toUpperCase() === 'P' ? 12 : 0));
}

type Part = string | number | undefined;

function timeOf(year: Part, month: Part, day: Part, clock: readonly Part[]): StatedTime | undefined {
  const two = (part: Part): string => String(part ?? '').padStart(2, '0');
  const [hours, minutes, seconds, fraction] = clock;
  const rest = fraction === undefined ? '' : `.${fraction}`;
  return statedTime(`${year}-${two(month)}-${two(day)}T${two(hours)}:${two(minutes)}:${two(seconds)}${rest}`);
}
