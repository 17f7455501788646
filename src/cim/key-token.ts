/** Where a key says that a record lies: logical page, record id, bytes (CIM 5). */
export interface Locator {
  readonly page: number;
  readonly id: number;
  readonly size: number;
}

/** One token of a key, taken apart: `CI_HASH`, or `IL_HASH.page.id.size` (CIM 5). */
export interface KeyToken {
  readonly prefix: string;
  readonly hash: string;
  /** Undefined where no numbers follow; `null` where something follows that is none. */
  readonly locator: Locator | null | undefined;
}

/**
 * Takes a token apart. Tokens are shared by the keys of a page and pages by generations, so that this is done once for
 * each of them.
 */
export function readToken(text: string): KeyToken {
  const mark = text.indexOf('_');
  const dot = text.indexOf('.', mark + 1);
  if (mark < 0) return { prefix: '', hash: text, locator: undefined };
  const prefix = text.slice(0, mark);
  if (dot < 0) return { prefix, hash: text.slice(mark + 1), locator: undefined };
  return { prefix, hash: text.slice(mark + 1, dot), locator: readLocator(text, dot + 1) ?? null };
}

/** Reads `page.id.size` from `from` to the end; undefined when it is anything else. */
function readLocator(token: string, from: number): Locator | undefined {
  const numbers = [0, 0, 0];
  let which = 0;
  let digits = 0;
  for (let i = from; i < token.length; i++) {
    const code = token.charCodeAt(i);
    if (code === 0x2e) {
      if (digits === 0 || ++which > 2) return undefined;
      digits = 0;
    } else if (code >= 0x30 && code <= 0x39 && digits < 10) {
      numbers[which] = (numbers[which] ?? 0) * 10 + code - 0x30;
      digits++;
    } else return undefined;
  }
  const [page = 0, id = 0, size = 0] = numbers;
  if (which !== 2 || digits === 0 || page > 0xffffffff || id > 0xffffffff || size > 0xffffffff) return undefined;
  return { page, id, size };
}
