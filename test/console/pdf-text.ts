import { inflateSync } from 'node:zlib';

/** What stands on a sheet of a PDF of Chromium, and how large the sheet is. */
export interface Sheet {
  /** Points. */
  readonly width: number;
  readonly height: number;
  /** As it is drawn, in the order of the file. */
  readonly text: string;
}

/** The sheets of a PDF as Chromium writes it: objects one after the other, texts as numbers of glyphs, and tables that say which letters those are. */
export function sheetsOf(pdf: Buffer): readonly Sheet[] {
  const objects = objectsOf(pdf);
  const letters = new Map<string, ReadonlyMap<string, string>>();
  for (const [number, { head }] of objects) {
    const table = /\/ToUnicode (\d+) 0 R/.exec(head)?.[1];
    if (table !== undefined) letters.set(`F${number}`, lettersOf(objects.get(table)?.stream ?? ''));
  }
  return [...objects.values()]
    .filter(({ head }) => /\/Type \/Page\b/.test(head))
    .map(({ head }) => {
      const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(head) ?? [];
      const content = objects.get(/\/Contents (\d+) 0 R/.exec(head)?.[1] ?? '')?.stream ?? '';
      return { width: Number(width), height: Number(height), text: textOf(content, letters) };
    });
}

interface PdfObject {
  readonly head: string;
  readonly stream: string;
}

function objectsOf(pdf: Buffer): ReadonlyMap<string, PdfObject> {
  const text = pdf.toString('latin1');
  const found = new Map<string, PdfObject>();
  for (const { 1: number = '', index, 0: begin } of text.matchAll(/^(\d+) 0 obj\n/gm)) {
    const end = text.indexOf('endobj', index);
    const at = text.indexOf('stream\n', index);
    const hasStream = at >= 0 && at < end;
    const head = text.slice(index + begin.length, hasStream ? at : end);
    const bytes = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0);
    const isPacked = hasStream && head.includes('/FlateDecode') && !head.includes('/Image');
    const stream = isPacked ? inflateSync(pdf.subarray(at + 7, at + 7 + bytes)).toString('latin1') : '';
    found.set(number, { head, stream });
  }
  return found;
}

const charOf = (hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));

/** Letters by numbers of glyphs, as four digits: of single ones (`bfchar`) and of rows of them (`bfrange`). */
function lettersOf(table: string): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  for (const [, part = ''] of table.matchAll(/beginbfchar\n([\s\S]*?)endbfchar/g))
    for (const [, glyph = '', letter = ''] of part.matchAll(/<(\w{4})> <(\w{4})/g)) letters.set(glyph, charOf(letter));
  for (const [, part = ''] of table.matchAll(/beginbfrange\n([\s\S]*?)endbfrange/g))
    for (const [, first = '', last = '', letter = ''] of part.matchAll(/<(\w{4})> <(\w{4})> <(\w{4})>/g))
      for (let at = Number.parseInt(first, 16); at <= Number.parseInt(last, 16); at++)
        letters.set(
          at.toString(16).toUpperCase().padStart(4, '0'),
          String.fromCharCode(Number.parseInt(letter, 16) + at - Number.parseInt(first, 16)),
        );
  return letters;
}

function textOf(content: string, letters: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  let font: ReadonlyMap<string, string> | undefined;
  const texts: string[] = [];
  for (const [, name, glyphs] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<(\w+)>/g)) {
    if (name !== undefined) font = letters.get(name);
    else texts.push((glyphs?.match(/\w{4}/g) ?? []).map((glyph) => font?.get(glyph) ?? '?').join(''));
  }
  return texts.join('');
}
