import { type ContentReader, isArray } from './content.ts';
import { FAULT_CUT } from './faults.ts';
import {
  MAX_CHUNK_CHARS,
  MAX_RENDERED_CHARS,
  MIN_RENDERED_CHARS,
  TYPE_BINXML,
  TYPE_BOOL,
  TYPE_FLOAT32,
  TYPE_INT8,
  TYPE_NULL,
  TYPE_UINT64,
} from './format.ts';
import type { Instance } from './instance.ts';
import type { AttributeNode, ElementNode, Part, SlotPart, TextPart } from './nodes.ts';
import { isNumber, type ValueReader } from './values.ts';

/** How a text is written in JSON: by its value type, never guessed from the text (EVTX 6.2). */
export type JsonKind = 'text' | 'number' | 'bool';

export interface ResolvedText {
  readonly kind: 'text';
  readonly text: string;
  readonly json: JsonKind;
}

export interface ResolvedPi {
  readonly kind: 'pi';
  readonly target: string;
  readonly text: string;
}

export interface ResolvedElement {
  readonly kind: 'element';
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly text: string; readonly json: JsonKind }[];
  readonly children: readonly (ResolvedText | ResolvedPi | ResolvedElement)[];
  /** True when the element holds nothing but NULL values. */
  readonly isNull: boolean;
}

/** Fills the values of a record into the tree of its template, within the bounds of EVTX 7.6. */
export class Resolver {
  private readonly content: ContentReader;
  private readonly values: ValueReader;
  /** Characters that the rendering under way may still give. */
  private budget = 0;
  private granted = 0;
  private spentInChunk = 0;
  private chunkSerial = -1;

  constructor(content: ContentReader, values: ValueReader) {
    this.content = content;
    this.values = values;
  }

  /**
   * Begins a rendering: of a whole record, or of fields of one. What many small records of one chunk unfold to is bounded
   * as well as what one does.
   */
  begin(): void {
    this.spentInChunk += this.granted - Math.max(this.budget, 0);
    const { serial } = this.content.chunk;
    if (serial !== this.chunkSerial) {
      this.chunkSerial = serial;
      this.spentInChunk = 0;
    }
    const left = MAX_CHUNK_CHARS - this.spentInChunk;
    this.granted = Math.max(MIN_RENDERED_CHARS, Math.min(MAX_RENDERED_CHARS, left));
    this.budget = this.granted;
  }

  /** The whole record as a tree. */
  record(instance: Instance): ResolvedElement | undefined {
    if (instance.plan === undefined) return undefined;
    this.begin();
    return this.elements(instance.plan.root, instance, 1)[0];
  }

  /** One element of a template: none when it is dropped, several when it holds an array. */
  elements(node: ElementNode, instance: Instance, depth: number): ResolvedElement[] {
    const found: ResolvedElement[] = [];
    this.addElement(node, instance, depth, found);
    return found;
  }

  /** The content of a nested value: the elements that stand in a slot of type 21. */
  nested(parent: Instance, slot: number, depth: number): ResolvedElement[] {
    const found: ResolvedElement[] = [];
    this.addNested(parent, slot, depth, found);
    return found;
  }

  /** Text of an attribute, undefined when it is dropped (EVTX 5.3). */
  attributeText(parts: readonly (TextPart | SlotPart)[], instance: Instance): string | undefined {
    let text = '';
    let hasSlot = false;
    for (const part of parts) {
      if (part.kind === 'text') {
        text += part.text;
        continue;
      }
      hasSlot = true;
      const type = this.content.slotType(instance, part.slot, part.isOptional);
      if (type === TYPE_NULL) {
        if (part.isOptional) return undefined;
        continue;
      }
      if (type !== TYPE_BINXML) text += this.slotText(instance, part.slot, type);
    }
    return hasSlot && text === '' ? undefined : text;
  }

  private slotText(instance: Instance, slot: number, type: number): string {
    const { chunk } = this.content;
    return this.values.text(chunk, type, instance.offsetOf(slot), instance.sizeOf(slot), false);
  }

  private spend(chars: number): boolean {
    this.budget -= chars;
    if (this.budget >= 0) return true;
    this.content.chunk.faults |= FAULT_CUT;
    return false;
  }

  private addNested(
    parent: Instance,
    slot: number,
    depth: number,
    found: (ResolvedElement | ResolvedText | ResolvedPi)[],
  ): void {
    const instance = this.content.nested(parent, slot, depth);
    if (instance?.plan !== undefined) this.addElement(instance.plan.root, instance, depth + 1, found);
  }

