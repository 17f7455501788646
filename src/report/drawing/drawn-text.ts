import { type Drawing, type Drawn, draw, EMPTY } from './drawn.ts';
import { bounded, MAX_TEXT, visible } from './shown-text.ts';

/** Longer tokens may break anywhere. */
const MAX_UNBROKEN = 40;

/** A value in its own place, up to `max` characters. */
export function wholeText(text: string, max: number): Drawing {
  return [visible(bounded(text, max))];
}

/** The text with host names, accounts, dates and flags kept whole: a browser would break them at hyphens. */
export function unbroken(text: string, max: number = MAX_TEXT): Drawing {
  return keepTokens(visible(bounded(text, max)));
}

/**
 * {@link unbroken} of a text that must be copied exactly as it is. An element without content stands in its addresses: what is
 * copied is whole, and nothing that looks for addresses in the file finds one to make a link of.
 */
export function exactText(text: string): Drawing {
  return broken(keepTokens(text), /\b([hf])(?=t{1,2}ps?:\/\/)/gi);
}

/** An account that may break behind its domain, and nowhere else while it fits. */
export function accountName(text: string): Drawing {
  return broken(keepTokens(visible(bounded(text, MAX_TEXT))), /\\/g);
}

const BREAK: Drawing = draw`<wbr>`;

/** The drawing with a place to break behind each match in its texts. */
function broken(drawing: Drawing, behind: RegExp): Drawing {
  return drawing.flatMap((item): Drawing => {
    if (typeof item !== 'string') return [{ ...item, children: broken(item.children, behind) }];
    const ends = [...item.matchAll(behind)].map((match) => match.index + match[0].length);
    if (ends.length === 0) return [item];
    return [0, ...ends].flatMap((from, index) => {
      const text = item.slice(from, ends[index]);
      return [...(index === 0 ? EMPTY : BREAK), ...(text === '' ? [] : [text])];
    });
  });
}

function keepTokens(text: string): Drawing {
  const drawn: (Drawn | string)[] = [];
  let plain = '';
  // Split at separators first: one pattern for a whole token would look at a long one again from each of its characters.
  for (const token of text.split(/([\s,;:()|]+)/)) {
    if (token.length > 1 && token.length <= MAX_UNBROKEN && token.includes('-')) {
      if (plain !== '') drawn.push(plain);
      plain = '';
      drawn.push({ tag: 'span', attrs: { class: 'nb' }, children: [token] });
    } else plain += token;
  }
  if (plain !== '') drawn.push(plain);
  return drawn;
}
