import { compileFields, type FieldStep } from './fields.ts';
import { LastNames } from './last-names.ts';
import type { AttributeNode, ElementNode, Part } from './nodes.ts';
import { buildTree } from './nodes.ts';
import type { KeyBase, ScanKey } from './scan-key.ts';
import type { SystemIndex } from './system.ts';
import { SYS_CHANNEL, SYS_COMPUTER, SYS_PROVIDER, SYSTEM_COUNT, SYSTEM_PATHS } from './system.ts';

/** A System field that is fixed in the template, or absent: `systemText` says which. */
export const FIXED = -1;
/** A System field made of several parts: rendered when asked for. */
export const COMPOSED = -2;

/**
 * A template compiled once (EVTX 9.2): the tree for rendering, where each System field comes from, and the steps that give
 * the fields of EventData and UserData. Direct records get a plan of their own without slots.
 */
export class Plan {
  /** GUID in four words followed by the token stream: the identity of the plan. Empty for direct records. */
  readonly identity: Int32Array;
  readonly root: ElementNode;
  readonly hasUnknownEntity: boolean;
  /** Slot of each System field, FIXED or COMPOSED. */
  readonly systemSlot: Int32Array;
  /** Slot whose NULL drops the field's element, or -1. */
  readonly systemGuard: Int32Array;
  readonly systemText: (string | undefined)[];
  private ownSteps: readonly FieldStep[] | undefined;
  private ownPlainSlots: Int32Array | undefined;
  private ownStepNames: readonly string[] | undefined;
  private ownSlotTypes: readonly number[] | undefined;
  /** Steps by field name; filled when a name is first asked for. */
  readonly stepsOfName: Map<string, readonly FieldStep[]> = new Map();
  /** The base of the scan keys of the record seen last. */
  keyBase: KeyBase | undefined;
  /** True when provider, channel and computer are all texts of the template. */
  readonly hasFixedBase: boolean;
  /** The key of the record seen last: most plans have one event id only. */
  lastKey: ScanKey | undefined;
  lastKeyBase: KeyBase | undefined;
  /** The names of the record seen last, as bytes. */
  readonly lastNames: LastNames;
  private readonly fixedNumbers: (number | undefined)[] = [];

  constructor(identity: Int32Array, stream: Int32Array, length: number) {
    const tree = buildTree(stream, length);
    this.identity = identity;
    this.root = tree.root;
    this.hasUnknownEntity = tree.hasUnknownEntity;
    this.systemSlot = new Int32Array(SYSTEM_COUNT).fill(FIXED);
    this.systemGuard = new Int32Array(SYSTEM_COUNT).fill(-1);
    this.systemText = new Array(SYSTEM_COUNT).fill(undefined);
    this.bindSystem();
    this.lastNames = new LastNames(this.systemSlot, this.systemGuard);
    this.hasFixedBase = this.isFixed(SYS_PROVIDER) && this.isFixed(SYS_CHANNEL) && this.isFixed(SYS_COMPUTER);
  }

  /** The steps that give the fields; made when a record of the plan is first decoded. */
  get steps(): readonly FieldStep[] {
    this.ownSteps ??= compileFields(this.root);
    return this.ownSteps;
  }

  /**
   * Slot of each step that is one value without guards, or -1: nearly all are, and reading the numbers costs a third of
   * asking the steps, which have five shapes.
   */
  get plainSlots(): Int32Array {
    this.ownPlainSlots ??= Int32Array.from(this.steps, (step) =>
      step.kind === 'slot' && step.guards.length === 0 ? step.slot : -1,
    );
    return this.ownPlainSlots;
  }

  /** Names of the steps, by the same numbers; empty for those that name nothing themselves. */
  get stepNames(): readonly string[] {
    this.ownStepNames ??= this.steps.map((step) => ('name' in step ? step.name : ''));
    return this.ownStepNames;
  }

  /** Slot and expected type of every substitution, flat (EVTX 7.3 rule 3); asked for by remnants only. */
  get slotTypes(): readonly number[] {
    if (this.ownSlotTypes === undefined) {
      const found: number[] = [];
      collectSlots(this.root, found);
      this.ownSlotTypes = found;
    }
    return this.ownSlotTypes;
  }

  /** The parts of a COMPOSED System field and the elements around it. */
  systemParts(index: SystemIndex): readonly Part[] {
    const [element, attribute] = SYSTEM_PATHS[index] ?? ['', undefined];
    const node = childElements(systemElement(this.root)).find((child) => child.name === element);
    if (node === undefined) return [];
    if (attribute === undefined) return node.content;
    return node.attributes.find((item) => item.name === attribute)?.parts ?? [];
  }

  /** A fixed EventID or Version as a number; 0 where there is none. */
  systemNumber(index: SystemIndex): number {
    const known = this.fixedNumbers[index];
    if (known !== undefined) return known;
    const number = readSmallNumber(this.systemText[index]);
    this.fixedNumbers[index] = number;
    return number;
  }

  private isFixed(index: SystemIndex): boolean {
    return this.systemSlot[index] === FIXED && this.systemGuard[index] === -1;
  }

  private bindSystem(): void {
    for (const node of childElements(systemElement(this.root))) {
      for (let index = 0; index < SYSTEM_COUNT; index++) {
        const path = SYSTEM_PATHS[index];
        if (path === undefined || path[0] !== node.name) continue;
        const parts = path[1] === undefined ? node.content : attributeOf(node, path[1])?.parts;
        if (parts !== undefined) this.bind(index, node.dependency, parts);
      }
    }
  }

  private bind(index: number, dependency: number, parts: readonly Part[]): void {
    // The first of repeated elements counts.
    if (this.systemSlot[index] !== FIXED || this.systemText[index] !== undefined) return;
    this.systemGuard[index] = dependency;
    const only = parts[0];
    if (parts.length > 1 || only?.kind === 'element' || only?.kind === 'pi') {
      this.systemSlot[index] = COMPOSED;
    } else if (only?.kind === 'slot') {
      this.systemSlot[index] = only.slot;
      if (dependency === only.slot) this.systemGuard[index] = -1;
    } else {
      this.systemText[index] = only?.text ?? '';
    }
  }
}

/** An unsigned number of 32 bits as decimal or `0x` text; 0 for anything else. */
export function readSmallNumber(text: string | undefined): number {
  const number = text === undefined || text.length > 16 ? 0 : Number(text.trim());
  return Number.isInteger(number) && number >= 0 && number <= 0xffffffff ? number : 0;
}

function attributeOf(node: ElementNode, name: string): AttributeNode | undefined {
  return node.attributes.find((item) => item.name === name);
}

export function childElements(node: ElementNode | undefined): readonly ElementNode[] {
  return node === undefined ? [] : node.content.filter((part) => part.kind === 'element');
}

function systemElement(root: ElementNode): ElementNode | undefined {
  return root.name === 'Event' ? childElements(root).find((child) => child.name === 'System') : undefined;
}

function collectSlots(node: ElementNode, found: number[]): void {
  for (const attribute of node.attributes) {
    for (const part of attribute.parts) if (part.kind === 'slot') found.push(part.slot, part.type);
  }
  for (const part of node.content) {
    if (part.kind === 'slot') found.push(part.slot, part.type);
    else if (part.kind === 'element') collectSlots(part, found);
  }
}
