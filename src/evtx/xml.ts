import type { ResolvedElement } from './resolve.ts';

const TEXT_ESCAPES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);
const ATTRIBUTE_ESCAPES = new Map([...TEXT_ESCAPES, ['"', '&quot;'], ['\t', '&#9;'], ['\n', '&#10;'], ['\r', '&#13;']]);

/** Characters that XML 1.0 cannot carry become U+FFFD (EVTX 5.5). */
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function legal(text: string): string {
  return text.toWellFormed().replace(ILLEGAL, '\ufffd');
}

/** Text of an element. */
export function escapeText(text: string): string {
  return legal(text).replace(/[&<>]/g, (c) => TEXT_ESCAPES.get(c) ?? c);
}

/** Value of an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return legal(text).replace(/[&<>"\t\n\r]/g, (c) => ATTRIBUTE_ESCAPES.get(c) ?? c);
}

/** A name that can stand in a tag: what a forged name holds beyond that becomes `_`. */
function xmlName(name: string): string {
  const safe = legal(name).replace(/[\s<>&"'/=?!\ufffd]/g, '_');
  return /^[\p{L}_:]/u.test(safe) ? safe : `_${safe}`;
}

/** Canonical XML of EVTX 6.1: one line, no added white space, attributes in stored order. */
export function writeXml(element: ResolvedElement): string {
  const name = xmlName(element.name);
  let text = `<${name}`;
  const seen = new Set<string>();
  for (const attribute of element.attributes) {
    const key = xmlName(attribute.name);
    // A repeated attribute is no XML; the first one counts.
    if (seen.has(key)) continue;
    seen.add(key);
    text += ` ${key}="${escapeAttribute(attribute.text)}"`;
  }
  let content = '';
  for (const child of element.children) {
    if (child.kind === 'element') content += writeXml(child);
    else if (child.kind === 'text') content += escapeText(child.text);
    else content += `<?${xmlName(child.target)} ${legal(child.text).replaceAll('?>', '? >')}?>`;
  }
  return content === '' ? `${text}/>` : `${text}>${content}</${name}>`;
}
