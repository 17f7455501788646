import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Piece } from './cut-piece.ts';
import { UNKNOWN_UNIT, UnitCutter } from './unit-cutter.ts';

/** One thing that came out: a unit's text with its line and record id, or what was lost. */
type Cut = readonly [kind: string, text: string, line: number, recordId?: number];

/** Cuts as the text reader does: JSON that parses and has `"k"`, Events, and lines that begin with `!` are known. */
function cut(source: string | Uint8Array, blockBytes: number = 1 << 20, maxUnitBytes?: number): Cut[] {
  const bytes = typeof source === 'string' ? Buffer.from(source, 'utf8') : Buffer.from(source);
  const cutter = maxUnitBytes === undefined ? new UnitCutter() : new UnitCutter(maxUnitBytes);
  const cuts: Cut[] = [];
  const lose = (broken: ReturnType<UnitCutter['end']>): void => {
    if (broken !== undefined) cuts.push([broken.reason, bytes.toString('utf8', broken.start, broken.end), broken.line]);
  };
  const take = (piece: Piece): void => {
    const text = cutter.window.text(piece.start, piece.end);
    assert.equal(text, bytes.toString('utf8', piece.start, piece.end));
    if (piece.kind === 'json' && !isJson(text)) {
      if (piece.isGuess) cutter.rescan();
      else cutter.decline(piece, 'no JSON');
      return;
    }
    const isKnown = piece.kind === 'json' ? text.includes('"k"') : piece.kind === 'xml' || text.startsWith('!');
    if (!isKnown && (piece.kind === 'line' || (piece.isTentative && !piece.fillsLine))) {
      cutter.decline(piece, piece.kind === 'line' ? 'unknown' : UNKNOWN_UNIT);
      return;
    }
    lose(cutter.accept(piece));
    const { kind, line, headerRecordId } = piece;
    cuts.push(headerRecordId === undefined ? [kind, text, line] : [kind, text, line, headerRecordId]);
  };
  for (let at = 0; at <= bytes.length; at += blockBytes) {
    const isLast = at + blockBytes > bytes.length;
    cutter.push(bytes.subarray(at, at + blockBytes));
    for (let piece = cutter.next(isLast); piece !== undefined; piece = cutter.next(isLast)) take(piece);
  }
  lose(cutter.end());
  return cuts;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('lines of JSON, blank lines and CRLF between them, the last without an end', () => {
  assert.deepEqual(cut('{"k":1}\n\n  {"k":2}\r\n{"x":"ü"}'), [
    ['json', '{"k":1}', 1],
    ['json', '{"k":2}', 3],
    ['json', '{"x":"ü"}', 4],
  ]);
});

test('arrays on one line, a line each element, pretty-printed, empty, and arrays in a row', () => {
  assert.deepEqual(
    cut('[{"k":1},{"k":[{"a":"}"}]}]\n[\n{"k":3},\n{"k":4}\n]\n[ ]\n[\n  {\n    "k": 5\n  },\n  {"k":6}\n]'),
    [
      ['json', '{"k":1}', 1],
      ['json', '{"k":[{"a":"}"}]}', 1],
      ['json', '{"k":3}', 3],
      ['json', '{"k":4}', 4],
      ['json', '{\n    "k": 5\n  }', 8],
      ['json', '{"k":6}', 11],
    ],
  );
});

test('objects one after another without anything between, over lines and within', () => {
  assert.deepEqual(cut('{"k":1}{"k":2} {"k":3}\n{\n"k":4}{\n"k":5\n}{"k":6}'), [
    ['json', '{"k":1}', 1],
    ['json', '{"k":2}', 1],
    ['json', '{"k":3}', 1],
    ['json', '{\n"k":4}', 2],
    ['json', '{\n"k":5\n}', 3],
    ['json', '{"k":6}', 5],
  ]);
});

test('record lines give the frame id of the unit behind them, of JSON and of XML', () => {
  assert.deepEqual(cut('Record 7\n{"k":1}\nRecord 9\r\n<?xml version="1.0"?>\n<Event>\n</Event>\n{"k":2}'), [
    ['json', '{"k":1}', 2, 7],
    ['xml', '<Event>\n</Event>', 5, 9],
    ['json', '{"k":2}', 7],
  ]);
});

test('Events with and without a root, on one line, with prefixes, comments and CDATA; text around them is passed over', () => {
  const events = `<!-- <Event> --><?xml version='1.0'?><Events><Event a='1'>x</Event><Event/><e:Event>y</e:Event >
<Event><EventData><![CDATA[</Event><Event>]]></EventData><!-- </Event> --></Event></Events>`;
  assert.deepEqual(cut(events), [
    ['xml', "<Event a='1'>x</Event>", 1],
    ['xml', '<Event/>', 1],
    ['xml', '<e:Event>y</e:Event >', 1],
    ['xml', '<Event><EventData><![CDATA[</Event><Event>]]></EventData><!-- </Event> --></Event>', 2],
  ]);
  assert.deepEqual(cut('<Objs><S N="a">text { </S>\n more </Objs>\n{"k":1}'), [['json', '{"k":1}', 3]]);
});

test('JSON, XML and other lines may be mixed in one source', () => {
  assert.deepEqual(cut('! one\n{"k":1}\n<Event></Event>\n<134>x\n! two'), [
    ['line', '! one', 1],
    ['json', '{"k":1}', 2],
    ['xml', '<Event></Event>', 3],
    ['unknown', '<134>x\n', 4],
    ['line', '! two', 5],
  ]);
});

test('a broken line costs itself; a line that is no event goes with it only when it does not stand alone', () => {
  assert.deepEqual(cut('{"k":1}\n{"k":2,"a":"cut\n{"k":3}\n{"a":\n{"x":1} tail\n{"x":2}\n{"k":4}'), [
    ['json', '{"k":1}', 1],
    ['a line ends inside a string', '{"k":2,"a":"cut\n', 2],
    ['json', '{"k":3}', 3],
    ['a word stands where none may', '{"a":\n{"x":1} tail\n', 4],
    ['json', '{"x":2}', 6],
    ['json', '{"k":4}', 7],
  ]);
});

test('a broken element of an array on one line costs the rest of the line, and its bytes are counted', () => {
  assert.deepEqual(cut('[{"k":1},{"k":01},{"k":3}]\n{"k":4}'), [
    ['json', '{"k":1}', 1],
    ['no JSON', '{"k":01},{"k":3}]\n', 1],
    ['json', '{"k":4}', 2],
  ]);
});

test('a broken element of an array over many lines costs itself', () => {
  assert.deepEqual(cut('[\n  {\n    "k": 1,\n    "o": {"a": x}\n  },\n  {\n    "k": 2\n  }\n]'), [
    ['no JSON', '{\n    "k": 1,\n    "o": {"a": x}\n  },\n  ', 2],
    ['json', '{\n    "k": 2\n  }', 6],
  ]);
});

test('an Event that is cut short costs itself, also at the end of the source', () => {
  assert.deepEqual(cut('<Event><System>\n<Event>a</Event>\n<Event><System>\n<x>'), [
    ['another Event begins before this one ends', '<Event><System>\n', 1],
    ['xml', '<Event>a</Event>', 2],
    ['cut off at the end of the source', '<Event><System>\n<x>', 3],
  ]);
});

test('a document type is refused where it stands, and nothing in it is expanded', () => {
  assert.deepEqual(cut('<!DOCTYPE Event [\n<!ENTITY a "b">\n]>\n<Event>&a;</Event>'), [
    ['a document type is not read', '<!DOCTYPE Event [\n<!ENTITY a "b">\n]>\n', 1],
    ['xml', '<Event>&a;</Event>', 4],
  ]);
});

test('a unit is read up to the bound and passed over beyond it, once, the rest being read', () => {
  const object = (bytes: number): string => `{"k":"${'x'.repeat(bytes - 8)}"}`;
  assert.deepEqual(cut(`${object(100)}\n{"k":1}`, 10, 100), [
    ['json', object(100), 1],
    ['json', '{"k":1}', 2],
  ]);
  assert.deepEqual(cut(`${object(101)}\n{"k":1}`, 10, 100), [
    ['longer than 100 bytes', `${object(101)}\n`, 1],
    ['json', '{"k":1}', 2],
  ]);
  assert.deepEqual(cut(`${'x'.repeat(101)}\n{"k":1}`, 10, 100)[0]?.[0], 'longer than 100 bytes');
  assert.deepEqual(cut(`<Event>${'x'.repeat(84)}</Event>\n${object(9)}`, 7, 100)[0]?.[0], 'xml');
  assert.deepEqual(cut(`<Event>${'x'.repeat(86)}</Event>\n${object(9)}`, 7, 100)[0]?.[0], 'longer than 100 bytes');
});

test('a comment is passed over up to the bound and is broken beyond it, in blocks of any size', () => {
  const comment = (bytes: number): string => `<!--${'x'.repeat(bytes - 7)}-->\n{"k":1}`;
  for (const block of [1, 10, 1000]) {
    assert.deepEqual(cut(comment(100), block, 100), [['json', '{"k":1}', 2]]);
    assert.deepEqual(
      cut(comment(101), block, 100).map(([kind]) => kind),
      ['a comment does not end', 'json'],
    );
  }
});

test('beginnings without ends are looked at a bounded number of times, and what follows them is read', () => {
  for (const opening of ['{"a":\n', '<Event><![CDATA[\n', '{"a":[\n', '<!-- \n']) {
    const cuts = cut(`${opening.repeat(3000)}\n]]>\n{"k":1}\n`, 64, 2000);
    assert.deepEqual(cuts.at(-1)?.slice(0, 2), ['json', '{"k":1}'], opening);
    assert.equal(cuts.length, 2);
  }
});

test('objects of a line far longer than a unit are read one by one', () => {
  const objects = Array.from({ length: 200 }, (_, i) => `{"k":${i}}`);
  const cuts = cut(`[${objects.join(',')}]`, 33, 100);
  assert.deepEqual(
    cuts.map(([, text]) => text),
    objects,
  );
});

const fragment = fc.oneof(
  fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\n', ' ', '{"k":', '"a"', '1', 'true', '\r\n', '!'),
  fc.constantFrom(
    '{"k":1}',
    '{"x":{"k":2}}\n',
    '<Event>',
    '</Event>',
    '<Events>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?',
    '?>',
  ),
  fc.constantFrom('Record 5\n', '<e:Event>', '{"k":"{"}\n', '[{"k":1},', '<134>', 'é', '\u0000'),
);

test('what comes out is the same for every size of block, of any input, and every byte is accounted for once', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (parts, block) => {
      const source = parts.join('');
      const whole = cut(source);
      assert.deepEqual(cut(source, block), whole);
      assert.deepEqual(cut(source, block, 20), cut(source, 1 << 20, 20));
      const bytes = whole.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
      assert.ok(bytes <= Buffer.byteLength(source));
    }),
    { numRuns: 400 },
  );
});

test('any objects are found again in any arrangement', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }).map((value) => ({ k: 0, ...value }));
  const between = fc.constantFrom('\n', '', ' ', ',\n', '\r\n\r\n', ', ');
  fc.assert(
    fc.property(fc.array(fc.tuple(object, fc.nat(2), between)), fc.boolean(), (items, isArray) => {
      const texts = items.map(([value, indent]) => JSON.stringify(value, null, indent));
      const joined = items.map(([, , after], index) => `${texts[index]}${after}`).join('');
      assert.deepEqual(
        cut(isArray ? `[${joined}]` : joined, 17).map(([kind, text]) => [kind, text]),
        texts.map((text) => ['json', text]),
      );
    }),
  );
});