  private addElement(
    node: ElementNode,
    instance: Instance,
    depth: number,
    found: (ResolvedElement | ResolvedText | ResolvedPi)[],
  ): void {
    const { chunk } = this.content;
    if (node.dependency >= 0 && instance.isNull(node.dependency)) return;
    const arrays: { readonly part: SlotPart; readonly items: readonly string[] }[] = [];
    for (const part of node.content) {
      if (part.kind !== 'slot') continue;
      const type = instance.typeOf(part.slot);
      if (!isArray(type)) continue;
      const items = this.values.items(chunk, type, instance.offsetOf(part.slot), instance.sizeOf(part.slot));
      arrays.push({ part, items: items.length === 0 ? [''] : items });
    }
    if (arrays.length === 0) {
      const element = this.element(node, instance, depth, undefined);
      if (element !== undefined) found.push(element);
      return;
    }
    // The element is repeated for each item; two arrays give first times second (EVTX 5.4, T13).
    const chosen = new Map<Part, string>();
    const repeat = (k: number): boolean => {
      const array = arrays[k];
      if (array === undefined) {
        const element = this.element(node, instance, depth, chosen);
        if (element !== undefined) found.push(element);
        return element !== undefined;
      }
      for (const item of array.items) {
        chosen.set(array.part, item);
        if (!repeat(k + 1)) return false;
      }
      return true;
    };
    repeat(0);
  }

  private element(
    node: ElementNode,
    instance: Instance,
    depth: number,
    chosen: ReadonlyMap<Part, string> | undefined,
  ): ResolvedElement | undefined {
    if (!this.spend(2 * node.name.length + 5)) return undefined;
    const attributes: { name: string; text: string; json: JsonKind }[] = [];
    for (const attribute of node.attributes) {
      const text = this.attributeText(attribute.parts, instance);
      if (text === undefined) continue;
      if (!this.spend(attribute.name.length + text.length + 4)) break;
      attributes.push({ name: attribute.name, text, json: this.attributeKind(attribute, instance) });
    }
    const children: (ResolvedElement | ResolvedText | ResolvedPi)[] = [];
    let isNull = node.content.length > 0;
    for (const part of node.content) {
      if (part.kind !== 'slot') isNull = false;
      else if (this.content.slotType(instance, part.slot, part.isOptional) !== TYPE_NULL) isNull = false;
      if (!this.addPart(part, instance, depth, chosen, children)) break;
    }
    return { kind: 'element', name: node.name, attributes, children, isNull };
  }

  /** False when the budget is spent. */
  private addPart(
    part: Part,
    instance: Instance,
    depth: number,
    chosen: ReadonlyMap<Part, string> | undefined,
    children: (ResolvedElement | ResolvedText | ResolvedPi)[],
  ): boolean {
    switch (part.kind) {
      case 'text':
        children.push({ kind: 'text', text: part.text, json: 'text' });
        return this.spend(part.text.length);
      case 'pi':
        children.push(part);
        return this.spend(part.target.length + part.text.length + 5);
      case 'element':
        this.addElement(part, instance, depth, children);
        return this.budget >= 0;
      case 'slot': {
        const type = instance.typeOf(part.slot);
        if (type === TYPE_NULL) return true;
        if (type === TYPE_BINXML) {
          this.addNested(instance, part.slot, depth, children);
          return this.budget >= 0;
        }
        const item = chosen?.get(part);
        const text = item ?? this.slotText(instance, part.slot, type);
        const json =
          item === undefined && !hasWidth(type, instance.sizeOf(part.slot)) ? 'text' : jsonKind(type & 0x7f, text);
        children.push({ kind: 'text', text, json });
        return this.spend(text.length);
      }
    }
  }

  private attributeKind(attribute: AttributeNode, instance: Instance): JsonKind {
    const only = attribute.parts[0];
    if (attribute.parts.length !== 1 || only?.kind !== 'slot') return 'text';
    const type = instance.typeOf(only.slot);
    return isArray(type) || !hasWidth(type, instance.sizeOf(only.slot))
      ? 'text'
      : jsonKind(type, this.slotText(instance, only.slot, type));
  }
}

/** Bytes of the types from int8 to float64. */
const NUMBER_WIDTHS = [1, 1, 2, 2, 4, 4, 8, 8, 4, 8];

/** True unless a number has another size than its type: its bytes then come out in hex, which may look like a number. */
function hasWidth(type: number, size: number): boolean {
  return !isNumber(type) || NUMBER_WIDTHS[type - TYPE_INT8] === size;
}

/** Integers below 2^53 and finite floats are JSON numbers; a value whose size did not fit came out as hex and is text. */
function jsonKind(type: number, text: string): JsonKind {
  if (type === TYPE_BOOL) return text === 'true' || text === 'false' ? 'bool' : 'text';
  if (type < TYPE_INT8 || type > 0x0c) return 'text';
  if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?$/.test(text) || text.length > 25) return 'text';
  if (type <= TYPE_UINT64 && !Number.isSafeInteger(Number(text))) return 'text';
  return type >= TYPE_FLOAT32 || String(Number(text)) === text ? 'number' : 'text';
}
