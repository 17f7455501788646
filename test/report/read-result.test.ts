import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type HuntResult, looksLikeResult, readResult, renderJsonl, SchemaCheck } from '../../src/report/index.ts';
import { resultSaying } from './hostile-result.ts';
import { INCIDENTS } from './sample-incidents.ts';

const CHECK = new SchemaCheck(readFileSync(new URL('../../schemas/common.schema.json', import.meta.url), 'utf8'));
const WHOLE = [...renderJsonl(INCIDENTS)].join('');

/** The text in pieces of this many bytes. */
async function* pieces(text: string | Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string | Uint8Array, size?: number): Promise<HuntResult> {
  const answer = await readResult(pieces(text, size), CHECK);
  assert.equal(answer.kind, 'result', JSON.stringify(answer));
  assert.ok(answer.kind === 'result');
  return answer.result;
}

async function problemOf(text: string | Uint8Array): Promise<string> {
  const answer = await readResult(pieces(text), CHECK);
  return answer.kind === 'problem' ? `${answer.line}: ${answer.code}: ${answer.message}` : 'none';
}

test('L14 what jsonl wrote is read back as the same result, the incidents too', async () => {
  for (const size of [1, 7, 100_000]) {
    const result = await read(WHOLE, size);
    assert.deepEqual(result.incidents, INCIDENTS.incidents);
    assert.deepEqual(JSON.parse(JSON.stringify(result)), JSON.parse(JSON.stringify(INCIDENTS)));
    assert.equal([...renderJsonl(result)].join(''), WHOLE);
  }
});

test('L20 a result full of hostile text is read back unchanged', async () => {
  for (const text of ['"><script>', '\u202e\u0000\n\r\u2028', '__proto__', '\u{1f600}', '{"kind":"run"}\n']) {
    const written = [...renderJsonl(resultSaying(text))].join('');
    assert.equal([...renderJsonl(await read(written))].join(''), written);
  }
});

test('a byte order mark and line breaks of another system do not matter', async () => {
  assert.deepEqual((await read(`\ufeff${WHOLE}`)).incidents, INCIDENTS.incidents);
  assert.deepEqual((await read(WHOLE.replaceAll('\n', '\r\n'))).incidents, INCIDENTS.incidents);
});

test('U1 a file that was cut at any line is refused, with the line', async () => {
  const lines = WHOLE.trimEnd().split('\n');
  for (let n = 1; n < lines.length; n++) {
    const cut = `${lines.slice(0, n).join('\n')}\n`;
    assert.equal(await problemOf(cut), `${n}: TRIAD-E-RESULT-CUT: It ends without a run line: it was cut.`);
  }
  assert.equal(await problemOf(''), '0: TRIAD-E-RESULT-CUT: It is empty.');
  const half = WHOLE.slice(0, WHOLE.length - 40);
  assert.equal(
    await problemOf(half),
    `${lines.length}: TRIAD-E-RESULT-LINE: The line is not JSON: it was cut or changed.`,
  );
});

function changed(from: string, to: string): string {
  assert.ok(WHOLE.includes(from), from);
  return WHOLE.replace(from, to);
}

const lineOf = (text: string): number => WHOLE.slice(0, WHOLE.indexOf(text)).split('\n').length;

test('L27 every kind of damage is found and placed', async () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['"level":"critical","score":100', '"level":"critical","score":99', /CHANGED/],
    ['"level":"critical","score":100', '"level":"dreadful","score":100', /LINE: Level is not one of/],
    ['"level":"critical","score":100', '"level":"critical","score":"100"', /LINE: Score is not an integer/],
    ['"level":"critical","score":100', '"level":"critical","score":1e999', /LINE: Score is not an integer/],
    ['"isCut":false', '"isCut":false,"extra":1', /LINE: Extra is not known/],
    ['"links":["linkaaaaaaaaaaaa"', '"links":["LINK"', /LINE: Links\[0\] does not have the form/],
    ['"edges":[{', '"edges":[{"odd":1,', /LINE: Edges\[0\]\.odd is not known/],
    ['"edges":[{', '"edges":{"a":{', /LINE: The line is not JSON/],
    ['"kind":"gap"', '"kind":"trap"', /LINE: Kind is not a known one/],
    ['"schema":"triad.finding/1"', '"schema":"triad.finding/2"', /VERSION: Schema is not triad\.finding\/1/],
    ['{"kind":"header"', '{"kind":"gap"', /START: The first line is no header/],
  ];
  for (const [from, to, expected] of cases) {
    const problem = await problemOf(changed(from, to));
    assert.match(problem, expected, to);
    const line = /CHANGED/.test(problem) ? WHOLE.trimEnd().split('\n').length : lineOf(from);
    assert.equal(Number(problem.split(':')[0]), line, problem);
  }
});

test('what is no result at all is named for what it is', async () => {
  assert.match(
    await problemOf('{"schemaVersion":1}'),
    /^1: TRIAD-E-RESULT-START: This is the one object of --format json/,
  );
  assert.match(await problemOf('hello\n'), /^1: TRIAD-E-RESULT-LINE: The line is not JSON/);
  assert.match(await problemOf('[]\n'), /^1: TRIAD-E-RESULT-LINE: The line is no object/);
  assert.match(await problemOf(Buffer.from(WHOLE, 'utf16le')), /LINE/);
  assert.match(await problemOf(Buffer.from(`\ufeff${WHOLE}`, 'utf16le')), /^1: TRIAD-E-RESULT-LINE: It is UTF-16/);
  assert.match(await problemOf(`${WHOLE}${WHOLE}`), /ORDER: Something stands behind the run line/);
  assert.match(await problemOf(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), /^1: TRIAD-E-RESULT-LINE/);
});

test('L20 lines, their number and the whole are bounded, on both sides of each bound', async () => {
  const lines = WHOLE.trimEnd().split('\n');
  const longest = Math.max(...lines.map((line) => Buffer.byteLength(line)));
  const total = Buffer.byteLength(WHOLE);
  const exact = { lineBytes: longest, lines: lines.length, totalBytes: total };
  assert.equal((await readResult(pieces(WHOLE), CHECK, exact)).kind, 'result');
  for (const limits of [
    { ...exact, lineBytes: longest - 1 },
    { ...exact, lines: lines.length - 1 },
    { ...exact, totalBytes: total - 1 },
  ]) {
    const answer = await readResult(pieces(WHOLE), CHECK, limits);
    assert.equal(answer.kind === 'problem' ? answer.code : answer.kind, 'TRIAD-E-RESULT-LIMIT');
  }
});

test('a result is known by its first bytes, whatever its version', () => {
  assert.ok(looksLikeResult(WHOLE.slice(0, 64)));
  assert.ok(looksLikeResult('{"kind":"header","schema":"triad.finding/9"'));
  assert.ok(!looksLikeResult('{"kind":"header"}') && !looksLikeResult('ElfFile\0'));
});

test('L27 a keyword of JSON Schema that the check does not know is not passed over', () => {
  assert.throws(() => new SchemaCheck('{"$defs":{"a":{"type":"string","maxLength":3}}}'), /maxLength/);
});
