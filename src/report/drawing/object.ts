import { type Drawing, type DrawnObject, draw } from './drawn.ts';
import { visible } from './shown-text.ts';

export type ObjectKind = DrawnObject['kind'];

/**
 * A value of evidence in a drawing, as what it is: the page gives it its menu (SETTLED G15). It is no element, so that the report, which has no
 * menus, is written as if nothing stood around it. `shown` where it is drawn otherwise than as its text.
 */
export function objectOf(kind: ObjectKind, value: string, shown: Drawing | string = value): Drawing {
  const children = typeof shown === 'string' ? draw`${shown}` : shown;
  return value === '' ? children : [{ tag: '', attrs: {}, children, object: { kind, value } }];
}

/** The drawing with the first place of a value in each of its texts marked as what it is. */
export function markedIn(drawing: Drawing, kind: ObjectKind, value: string): Drawing {
  const text = visible(value);
  if (text === '') return drawing;
  return drawing.flatMap((item): Drawing => {
    if (typeof item !== 'string') return [{ ...item, children: markedIn(item.children, kind, value) }];
    const at = item.indexOf(text);
    if (at < 0) return [item];
    const [before, behind] = [item.slice(0, at), item.slice(at + text.length)];
    const own = { tag: '', attrs: {}, children: [text], object: { kind, value } };
    return [...(before === '' ? [] : [before]), own, ...(behind === '' ? [] : [behind])];
  });
}

/** A machine goes by a name or by an address. */
export function machineKind(name: string): 'host' | 'address' {
  return /^[\d.]+$|:/.test(name) ? 'address' : 'host';
}

/** Of what a payload names, by the word for it. */
export function indicatorKind(word: string): ObjectKind {
  if (word === 'ip') return 'address';
  if (word === 'account' || word === 'domain') return word;
  return /^(?:sha|md5)/.test(word) ? 'hash' : 'value';
}
