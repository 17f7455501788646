import { createHash } from 'node:crypto';
import { html, type Markup, markup } from './markup.ts';
import { SCRIPT } from './script.ts';
import { pageStyle } from './style.ts';

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The policy of the page with that foot, as it also stands in its head. */
export function pagePolicy(foot: string): string {
  return `default-src 'none'; style-src ${hashOf(pageStyle(foot))}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}

/**
 * The head of a page. Nothing is loaded, nothing is sent, no style or script but the two of this page (PRODUCT 10). `foot` is
 * printed at the foot of each sheet; it is of our own words and ids, never of evidence.
 */
export function pageHead(title: string, foot: string): Markup {
  const style = pageStyle(foot);
  const policy = pagePolicy(foot);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${markup(style)}</style></head><body>
<a class="skip" href="#main">To the report</a>
`;
}

/** The bar on top: what it is, where its parts are, and what the script can do. */
export function pageBar(name: string, sections: readonly (readonly [string, string])[]): Markup {
  return html`<header class="bar"><div class="wrap"><b>${name}</b><nav aria-label="Sections">${sections.map(([id, text]) => html`<a href="#${id}">${text}</a>`)}</nav><div class="acts" hidden><button class="btn" id="bt" type="button">Light or dark</button><button class="btn" id="bp" type="button">Print</button></div></div></header>
`;
}

export const PAGE_FOOT: string = `<script>${SCRIPT}</script></body></html>\n`;
