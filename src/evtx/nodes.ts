import {
  NO_DEPENDENCY,
  OP_ATTRIBUTE,
  OP_CLOSE,
  OP_CONTENT,
  OP_OPEN,
  OP_PI,
  OP_SLOT,
  OP_TEXT,
  OP_UNKNOWN_ENTITY,
  packedItems,
  unpackText,
} from './tokens.ts';

/** A template as a tree: what is fixed, and where values go. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
}

export interface SlotPart {
  readonly kind: 'slot';
  readonly slot: number;
  /** Type that the template expects; the descriptor of the value rules (EVTX 5.2). */
  readonly type: number;
  readonly isOptional: boolean;
}

export interface PiNode {
  readonly kind: 'pi';
  readonly target: string;
  readonly text: string;
}

export interface AttributeNode {
  readonly name: string;
  readonly parts: readonly (TextPart | SlotPart)[];
}

export interface ElementNode {
  readonly kind: 'element';
  readonly name: string;
  /** The slot whose NULL drops the whole element (EVTX 2.1), or -1. */
  readonly dependency: number;
  readonly attributes: readonly AttributeNode[];
  readonly content: readonly Part[];
}

export type Part = TextPart | SlotPart | PiNode | ElementNode;

interface OpenElement {
  readonly kind: 'element';
  readonly name: string;
  readonly dependency: number;
  readonly attributes: { readonly name: string; readonly parts: (TextPart | SlotPart)[] }[];
  readonly content: Part[];
}

export interface Tree {
  readonly root: ElementNode;
  readonly hasUnknownEntity: boolean;
}

function addText(parts: Part[] | (TextPart | SlotPart)[], text: string): void {
  const last = parts.at(-1);
  if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text };
  else parts.push({ kind: 'text', text });
}

/** The tree of a token stream that the tokeniser wrote; streams are sound by construction. */
export function buildTree(stream: Int32Array, length: number): Tree {
  const open: OpenElement[] = [];
  let root: ElementNode = { kind: 'element', name: '', dependency: -1, attributes: [], content: [] };
  let hasUnknownEntity = false;
  let attributeParts: (TextPart | SlotPart)[] | undefined;
  let i = 0;
  while (i < length) {
    const op = stream[i++];
    const top = open.at(-1);
    const parts = attributeParts ?? top?.content ?? [];
    switch (op) {
      case OP_OPEN: {
        const dependency = (stream[i] ?? 0) - 1;
        const name = unpackText(stream, i + 1);
        i += 1 + packedItems(stream, i + 1);
        const element: OpenElement = {
          kind: 'element',
          name,
          dependency: dependency === NO_DEPENDENCY ? -1 : dependency,
          attributes: [],
          content: [],
        };
        if (top === undefined) root = element;
        else top.content.push(element);
        open.push(element);
        break;
      }
      case OP_ATTRIBUTE:
        attributeParts = [];
        top?.attributes.push({ name: unpackText(stream, i), parts: attributeParts });
        i += packedItems(stream, i);
        break;
      case OP_CONTENT:
        attributeParts = undefined;
        break;
      case OP_CLOSE:
        open.pop();
        break;
      case OP_TEXT:
        addText(parts, unpackText(stream, i));
        i += packedItems(stream, i);
        break;
      case OP_SLOT:
        parts.push({
          kind: 'slot',
          slot: stream[i] ?? 0,
          type: stream[i + 1] ?? 0,
          isOptional: stream[i + 2] === 1,
        });
        i += 3;
        break;
      case OP_PI: {
        const target = unpackText(stream, i);
        i += packedItems(stream, i);
        top?.content.push({ kind: 'pi', target, text: unpackText(stream, i) });
        i += packedItems(stream, i);
        break;
      }
      case OP_UNKNOWN_ENTITY:
        hasUnknownEntity = true;
        break;
    }
  }
  return { root, hasUnknownEntity };
}
