import { bounded, MAX_TEXT, visible } from './shown-text.ts';

/**
 * An element of a picture or a table, plain: the HTML report writes it out ({@link writeOut}), and the page of the server makes
 * its own elements of it (SETTLED G16). So both show the same, and no markup is ever read as text.
 */
export interface Drawn {
  /** Empty: no element, only what is in it. */
  readonly tag: string;
  /** In the order in which they are written; a name alone has an empty value. */
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: Drawing;
  /** What it is a value of, for who has something to offer with it; it is not written out. */
  readonly object?: DrawnObject;
}

/** A value of evidence, raw: not as a reader sees it. */
export interface DrawnObject {
  /** A domain is a name that was asked for, not a machine that sends. */
  readonly kind: 'host' | 'account' | 'address' | 'domain' | 'hash' | 'payload' | 'value';
  readonly value: string;
}

/** Elements and texts, one after the other. A text is as a reader sees it, and not escaped. */
export type Drawing = readonly (Drawn | string)[];

/** Attributes for a hole between those of an element. */
export type DrawnAttrs = Readonly<Record<string, string>>;

type Part = string | number | Drawing | readonly Drawing[] | DrawnAttrs;

export const EMPTY: Drawing = [];

/** Pieces of an attribute's value: text, or the number of a hole. */
type Pieces = readonly (string | number)[];

interface Sketch {
  readonly tag: string;
  readonly attrs: readonly (readonly [name: string, value: Pieces] | number)[];
  readonly children: (Sketch | string | number)[];
}

/** Templates are read once. */
const SKETCHES = new WeakMap<TemplateStringsArray, Sketch>();

/**
 * Elements from a template: `draw\`<b>${name}</b>\``. Holes between tags are texts, numbers or drawings, those in values of
 * attributes texts, and one among the attributes is a set of them. Texts are made visible and bounded as they enter (L20).
 */
export function draw(strings: TemplateStringsArray, ...parts: readonly Part[]): Drawing {
  let sketch = SKETCHES.get(strings);
  if (sketch === undefined) {
    sketch = readTemplate(strings);
    SKETCHES.set(strings, sketch);
  }
  return childrenOf(sketch, parts);
}

function childrenOf(sketch: Sketch, parts: readonly Part[]): Drawing {
  const children: (Drawn | string)[] = [];
  for (const child of sketch.children) {
    if (typeof child === 'string') children.push(child);
    else if (typeof child === 'number') addPart(children, parts[child] ?? '');
    else children.push({ tag: child.tag, attrs: attrsOf(child, parts), children: childrenOf(child, parts) });
  }
  return children;
}

function addPart(children: (Drawn | string)[], part: Part): void {
  if (typeof part === 'string') {
    if (part !== '') children.push(visible(bounded(part, MAX_TEXT)));
  } else if (typeof part === 'number') children.push(String(part));
  else if (Array.isArray(part))
    for (const item of part as readonly (Drawn | string | Drawing)[]) addItem(children, item);
  else throw new TypeError('attributes stand between tags');
}

function addItem(children: (Drawn | string)[], item: Drawn | string | Drawing): void {
  if (typeof item === 'string' || 'tag' in item) children.push(item);
  else for (const own of item) children.push(own);
}

function attrsOf({ attrs }: Sketch, parts: readonly Part[]): DrawnAttrs {
  const found: Record<string, string> = {};
  for (const attr of attrs) {
    if (typeof attr === 'number') Object.assign(found, parts[attr]);
    else
      found[attr[0]] = attr[1].map((piece) => (typeof piece === 'string' ? piece : valueText(parts[piece]))).join('');
  }
  return found;
}

function valueText(part: Part | undefined): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return visible(bounded(part, MAX_TEXT));
  throw new TypeError('the value of an attribute is a text');
}

/** Several drawings one after the other. */
export function joinDrawings(parts: readonly Drawing[], between = ''): Drawing {
  return parts.flatMap((part, index) => (index === 0 || between === '' ? part : [between, ...part]));
}

/** Elements without content and end tag. */
const VOID: ReadonlySet<string> = new Set(['br', 'wbr', 'input']);
/** Of SVG: written as `<line/>` where nothing is in them. */
const LEAVES: ReadonlySet<string> = new Set(['line', 'circle', 'rect', 'path']);
const BARE: ReadonlySet<string> = new Set(['hidden', 'open']);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
};

/** Escaped for element content and for attributes in double quotes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => ENTITIES[c] ?? c);
}

/** The drawing as HTML. */
export function writeOut(drawing: Drawing): string {
  let text = '';
  for (const item of drawing) text += typeof item === 'string' ? escapeHtml(item) : writeElement(item);
  return text;
}

function writeElement({ tag, attrs, children }: Drawn): string {
  if (tag === '') return writeOut(children);
  let head = `<${tag}`;
  for (const [name, value] of Object.entries(attrs)) {
    head += value === '' && BARE.has(name) ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`;
  }
  if (VOID.has(tag)) return `${head}>`;
  if (children.length === 0 && LEAVES.has(tag)) return `${head}/>`;
  return `${head}>${writeOut(children)}</${tag}>`;
}

/** Characters of no text of ours, around the number of a hole. */
const HOLE = /\uE000(\d+)\uE001/g;
const TOKEN =
  /<\/([\w-]+)>|<([\w-]+)((?:\s+[\w:-]+(?:="[^"]*")?|\s*\uE000\d+\uE001)*)\s*(\/?)>|\uE000(\d+)\uE001|[^<\uE000]+/y;
const ATTR = /([\w:-]+)(?:="([^"]*)")?|\uE000(\d+)\uE001/g;

/** @throws on a template that is not whole: tags that do not match, or what is no tag. */
function readTemplate(strings: TemplateStringsArray): Sketch {
  const source = strings.reduce((text, part, index) => `${text}\uE000${index - 1}\uE001${part}`);
  const root: Sketch = { tag: '', attrs: [], children: [] };
  const open: Sketch[] = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    const inner = open.at(-1);
    if (match === null || inner === undefined)
      throw new SyntaxError(`no whole template at ${source.slice(at, at + 40)}`);
    const [text, end, tag, attrs, leaf, hole] = match;
    if (end !== undefined) {
      if (open.pop()?.tag !== end) throw new SyntaxError(`</${end}> ends another element`);
    } else if (tag !== undefined) {
      const sketch = { tag, attrs: readAttrs(attrs ?? ''), children: [] };
      inner.children.push(sketch);
      if (leaf === '' && !VOID.has(tag)) open.push(sketch);
    } else inner.children.push(hole === undefined ? text : Number(hole));
  }
  if (open.length !== 1) throw new SyntaxError(`<${open.at(-1)?.tag ?? ''}> does not end`);
  return root;
}

function readAttrs(text: string): Sketch['attrs'] {
  return [...text.matchAll(ATTR)].map(([, name, value = '', hole]) => {
    if (hole !== undefined) return Number(hole);
    // Texts stand between the numbers of holes.
    const pieces = value.split(HOLE).map((piece, index) => (index % 2 === 1 ? Number(piece) : piece));
    return [name ?? '', pieces.filter((piece) => piece !== '')] as const;
  });
}
