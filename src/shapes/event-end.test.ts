import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EventEnd, findEventEnd } from './event-end.ts';

function find(text: string, name = 'Event', searched = 0): EventEnd {
  const bytes = Buffer.from(`${text}~~</Event><Event>`, 'utf8');
  return findEventEnd(bytes, 0, searched, Buffer.byteLength(text), name);
}

test('the end of an Event is that of its own tag, whatever CDATA and comments hold', () => {
  const whole = '<Event><EventData><EventID/></EventData><![CDATA[</Event><Event>]]><!-- </Event> --></Event \n>';
  assert.deepEqual(find(`${whole}<Event>`), { kind: 'end', end: whole.length });
  assert.deepEqual(find('<e:Event></Event></e:Event>', 'e:Event'), { kind: 'end', end: 27 });
});

test('an Event inside an Event means that the first was cut', () => {
  assert.deepEqual(find('<Event><System><Event></Event>'), { kind: 'cut' });
  assert.deepEqual(find('<Event><Event/>'), { kind: 'cut' });
});

test('nothing behind the given bytes is looked at', () => {
  for (const open of ['<Event>', '<Event></Event', '<Event><![CDATA[', '<Event><!-- ', '<Event><!', '<Event></Eve']) {
    assert.equal(find(open).kind, 'open', open);
  }
});

test('an Event of comments is looked through once, however long it was before them', (t) => {
  const text = `<Event>${'x'.repeat(50_000)}${'<!---->'.repeat(20_000)}</Event>`;
  const bytes = Buffer.from(text);
  const indexOf = Buffer.prototype.indexOf;
  let lookedAt = 0;
  t.mock.method(Buffer.prototype, 'indexOf', function (this: Buffer, mark: string, from: number): number {
    const found = indexOf.call(this, mark, from);
    lookedAt += (found < 0 ? this.length : found) - from;
    return found;
  });
  const found = findEventEnd(bytes, 0, 0, bytes.length, 'Event');
  t.mock.restoreAll();
  assert.deepEqual(found, { kind: 'end', end: text.length });
  // Two tags and what begins a comment are looked for in each step.
  assert.ok(lookedAt < 40 * text.length, String(lookedAt / text.length));
});

test('an end is found wherever it lies, and again from where an earlier search ended', () => {
  fc.assert(
    fc.property(fc.nat(9000), fc.nat(9000), (before, cut) => {
      const text = `<Event>${'<a>x</a>'.repeat(before / 8)}${' '.repeat(before % 8)}</Event>`;
      const end = { kind: 'end', end: text.length };
      assert.deepEqual(find(text), end);
      const first = find(text.slice(0, Math.min(cut, text.length - 1)));
      assert.equal(first.kind, 'open');
      if (first.kind === 'open') assert.deepEqual(find(text, 'Event', first.searched), end);
    }),
  );
});
