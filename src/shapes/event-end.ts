/** What ends a CDATA section, a comment, or another declaration. */
export type ClosingMark = ']]>' | '-->' | '>';

/** What was found of the `<Event>` that begins at a place. */
export type EventEnd =
  | { readonly kind: 'end'; readonly end: number }
  /** Another Event opens first: this one was cut short. */
  | { readonly kind: 'cut' }
  /** Its end may come later; nothing before `searched` needs to be looked at again. */
  | { readonly kind: 'open'; readonly searched: number };

/** Bytes searched at first; most Events are found in the second step. */
const FIRST_STEP = 1024;
/** The same behind a comment or a section: an Event may hold nothing but those, and each is behind what was searched already. */
const STEP_BEHIND = 64;

/**
 * Looks for the end tag of the element `<name …>` that begins at `start`, from `searched` on (`start` at first). CDATA sections
 * and comments may hold anything; where they end is asked of `nextMark`, which may remember what it searched. No real Event holds an Event, so a second opening tag means that the first was cut.
 */
export function findEventEnd(
  bytes: Buffer,
  start: number,
  searched: number,
  to: number,
  name: string,
  nextMark: (mark: ClosingMark, from: number) => number = (mark, from) => bytes.indexOf(mark, from),
): EventEnd {
  let at = Math.max(start + 1, searched);
  let step = FIRST_STEP;
  while (at < to) {
    // In steps that grow: a search of the whole block for each Event would be quadratic.
    const limit = Math.min(to, at + step);
    const close = indexOfTag(bytes, `</${name}`, at, limit);
    const open = indexOfTag(bytes, `<${name}`, at, close < 0 ? limit : close);
    const nearest = open < 0 ? (close < 0 ? limit : close) : open;
    const special = bytes.subarray(0, nearest).indexOf('<!', at);
    if (special >= 0) {
      const after = afterSpecial(bytes, special, to, nextMark);
      if (after < 0) return { kind: 'open', searched: special };
      at = after;
      step = STEP_BEHIND;
      continue;
    }
    if (open >= 0) return { kind: 'cut' };
    if (close >= 0) {
      const end = bytes.subarray(0, to).indexOf(0x3e, close);
      return end < 0 ? { kind: 'open', searched: close } : { kind: 'end', end: end + 1 };
    }
    if (limit === to) break;
    // A tag may lie across the border of two steps.
    at = Math.max(at, limit - name.length - 3);
    step *= 2;
  }
  return { kind: 'open', searched: Math.max(start + 1, searched, to - name.length - 3) };
}

/** Index of a tag whose name ends after these characters, -1 when there is none before `to` or its name is not whole yet. */
function indexOfTag(bytes: Buffer, tag: string, from: number, to: number): number {
  const body = bytes.subarray(0, to);
  for (let at = body.indexOf(tag, from); at >= 0; at = body.indexOf(tag, at + 1)) {
    const next = body[at + tag.length];
    if (next === undefined) return -1;
    if (next <= 0x20 || next === 0x3e || next === 0x2f) return at;
  }
  return -1;
}

/** Index after the CDATA section or comment that begins at `at`, -1 when it goes on. */
function afterSpecial(
  bytes: Buffer,
  at: number,
  to: number,
  nextMark: (mark: ClosingMark, from: number) => number,
): number {
  const head = bytes.toString('latin1', at, Math.min(to, at + 9));
  if ('<![CDATA['.startsWith(head) && head.length < 9) return -1;
  if ('<!--'.startsWith(head) && head.length < 4) return -1;
  const mark: ClosingMark = head === '<![CDATA[' ? ']]>' : head.startsWith('<!--') ? '-->' : '>';
  const end = nextMark(mark, at + (mark === ']]>' ? 9 : mark === '-->' ? 4 : 2));
  return end < 0 || end + mark.length > to ? -1 : end + mark.length;
}
