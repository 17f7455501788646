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

/** What ends a name in a tag; all else may stand in one: WMI property and field names hold what XML names may not. */
const ENDS_NAME = new Uint8Array(64).fill(1, 0, 0x21);
for (const code of [LT, GT, SLASH, EQUALS, QUOTE, APOSTROPHE]) ENDS_NAME[code] = 1;

/** What stops the reading of one document; thrown inside this file only. */
class XmlProblem extends Error {}

interface Growing {
  readonly name: string;
  attributes: readonly (readonly [string, string])[];
  children: readonly XmlElement[];
  text: string;
}

/** Shared by the many elements that have none. */
const NO_ATTRIBUTES: readonly (readonly [string, string])[] = Object.freeze([]);
const NO_CHILDREN: readonly XmlElement[] = Object.freeze([]);

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
  #root: Growing | undefined;
  /** Elements that are not closed, with their children and their names as written. */
  readonly #open: Growing[] = [];
  readonly #children: (XmlElement[] | undefined)[] = [];
  readonly #names: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): XmlElement {
    const text = this.#text;
    for (;;) {
      const from = this.#at;
      const next = text.indexOf('<', from);
      const end = next < 0 ? text.length : next;
      const parent = this.#open.at(-1);
      if (end > from) {
        if (parent !== undefined) parent.text += this.#decoded(from, end);
        else if (!isBlank(text, from, end)) this.#fail(from, 'text outside of the root element');
      }
      if (next < 0) break;
      this.#at = next + 1;
      const code = text.charCodeAt(this.#at);
      if (code === SLASH) {
        this.#closeTag();
      } else if (code === BANG) {
        this.#special(parent);
      } else if (code === QUERY) {
        this.#skipPast('?>', 'a processing instruction that does not end');
      } else {
        if (this.#root !== undefined && parent === undefined) this.#fail(next, 'a second root element');
        this.#openTag();
      }
    }
    const unclosed = this.#names.at(-1);
    if (unclosed !== undefined) this.#fail(text.length, `<${unclosed}> is not closed`);
    if (this.#root === undefined) this.#fail(0, 'no element');
    return this.#root as XmlElement;
  }

  /** A comment, CDATA, or a DTD, which is refused. */
  #special(parent: Growing | undefined): void {
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

  #closeTag(): void {
    const text = this.#text;
    const last = this.#names.pop();
    const after = this.#at + 1 + (last?.length ?? 0);
    if (last !== undefined && text.charCodeAt(after) === GT && text.startsWith(last, this.#at + 1)) {
      this.#at = after + 1;
    } else {
      const end = text.indexOf('>', this.#at);
      if (end < 0) this.#fail(this.#at, 'an end tag that does not end');
      const name = text.slice(this.#at + 1, end).trimEnd();
      if (last !== name) this.#fail(this.#at, `</${name.slice(0, 64)}> closes nothing`);
      this.#at = end + 1;
    }
    this.#open.pop();
    this.#children.pop();
  }

  /** Reads a start tag; its element goes on the stack unless it ends here. */
  #openTag(): void {
    const text = this.#text;
    const qualified = this.#name('an element');
    if (this.#open.length >= XML_DEPTH) this.#fail(this.#at, `deeper than ${XML_DEPTH} elements`);
    if (++this.#elements > XML_ELEMENTS) this.#fail(this.#at, `more than ${XML_ELEMENTS} elements`);
    const element: Growing = { name: localName(qualified), attributes: NO_ATTRIBUTES, children: NO_CHILDREN, text: '' };
    this.#attach(element);
    if (text.charCodeAt(this.#at) !== GT && this.#attributes(element, qualified)) return;
    const from = this.#at + 1;
    // Most elements hold a short text and nothing else: they are closed at once.
    const next = text.indexOf('<', from);
    const after = next + 2 + qualified.length;
    if (
      next >= 0 &&
      text.charCodeAt(next + 1) === SLASH &&
      text.charCodeAt(after) === GT &&
      text.startsWith(qualified, next + 2)
    ) {
      if (next > from) element.text = this.#decoded(from, next);
      this.#at = after + 1;
      return;
    }
    this.#at = from;
    this.#open.push(element);
    this.#children.push(undefined);
    this.#names.push(qualified);
  }

  #attach(element: Growing): void {
    const above = this.#open.at(-1);
    if (above === undefined) {
      this.#root = element;
      return;
    }
    const depth = this.#children.length - 1;
    const siblings = this.#children[depth];
    if (siblings !== undefined) {
      siblings.push(element);
      return;
    }
    const children: XmlElement[] = [element];
    this.#children[depth] = children;
    above.children = children;
  }

  /** Reads the attributes of a start tag up to its `>`; true when it is an empty element, which is passed. */
  #attributes(element: Growing, qualified: string): boolean {
    const text = this.#text;
    const attributes: (readonly [string, string])[] = [];
    let count = 0;
    for (;;) {
      this.#skipBlanks();
      const code = text.charCodeAt(this.#at);
      if (code === GT || (code === SLASH && text.charCodeAt(this.#at + 1) === GT)) {
        if (attributes.length > 0) element.attributes = attributes;
        if (code === GT) return false;
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
      if (++count > XML_ATTRIBUTES) this.#fail(from, `more than ${XML_ATTRIBUTES} attributes`);
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) attributes.push([localName(name), this.#decoded(from, end)]);
      this.#at = end + 1;
    }
  }

  #name(what: string): string {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    // Behind the end of the text stands NaN, which is not below 64 and no name either.
    for (let code = text.charCodeAt(at); code >= 64 || ENDS_NAME[code] === 0; code = text.charCodeAt(++at));
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
