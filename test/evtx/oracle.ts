import type { Element, Part, PlainValue, Value } from '../../testkit/index.ts';

/** A plain second way from a template and its values to canonical XML (EVTX 5.3, 5.4, 6.1), for properties only. */

function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

function escapeAttribute(text: string): string {
  return escapeText(text)
    .replace(/"/g, '&quot;')
    .replace(/\t/g, '&#9;')
    .replace(/\n/g, '&#10;')
    .replace(/\r/g, '&#13;');
}

const plainOf = (value: Value | undefined): PlainValue | undefined => (value?.kind === 'plain' ? value : undefined);

function isNull(value: Value | undefined): boolean {
  return value === undefined || plainOf(value)?.text === null;
}

/** The text of a part that is no element, with array slots set to the item chosen. */
function partText(part: Part, values: readonly Value[], items: ReadonlyMap<Part, string>): string {
  if (part.kind === 'text' || part.kind === 'cdata') return part.text;
  if (part.kind === 'charRef') return String.fromCharCode(part.code);
  if (part.kind !== 'slot') return '';
  const value = plainOf(values[part.index]);
  return items.get(part) ?? value?.items?.join(',') ?? value?.text ?? '';
}

/** Each choice of one item from every array in the content; one empty choice for an array without items. */
function choices(content: readonly Part[], values: readonly Value[]): Map<Part, string>[] {
  let all: Map<Part, string>[] = [new Map()];
  for (const part of content) {
    if (part.kind !== 'slot') continue;
    const items = plainOf(values[part.index])?.items;
    if (items === undefined) continue;
    const given = items.length === 0 ? [''] : items;
    all = all.flatMap((before) => given.map((item) => new Map([...before, [part, item]])));
  }
  return all;
}

/** Canonical XML of an element of a template. */
export function renderXml(element: Element, values: readonly Value[]): string {
  const optional = element.content.find((part) => part.kind === 'slot' && part.isOptional);
  if (optional?.kind === 'slot' && isNull(values[optional.index])) return '';
  let attributes = '';
  for (const { name, parts } of element.attributes) {
    const text = parts.map((part) => partText(part, values, new Map())).join('');
    if (text === '' && parts.some(({ kind }) => kind === 'slot')) continue;
    attributes += ` ${name}="${escapeAttribute(text)}"`;
  }
  return choices(element.content, values)
    .map((items) => {
      // Neighbouring texts are one text: a surrogate pair may lie across their border.
      let content = '';
      let run = '';
      for (const part of element.content) {
        if (part.kind === 'element') {
          content += escapeText(run) + renderXml(part, values);
          run = '';
        } else {
          run += partText(part, values, items);
        }
      }
      content += escapeText(run);
      return content === ''
        ? `<${element.name}${attributes}/>`
        : `<${element.name}${attributes}>${content}</${element.name}>`;
    })
    .join('');
}
