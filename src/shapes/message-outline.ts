/** A label of a rendered message with what stands behind it. */
export interface OutlineItem {
  readonly label: string;
  readonly value: string;
  /** Where the value begins in the message. */
  readonly start: number;
}

/** A label at the left edge: with a value of its own, or with labels below it. */
export interface OutlineGroup extends OutlineItem {
  readonly items: readonly OutlineItem[];
}

/** No message of Windows has as many labels; what comes after them is not read. */
export const MAX_OUTLINE_LABELS = 512;
/** Longest label, characters. */
const MAX_LABEL = 96;

/** Where a line's label ends and its value begins; undefined for a line without a label. */
function labelOf(message: string, from: number, end: number): { label: string; value: number } | undefined {
  const head = message.slice(from, Math.min(end, from + MAX_LABEL + 1));
  const colon = head.search(/[:：]/);
  if (colon <= 0) return undefined;
  let value = from + colon + 1;
  while (value < end && isBlank(message.charCodeAt(value))) value++;
  // One blank behind a colon is ordinary prose; labels are parted by tabs, or by two blanks (7045).
  const gap = message.slice(from + colon + 1, value);
  if (value < end && gap.length < 2 && gap !== '\t') return undefined;
  return { label: head.slice(0, colon).trim(), value };
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/**
 * The outline of a rendered message as Windows lays it out in every language: labels at the left edge, labels below them
 * behind one tab, values behind tabs, further lines of a value behind more. The first line is the title; a blank line ends a
 * value, and text without labels belongs to none.
 */
export function outlineOf(message: string): readonly OutlineGroup[] {
  const groups: (OutlineGroup & { items: OutlineItem[]; value: string })[] = [];
  let open: { value: string; readonly start: number } | undefined;
  let labels = 0;
  for (let from = message.indexOf('\n') + 1; from > 0 && labels < MAX_OUTLINE_LABELS; ) {
    const lineFeed = message.indexOf('\n', from);
    const lineEnd = lineFeed < 0 ? message.length : lineFeed;
    const end = lineEnd > from && message.charCodeAt(lineEnd - 1) === 0x0d ? lineEnd - 1 : lineEnd;
    const start = from;
    from = lineFeed + 1;
    if (message.slice(start, Math.min(end, start + 32)).trim() === '' && message.slice(start, end).trim() === '') {
      open = undefined;
      continue;
    }
    const depth = message.charCodeAt(start) === 0x09 ? (message.charCodeAt(start + 1) === 0x09 ? 2 : 1) : 0;
    const found = depth < 2 ? labelOf(message, start + depth, end) : undefined;
    const group = groups.at(-1);
    if (found === undefined || (depth === 1 && group === undefined)) {
      if (open !== undefined) open.value = message.slice(open.start, end);
      else if (depth === 2 && group !== undefined && group.items.length === 0) {
        // The value of a label stands below it: Enabled Privileges of 4703.
        const below = message.slice(start, end).trimStart();
        open = group;
        group.value = below;
      }
      continue;
    }
    labels++;
    const item = { label: found.label, value: message.slice(found.value, end), start: found.value };
    open = item;
    if (depth === 1 && group !== undefined) group.items.push(item);
    else {
      const next = { ...item, items: [] };
      groups.push(next);
      open = next;
    }
  }
  return groups;
}

/** Where a value ends that may hold blank lines: at the last place of the text that always follows it, else at a blank line. */
export function endOfLongValue(message: string, start: number, follows: string | undefined): number {
  const mark = follows === undefined ? -1 : message.lastIndexOf(follows);
  if (mark > start) return start + message.slice(start, mark).trimEnd().length;
  const blank = /\r?\n[ \t]*\r?\n/.exec(message.slice(start));
  return blank === null ? start + message.slice(start).trimEnd().length : start + blank.index;
}
