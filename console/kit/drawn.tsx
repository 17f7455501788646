import { type ComponentChildren, createElement, Fragment, type JSX } from 'preact';
import type { Drawing, Drawn } from '../../src/report/index.ts';
import { ObjectBlock, ObjectText } from './object-text.tsx';

/** Elements that drawings of the report are made of; anything else is left out with its content. */
const TAGS: ReadonlySet<string> = new Set([
  'a',
  'b',
  'br',
  'caption',
  'circle',
  'code',
  'dd',
  'defs',
  'desc',
  'details',
  'div',
  'dl',
  'dt',
  'g',
  'h2',
  'h3',
  'h4',
  'header',
  'i',
  'li',
  'line',
  'marker',
  'ol',
  'p',
  'path',
  'pre',
  'rect',
  'section',
  'span',
  'summary',
  'svg',
  'table',
  'tbody',
  'td',
  'text',
  'tfoot',
  'th',
  'thead',
  'title',
  'tr',
  'ul',
  'wbr',
]);
const ATTRS =
  /^(?:class|id|role|scope|colspan|tabindex|open|hidden|aria-[a-z]+|data-[a-z]+|x|y|x1|x2|y1|y2|dx|dy|cx|cy|r|rx|ry|d|width|height|viewBox|overflow|text-anchor|preserveAspectRatio|marker-end|refX|refY|orient|markerWidth|markerHeight|points|transform)$/;

export interface ShownProps {
  readonly drawing: Drawing;
  /** Where a link of the drawing (`#e9`) leads on this page; undefined leaves its text alone. */
  readonly linkOf?: (target: string) => string | undefined;
}

/** A drawing of the report as elements of the page: nothing is read as markup (SETTLED G16). */
export function Shown({ drawing, linkOf }: ShownProps): JSX.Element {
  return <Fragment>{drawing.map((item, index) => shown(item, index, linkOf))}</Fragment>;
}

function shown(item: Drawn | string, key: number, linkOf: ShownProps['linkOf']): ComponentChildren {
  if (typeof item === 'string') return item;
  const { tag, children, object } = item;
  if (tag === '') {
    const inside = children.map((child, index) => shown(child, index, linkOf));
    if (object === undefined) return createElement(Fragment, { key }, ...inside);
    const { kind, value } = object;
    const WithMenu = isBlock(children) ? ObjectBlock : ObjectText;
    return (
      <WithMenu key={key} kind={kind} value={value}>
        {inside}
      </WithMenu>
    );
  }
  if (!TAGS.has(tag)) return null;
  const attrs: Record<string, unknown> = { key };
  for (const [name, value] of Object.entries(item.attrs)) {
    if (ATTRS.test(name)) attrs[name] = name === 'open' || name === 'hidden' ? true : value;
  }
  const inner = children.map((child, index) => shown(child, index, linkOf));
  const { href } = item.attrs;
  if (tag !== 'a' || href === undefined) return createElement(tag, attrs, ...inner);
  const target = href.startsWith('#') ? linkOf?.(href.slice(1)) : undefined;
  return target === undefined
    ? createElement(Fragment, { key }, ...inner)
    : createElement('a', { ...attrs, href: target }, ...inner);
}

/** Elements that no line of text holds. */
const BLOCKS: ReadonlySet<string> = new Set(['div', 'p', 'pre']);

function isBlock(drawing: Drawing): boolean {
  return drawing.some((item) => typeof item !== 'string' && BLOCKS.has(item.tag));
}
