import type { ElementNode, SlotPart, TextPart } from './nodes.ts';

/**
 * How the fields of EventData and UserData come out of a template, in document order (windows/event.ts, `get`).
 * `guards` are slots whose NULL drops an element around the field.
 */
export type FieldStep =
  /** One value of the record. */
  | { readonly kind: 'slot'; readonly name: string; readonly slot: number; readonly guards: readonly number[] }
  /** A text of the template. */
  | { readonly kind: 'text'; readonly name: string; readonly text: string; readonly guards: readonly number[] }
  /** A value with its own template that holds EventData or UserData whole, or the one child of UserData (EVTX 4.4). */
  | {
      readonly kind: 'body';
      readonly slot: number;
      readonly below: 'Event' | 'UserData';
      readonly guards: readonly number[];
    }
  /** An attribute of text and values. */
  | {
      readonly kind: 'attribute';
      readonly name: string;
      readonly parts: readonly (TextPart | SlotPart)[];
      readonly guards: readonly number[];
    }
  /** Anything else: the element is rendered and its fields are taken from that. */
  | {
      readonly kind: 'open';
      readonly element: ElementNode;
      readonly naming: 'EventData' | 'UserData';
      readonly path: string;
      readonly guards: readonly number[];
    };

/** Stands in place of EventData where Windows could not lay out the data: an error code, and the bytes as hex (DOMAIN 2.1, WinRM 91). */
const ERROR_DATA = 'ProcessingErrorData';

/** True for the roots of values that stand right below Event and hold fields. */
export function isBodyName(name: string): boolean {
  return name === 'EventData' || name === 'UserData' || name === ERROR_DATA;
}

/** The steps of a template; one whose root is neither Event nor a body is taken for the child of UserData. */
export function compileFields(root: ElementNode): readonly FieldStep[] {
  const steps: FieldStep[] = [];
  if (root.name !== 'Event') {
    if (isBodyName(root.name)) addBody(root, [], steps);
    else addUserChild(root, [], steps);
    return steps;
  }
  const guards = root.dependency < 0 ? [] : [root.dependency];
  for (const part of root.content) {
    if (part.kind === 'element') addBody(part, guards, steps);
    else if (part.kind === 'slot') steps.push({ kind: 'body', slot: part.slot, below: 'Event', guards });
  }
  return steps;
}

function withGuard(guards: readonly number[], element: ElementNode): readonly number[] {
  return element.dependency < 0 ? guards : [...guards, element.dependency];
}

function addBody(element: ElementNode, outer: readonly number[], steps: FieldStep[]): void {
  const guards = withGuard(outer, element);
  if (element.name === 'EventData' || element.name === ERROR_DATA) addEventData(element, guards, steps);
  else if (element.name === 'UserData') addUserData(element, guards, steps);
}

function addEventData(element: ElementNode, guards: readonly number[], steps: FieldStep[]): void {
  // A value right below EventData may unfold to Data elements: only a rendering tells.
  if (element.content.some((part) => part.kind === 'slot')) {
    steps.push({ kind: 'open', element, naming: 'EventData', path: '', guards });
    return;
  }
  for (const part of element.content) {
    if (part.kind !== 'element') continue;
    const name = dataName(part);
    const own = withGuard(guards, part);
    if (name === undefined || !addSimple(part, name, own, steps)) {
      steps.push({ kind: 'open', element: part, naming: 'EventData', path: '', guards });
    }
  }
}

/** Name of a child of EventData, undefined when it is a value of the record. */
function dataName(element: ElementNode): string | undefined {
  if (element.name !== 'Data') return element.name;
  const attribute = element.attributes.find((item) => item.name === 'Name');
  if (attribute === undefined) return 'Data';
  if (attribute.parts.some((part) => part.kind === 'slot')) return undefined;
  return attribute.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}

/** Adds the step of an element with one text or one value; false when it holds anything else. */
function addSimple(element: ElementNode, name: string, guards: readonly number[], steps: FieldStep[]): boolean {
  if (element.content.length > 1) return false;
  const only = element.content[0];
  if (only === undefined) {
    steps.push({ kind: 'text', name, text: '', guards });
    return true;
  }
  if (only.kind === 'text') {
    steps.push({ kind: 'text', name, text: only.text, guards });
    return true;
  }
  if (only.kind !== 'slot') return false;
  steps.push({ kind: 'slot', name, slot: only.slot, guards: guards.filter((guard) => guard !== only.slot) });
  return true;
}

function addUserData(element: ElementNode, guards: readonly number[], steps: FieldStep[]): void {
  for (const part of element.content) {
    if (part.kind === 'element') addUserChild(part, guards, steps);
    else if (part.kind === 'slot') steps.push({ kind: 'body', slot: part.slot, below: 'UserData', guards });
  }
}

function addUserChild(element: ElementNode, guards: readonly number[], steps: FieldStep[]): void {
  if (element.content.every((child) => child.kind === 'element')) {
    addUserFields(element, '', withGuard(guards, element), steps);
  } else {
    steps.push({ kind: 'open', element, naming: 'UserData', path: '', guards });
  }
}

/** Fields of an element below UserData: its attributes, then its children by path. */
function addUserFields(element: ElementNode, path: string, guards: readonly number[], steps: FieldStep[]): void {
  for (const attribute of element.attributes) {
    if (isNamespaceDeclaration(attribute.name)) continue;
    const name = `${path}@${attribute.name}`;
    const only = attribute.parts[0];
    if (attribute.parts.length === 1 && only?.kind === 'slot') {
      steps.push({ kind: 'slot', name, slot: only.slot, guards });
    } else if (attribute.parts.every((part) => part.kind === 'text')) {
      const text = attribute.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
      steps.push({ kind: 'text', name, text, guards });
    } else {
      steps.push({ kind: 'attribute', name, parts: attribute.parts, guards });
    }
  }
  for (const child of element.content) {
    if (child.kind !== 'element') continue;
    const childPath = path === '' ? child.name : `${path}/${child.name}`;
    const own = withGuard(guards, child);
    if (
      child.attributes.every((item) => isNamespaceDeclaration(item.name)) &&
      addSimple(child, childPath, own, steps)
    ) {
      continue;
    }
    if (child.content.length > 0 && child.content.every((part) => part.kind === 'element')) {
      addUserFields(child, childPath, own, steps);
    } else {
      steps.push({ kind: 'open', element: child, naming: 'UserData', path: childPath, guards });
    }
  }
}

/** `xmlns` and `xmlns:prefix` say how to read names; they are no fields (EVTX 6). */
export function isNamespaceDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:');
}
