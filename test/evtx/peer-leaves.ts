/** Leaves of an XML text as [path, text]: attributes and elements without child elements; empty ones and xmlns left out. */
export type Leaf = readonly [string, string];

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolved(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#[0-9]+|[a-z]+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? whole;
  });
}

const ITEMS = /^<string>[\s\S]*<\/string>\s*$/;
const ITEM = /<string>([\s\S]*?)<\/string>/g;
const TAG = /<(\/?)([^\s/>]+)((?:\s+[^\s=>]+="[^"]*")*)\s*(\/?)>/y;

/** Reads what XML writers of logs write: no comments, no CDATA, no document type. */
export function leavesOf(xml: string): Leaf[] {
  const leaves: Leaf[] = [];
  const open: { readonly path: string; hasChild: boolean; text: string }[] = [];
  const add = (path: string, text: string) => {
    const whole = resolved(text);
    // python-evtx writes an array as texts in tags of their own, escaped, inside one element.
    const items = ITEMS.test(whole) ? Array.from(whole.matchAll(ITEM), ([, item = '']) => item) : [whole];
    for (const item of items) if (item.trim() !== '') leaves.push([path, item]);
  };
  for (let at = xml.indexOf('<'); at >= 0 && at < xml.length; ) {
    TAG.lastIndex = at;
    const tag = TAG.exec(xml);
    if (tag === null) throw new Error(`no tag at ${at}: ${xml.slice(at, at + 60)}`);
    const [whole, slash, name = '', attributes = '', empty] = tag;
    const above = open.at(-1);
    if (slash === '/') {
      const closed = open.pop();
      if (closed !== undefined && !closed.hasChild) add(closed.path, closed.text);
    } else {
      if (above !== undefined) above.hasChild = true;
      const path = above === undefined ? name : `${above.path}/${name}`;
      for (const [, key = '', value = ''] of attributes.matchAll(/\s+([^\s=>]+)="([^"]*)"/g)) {
        if (key !== 'xmlns' && !key.startsWith('xmlns:')) add(`${path}@${key}`, value);
      }
      if (empty !== '/') open.push({ path, hasChild: false, text: '' });
    }
    const end = at + whole.length;
    const next = xml.indexOf('<', end);
    const holder = open.at(-1);
    if (holder !== undefined) holder.text += xml.slice(end, next < 0 ? xml.length : next);
    at = next;
  }
  return leaves;
}

const HEX = /^0x[0-9a-f]+$/i;
const GUID = /^\{[0-9a-f-]{36}\}$/i;
const FLOAT = /^-?\d\.\d{6}e[+-]\d{3}$/;
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:00)?$/;

/** Seconds and their fraction as a number, for times of any precision. */
function secondsOf(text: string): number | undefined {
  const m = TIME.exec(text);
  return m === null ? undefined : Date.parse(`${m[1]}T${m[2]}Z`) / 1000 + Number(`0.${m[3] ?? '0'}`);
}

const plain = (text: string) =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ufffd]/g, '')
    .replace(/\r\n?/g, '\n')
    .trim();

/**
 * True when two writers mean the same value: letter case and braces of GUIDs, leading zeros of hexadecimal numbers, digits of a second,
 * white space at the ends and line ends differ between them, control characters are replaced in several ways, truth values
 * are written `True`, bytes as base64, floats with seven digits.
 */
export function isSameText(ours: string, theirs: string): boolean {
  const [a, b] = [plain(ours), plain(theirs)];
  if (a === b) return true;
  if (HEX.test(a) && HEX.test(b)) return BigInt(a) === BigInt(b);
  if (/^(true|false)$/.test(a) && a === b.toLowerCase()) return true;
  if (/^([0-9A-F]{2})+$/.test(a) && Buffer.from(b, 'base64').toString('hex').toUpperCase() === a) return true;
  if (GUID.test(a) && a.slice(1, -1).toLowerCase() === b.toLowerCase().replace(/[{}]/g, '')) return true;
  if (FLOAT.test(b) && Number.isFinite(Number(a))) return Number(Number(a).toPrecision(7)) === Number(b);
  const [s, t] = [secondsOf(a), secondsOf(b)];
  if (s !== undefined && t !== undefined) return Math.abs(s - t) < 0.000_02;
  return false;
}

/** The first difference between two lists of leaves, or undefined. */
export function firstDifference(ours: readonly Leaf[], theirs: readonly Leaf[]): string | undefined {
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
    const [a, b] = [ours[i], theirs[i]];
    if (a !== undefined && b !== undefined && a[0] === b[0] && isSameText(a[1], b[1])) continue;
    return `ours ${JSON.stringify(a ?? null)?.slice(0, 300)}, theirs ${JSON.stringify(b ?? null)?.slice(0, 300)}`;
  }
  return undefined;
}
