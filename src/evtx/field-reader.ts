import { type ContentReader, isArray } from './content.ts';
import { type FieldStep, isBodyName, isNamespaceDeclaration } from './fields.ts';
import { TYPE_BINXML, TYPE_NULL } from './format.ts';
import { Instance } from './instance.ts';
import type { ResolvedElement, Resolver } from './resolve.ts';
import type { ValueReader } from './values.ts';

type Fields = (readonly [string, string])[];

/** Runs the field steps of plans over the values of one record. */
export class FieldReader {
  private readonly content: ContentReader;
  private readonly values: ValueReader;
  private readonly resolver: Resolver;
  // The nested instance that most records keep their fields in, laid out once a record.
  private readonly body = new Instance();
  private bodySlot = -1;
  private hasBody = false;

  constructor(content: ContentReader, values: ValueReader, resolver: Resolver) {
    this.content = content;
    this.values = values;
    this.resolver = resolver;
  }

  beginRecord(): void {
    this.bodySlot = -1;
  }

  /** Text of the first field of this name that is not NULL. */
  first(root: Instance, name: string): string | undefined {
    this.resolver.begin();
    return this.firstOf(root, name, true);
  }

  /** Appends the fields of this name, or all fields, in document order. */
  collect(root: Instance, name: string | undefined, found: Fields): void {
    this.resolver.begin();
    if (name === undefined) this.collectAll(root, true, found);
    else this.collectFrom(root, name, true, found);
  }

  private collectAll(instance: Instance, isRoot: boolean, found: Fields): void {
    const plan = instance.plan;
    if (plan === undefined) return;
    const { steps, plainSlots, stepNames } = plan;
    const { chunk } = this.content;
    const { values } = this;
    for (let i = 0; i < plainSlots.length; i++) {
      const slot = plainSlots[i] as number;
      if (slot >= 0) {
        // The usual field, without a call more than it needs: every field of every hit comes here.
        const shape = instance.shapeOf(slot);
        const type = shape >>> 16;
        if (type === TYPE_NULL) continue;
        if (type < TYPE_BINXML) {
          const text = values.text(chunk, type, instance.offsetOf(slot), shape & 0xffff, false);
          found.push([stepNames[i] as string, text]);
          continue;
        }
      }
      const step = steps[i] as FieldStep;
      if (isGuarded(instance, step.guards)) continue;
      if (step.kind !== 'body') this.addStep(instance, step, found);
      else if (isRoot && this.openBody(instance, step)) this.collectAll(this.body, false, found);
    }
  }

  private firstOf(instance: Instance, name: string, isRoot: boolean): string | undefined {
    const { chunk } = this.content;
    for (const step of stepsFor(instance, name)) {
      if (step.guards.length > 0 && isGuarded(instance, step.guards)) continue;
      if (step.kind === 'slot') {
        const type = instance.typeOf(step.slot);
        if (type === TYPE_NULL) continue;
        if (type !== TYPE_BINXML && !isArray(type)) {
          const at = instance.offsetOf(step.slot);
          return this.values.text(chunk, type, at, instance.sizeOf(step.slot), false);
        }
      } else if (step.kind === 'text') {
        return step.text;
      } else if (step.kind === 'body') {
        const value = isRoot && this.openBody(instance, step) ? this.firstOf(this.body, name, false) : undefined;
        if (value !== undefined) return value;
        continue;
      }
      const found: Fields = [];
      this.addStep(instance, step, found);
      const hit = found.find(([key]) => key === name);
      if (hit !== undefined) return hit[1];
    }
    return undefined;
  }

  private collectFrom(instance: Instance, name: string, isRoot: boolean, found: Fields): void {
    for (const step of stepsFor(instance, name)) {
      if (isGuarded(instance, step.guards)) continue;
      if (step.kind === 'body') {
        if (isRoot && this.openBody(instance, step)) this.collectFrom(this.body, name, false, found);
      } else if (step.kind === 'slot' || step.kind === 'text') {
        this.addStep(instance, step, found);
      } else {
        const some: Fields = [];
        this.addStep(instance, step, some);
        for (const field of some) if (field[0] === name) found.push(field);
      }
    }
  }

