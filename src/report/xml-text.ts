import { escapeTerminal } from './terminal.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A text as one line of XML content or an attribute; what XML 1.0 cannot hold is written out as everywhere else (L20). */
export function xmlText(text: string): string {
  return escapeTerminal(text)
    .replace(/[\ufffe\uffff]/g, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}
