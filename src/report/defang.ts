/**
 * Addresses made unclickable for display: `hxxps://`. The exact text stands in JSON (SETTLED A30). Only the scheme changes,
 * so that a reader can undo it by eye and a search for the host still finds it.
 */
export function defang(text: string): string {
  return text.replace(/\b(h)tt(ps?:\/\/)|\b(f)t(ps?:\/\/)/gi, (_match, h, rest, f, tail) =>
    h === undefined ? `${f}x${tail}` : `${h}xx${rest}`,
  );
}