  private openBody(root: Instance, { slot, below }: { readonly slot: number; readonly below: string }): boolean {
    if (this.bodySlot !== slot) {
      this.bodySlot = slot;
      this.hasBody = root.typeOf(slot) === TYPE_BINXML && this.content.openValue(this.body, root, slot);
    }
    return this.hasBody && (below === 'UserData' || isBodyName(this.body.plan?.root.name ?? ''));
  }

  private addStep(instance: Instance, step: FieldStep, found: Fields): void {
    const { chunk } = this.content;
    switch (step.kind) {
      case 'text':
        found.push([step.name, step.text]);
        return;
      case 'slot': {
        const type = instance.typeOf(step.slot);
        if (type === TYPE_NULL) return;
        const at = instance.offsetOf(step.slot);
        const size = instance.sizeOf(step.slot);
        if (type === TYPE_BINXML) {
          for (const element of this.resolver.nested(instance, step.slot, depthOf(instance === this.body))) {
            addUser(element, `${step.name}/${element.name}`, found);
          }
        } else if (isArray(type)) {
          for (const item of this.values.items(chunk, type, at, size)) found.push([step.name, item]);
        } else {
          found.push([step.name, this.values.text(chunk, type, at, size, false)]);
        }
        return;
      }
      case 'attribute': {
        const text = this.resolver.attributeText(step.parts, instance);
        if (text !== undefined) found.push([step.name, text]);
        return;
      }
      case 'open':
        for (const element of this.resolver.elements(step.element, instance, depthOf(instance === this.body))) {
          if (step.naming === 'EventData') addEventData(element, found);
          else if (step.path === '') addUserChild(element, found);
          else addUser(element, step.path, found);
        }
        return;
      case 'body':
        return;
    }
  }
}

/** Depth of the instances below a root or a body, so that the renderer's own instances do not collide. */
function depthOf(isBody: boolean): number {
  return isBody ? 2 : 1;
}

/** True when one of the elements around a field is dropped. */
function isGuarded(instance: Instance, guards: readonly number[]): boolean {
  for (const guard of guards) if (instance.isNull(guard)) return true;
  return false;
}

const NO_STEPS: readonly FieldStep[] = [];

/** The steps that may give a name, found once for each plan and name (EVTX 10). */
function stepsFor(instance: Instance, name: string): readonly FieldStep[] {
  const plan = instance.plan;
  if (plan === undefined) return NO_STEPS;
  const known = plan.stepsOfName.get(name);
  if (known !== undefined) return known;
  const steps = plan.steps.filter((step) => {
    if (step.kind === 'body' || step.kind === 'open') return true;
    return step.name === name;
  });
  plan.stepsOfName.set(name, steps);
  return steps;
}

function textOf(element: ResolvedElement): string {
  let text = '';
  for (const child of element.children) if (child.kind === 'text') text += child.text;
  return text;
}

function hasElements(element: ResolvedElement): boolean {
  return element.children.some((child) => child.kind === 'element');
}

/** EventData itself, or one child of it. */
function addEventData(element: ResolvedElement, found: Fields): void {
  if (element.name === 'EventData') {
    for (const child of element.children) if (child.kind === 'element') addEventData(child, found);
    return;
  }
  if (element.isNull) return;
  const named = element.name === 'Data' ? element.attributes.find((item) => item.name === 'Name')?.text : undefined;
  const name = named ?? element.name;
  if (!hasElements(element)) found.push([name, textOf(element)]);
  else
    for (const child of element.children) if (child.kind === 'element') addUser(child, `${name}/${child.name}`, found);
}

/** The single child of UserData: its fields are named without it. */
function addUserChild(element: ResolvedElement, found: Fields): void {
  for (const { name, text } of element.attributes) {
    if (!isNamespaceDeclaration(name)) found.push([`@${name}`, text]);
  }
  if (!hasElements(element)) {
    const text = textOf(element);
    if (text !== '') found.push([element.name, text]);
    return;
  }
  for (const child of element.children) if (child.kind === 'element') addUser(child, child.name, found);
}

/** A field below UserData by its path: attributes, then text or children. */
function addUser(element: ResolvedElement, path: string, found: Fields): void {
  for (const { name, text } of element.attributes) {
    if (!isNamespaceDeclaration(name)) found.push([`${path}@${name}`, text]);
  }
  if (element.isNull) return;
  if (!hasElements(element)) {
    found.push([path, textOf(element)]);
    return;
  }
  for (const child of element.children) if (child.kind === 'element') addUser(child, `${path}/${child.name}`, found);
}
