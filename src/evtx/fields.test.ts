import assert from 'node:assert/strict';
import test from 'node:test';
import { compileFields } from './fields.ts';
import type { AttributeNode, ElementNode, Part, SlotPart, TextPart } from './nodes.ts';

function slot(number: number): SlotPart {
  return { kind: 'slot', slot: number, type: 1, isOptional: true };
}

function text(value: string): TextPart {
  return { kind: 'text', text: value };
}

function attribute(name: string, ...parts: (TextPart | SlotPart)[]): AttributeNode {
  return { name, parts };
}

function element(
  name: string,
  attributes: readonly AttributeNode[],
  content: readonly Part[],
  dependency = -1,
): ElementNode {
  return { kind: 'element', name, dependency, attributes, content };
}

test('Data is called by its Name, unnamed Data is called Data, other children by their own names', () => {
  const root = element(
    'EventData',
    [],
    [
      element('Data', [attribute('Name', text('Image'))], [slot(0)], 0),
      element('Data', [], [slot(1)]),
      element('Data', [attribute('Name', text('Fixed'))], [text('x')]),
      element('Data', [attribute('Name', text('Empty'))], []),
      element('Binary', [], [slot(2)]),
    ],
  );
  assert.deepEqual(compileFields(root), [
    { kind: 'slot', name: 'Image', slot: 0, guards: [] },
    { kind: 'slot', name: 'Data', slot: 1, guards: [] },
    { kind: 'text', name: 'Fixed', text: 'x', guards: [] },
    { kind: 'text', name: 'Empty', text: '', guards: [] },
    { kind: 'slot', name: 'Binary', slot: 2, guards: [] },
  ]);
});

test('where Windows could not lay out the data, the error and the bytes are fields (WinRM 91, DOMAIN 2.1)', () => {
  const parts = [element('ErrorCode', [], [slot(0)]), element('EventPayload', [], [slot(1)])];
  const steps = compileFields(element('Event', [], [element('ProcessingErrorData', [], parts)]));
  assert.deepEqual(
    steps.map((step) => ('name' in step ? step.name : step.kind)),
    ['ErrorCode', 'EventPayload'],
  );
});

test('fields of UserData are named without its one child, nested ones by path, attributes by @, namespaces not at all', () => {
  const root = element(
    'UserData',
    [],
    [
      element(
        'Operation',
        [attribute('xmlns', text('http://example.com')), attribute('Id', slot(0))],
        [
          element('Query', [], [slot(1)]),
          element(
            'Cause',
            [attribute('xmlns:x', text('y'))],
            [element('Code', [attribute('Hex', slot(2))], [slot(3)])],
            9,
          ),
        ],
      ),
    ],
  );
  const steps = compileFields(root);
  const summary = steps.map((step) => [
    step.kind,
    'name' in step ? step.name : 'path' in step ? step.path : '',
    step.guards,
  ]);
  assert.deepEqual(summary, [
    ['slot', '@Id', []],
    ['slot', 'Query', []],
    // Attribute and text of one element: rendered to be named `Cause/Code@Hex` and `Cause/Code`.
    ['open', 'Cause/Code', [9]],
  ]);
});

test('a value that holds the body, or the child of UserData, is gone into when a record is read', () => {
  const root = element('Event', [], [element('System', [], []), element('UserData', [], [slot(17)]), slot(18)]);
  assert.deepEqual(compileFields(root), [
    { kind: 'body', slot: 17, below: 'UserData', guards: [] },
    { kind: 'body', slot: 18, below: 'Event', guards: [] },
  ]);
});

test('a NULL that drops an element drops the fields below it', () => {
  const data = element('Data', [attribute('Name', text('a'))], [slot(3)], 3);
  const root = element('Event', [], [element('EventData', [], [data], 5)]);
  assert.deepEqual(compileFields(root), [{ kind: 'slot', name: 'a', slot: 3, guards: [5] }]);
});

test('System and other children of Event hold no fields', () => {
  const named = element('Data', [attribute('Name', text('a'))], [slot(0)]);
  const root = element('Event', [], [element('System', [], [named]), element('RenderingInfo', [], [named])]);
  assert.deepEqual(compileFields(root), []);
});
