import type { XmlElement } from './xml-element.ts';

/** Bounds of one document (L20); each is tested on both sides. */
export const XML_DEPTH = 64;
export const XML_ELEMENTS = 65_536;
export const XML_ATTRIBUTES = 256;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUERY = 0x3f;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;

/** What stops the reading of one document; thrown inside this file only. */
class XmlProblem extends Error {}

interface Open {
  readonly name: string;
  readonly qualified: string;
  readonly attributes: (readonly [string, string])[];
  readonly children: XmlElement[];
  text: string;
}

/**
 * Reads the narrow XML of Windows events: elements, attributes in either quotes, text, CDATA, comments, declarations, the five
 * entities and character references. Prefixes are dropped, carriage returns are kept (SETTLED B14). A DTD is refused: nothing
 * is ever expanded. Gives the root element, or in words what is wrong.
 */
export function parseXml(text: string): XmlElement | string {
  try {
    return new XmlReader(text).read();
  } catch (cause) {
    if (cause instanceof XmlProblem) return cause.message;
    throw cause;
  }
}

class XmlReader {
  readonly #text: string;
  #at = 0;
  #elements = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): XmlElement {
    const text = this.#text;
    const open: Open[] = [];
    let root: XmlElement | undefined;
    for (;;) {
      const from = this.#at;
      const next = text.indexOf('<', from);
      const end = next < 0 ? text.length : next;
      const parent = open.at(-1);
      if (end > from) {
        if (parent !== undefined) parent.text += this.#decoded(from, end);
        else if (!isBlank(text, from, end)) this.#fail(from, 'text outside of the root element');
      }
      if (next < 0) break;
      this.#at = next + 1;
      const code = text.charCodeAt(this.#at);
      if (code === SLASH) {
        const closed = this.#closeTag(open);
        const above = open.at(-1);
        if (above === undefined) root = closed;
        else above.children.push(closed);
      } else if (code === BANG) {
        this.#special(parent);
      } else if (code === QUERY) {
        this.#skipPast('?>', 'a processing instruction that does not end');
      } else {
        if (root !== undefined && open.length === 0) this.#fail(next, 'a second root element');
        const isEmpty = this.#openTag(open);
        if (!isEmpty) continue;
        const made = open.pop();
        if (made === undefined) continue;
        const above = open.at(-1);
        if (above === undefined) root = finished(made);
        else above.children.push(finished(made));
      }
    }
    const unclosed = open.at(-1);
    if (unclosed !== undefined) this.#fail(text.length, `<${unclosed.qualified}> is not closed`);
    if (root === undefined) this.#fail(0, 'no element');
    return root as XmlElement;
  }

  /** A comment, CDATA, or a DTD, which is refused. */
  #special(parent: Open | undefined): void {
    const text = this.#text;
    if (text.startsWith('!--', this.#at)) {
      this.#at += 3;
      this.#skipPast('-->', 'a comment that does not end');
      return;
    }
    if (!text.startsWith('![CDATA[', this.#at)) this.#fail(this.#at - 1, 'a DTD is not read');
    const from = this.#at + 8;
    const end = text.indexOf(']]>', from);
    if (end < 0) this.#fail(this.#at, 'a CDATA section that does not end');
    if (parent === undefined) this.#fail(this.#at, 'text outside of the root element');
    else parent.text += text.slice(from, end);
    this.#at = end + 3;
  }

  #skipPast(mark: string, problem: string): void {
    const end = this.#text.indexOf(mark, this.#at);
    if (end < 0) this.#fail(this.#at, problem);
    this.#at = end + mark.length;
  }

  #closeTag(open: Open[]): XmlElement {
    const text = this.#text;
    const end = text.indexOf('>', this.#at);
    if (end < 0) this.#fail(this.#at, 'an end tag that does not end');
    const name = text.slice(this.#at + 1, end).trimEnd();
    const last = open.pop();
    if (last === undefined || last.qualified !== name) {
      this.#fail(this.#at, `</${name.slice(0, 64)}> closes nothing`);
    }
    this.#at = end + 1;
    return finished(last as Open);
  }

  /** Reads a start tag onto the stack; true when it is an empty element. */
  #openTag(open: Open[]): boolean {
    const text = this.#text;
    const qualified = this.#name('an element');
    if (open.length >= XML_DEPTH) this.#fail(this.#at, `deeper than ${XML_DEPTH} elements`);
    if (++this.#elements > XML_ELEMENTS) this.#fail(this.#at, `more than ${XML_ELEMENTS} elements`);
    const attributes: (readonly [string, string])[] = [];
    open.push({ name: localName(qualified), qualified, attributes, children: [], text: '' });
    for (;;) {
      this.#skipBlanks();
      const code = text.charCodeAt(this.#at);
      if (code === GT) {
        this.#at++;
        return false;
      }
      if (code === SLASH && text.charCodeAt(this.#at + 1) === GT) {
        this.#at += 2;
        return true;
      }
      if (this.#at >= text.length) this.#fail(this.#at, `<${qualified}> does not end`);
      const name = this.#name('an attribute');
      this.#skipBlanks();
      if (text.charCodeAt(this.#at) !== EQUALS) this.#fail(this.#at, `the attribute ${name} has no value`);
      this.#at++;
      this.#skipBlanks();
      const quote = text.charCodeAt(this.#at);
      if (quote !== QUOTE && quote !== APOSTROPHE) this.#fail(this.#at, `the value of ${name} is not quoted`);
      const from = this.#at + 1;
      const end = text.indexOf(quote === QUOTE ? '"' : "'", from);
      if (end < 0) this.#fail(from, `the value of ${name} does not end`);
      if (attributes.length >= XML_ATTRIBUTES) this.#fail(from, `more than ${XML_ATTRIBUTES} attributes`);
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) attributes.push([localName(name), this.#decoded(from, end)]);
      this.#at = end + 1;
    }
  }

  #name(what: string): string {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    while (at < text.length && isNameCode(text.charCodeAt(at))) at++;
    if (at === from) this.#fail(from, `the name of ${what} is missing`);
    this.#at = at;
    return text.slice(from, at);
  }

  #skipBlanks(): void {
    while (isBlankCode(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  /** The text between two places with entities and character references resolved; an unknown one stays as it is. */
  #decoded(from: number, end: number): string {
    const text = this.#text;
    const raw = text.slice(from, end);
    if (!raw.includes('&')) return raw;
    return raw.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w{1,8});/g, (whole, name: string) => {
      if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
      const code = name.charAt(1) === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    });
  }

  #fail(at: number, problem: string): never {
    throw new XmlProblem(`${problem}, at character ${at}`);
  }
}

function finished(open: Open): XmlElement {
  return { name: open.name, attributes: open.attributes, children: open.children, text: open.text };
}

function localName(qualified: string): string {
  const colon = qualified.indexOf(':');
  return colon < 0 ? qualified : qualified.slice(colon + 1);
}

function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0xfeff;
}

function isBlank(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (!isBlankCode(text.charCodeAt(at))) return false;
  return true;
}

/** Everything but what ends a name in a tag: WMI property and field names hold what XML names may not. */
function isNameCode(code: number): boolean {
  return (
    code > 0x20 &&
    code !== LT &&
    code !== GT &&
    code !== SLASH &&
    code !== EQUALS &&
    code !== QUOTE &&
    code !== APOSTROPHE
  );
}
