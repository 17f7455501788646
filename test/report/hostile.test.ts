import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  renderCsv,
  renderHayabusaCsv,
  renderHtml,
  renderJson,
  renderJsonl,
  renderText,
  renderTimesketch,
} from '../../src/report/index.ts';
import { resultSaying } from './hostile-result.ts';
import { RESULT } from './sample-result.ts';

function whole(parts: Iterable<string>): string {
  return [...parts].join('');
}

const MARKUP = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>alert(1)</script>',
  '</title><svg onload=alert(1)>',
  '`$' + '{alert(1)}`',
  '<!--',
  ']]>',
  '&lt;script&gt;',
  'javascript:alert(1)',
];

/** Tags of the page, attribute values emptied: what a parser would see. */
function skeleton(page: string): string {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '<style>').replace(/<script>[\s\S]*?<\/script>/, '<script>');
  return (body.match(/<[^<>]*>/g) ?? [])
    .map((tag) => tag.replace(/"[^"]*"/g, '""'))
    .filter((tag, index, tags) => tags.indexOf(tag) === index)
    .sort()
    .join('\n');
}

test('L20 no text of evidence becomes a tag or an attribute of the page', () => {
  const known = skeleton(whole(renderHtml(resultSaying('harmless'))));
  for (const attack of MARKUP) {
    assert.equal(skeleton(whole(renderHtml(resultSaying(attack)))), known, attack);
  }
});

test('L27 the check above fails when a text is not escaped', () => {
  const known = skeleton(whole(renderHtml(RESULT)));
  assert.notEqual(skeleton(whole(renderHtml(RESULT)).replace('UpdSvcSync', '<img src=x onerror=alert(1)>')), known);
});

test('L20 the page has no style attribute, no event handler, no address to load and no script but its own', () => {
  for (const attack of ['harmless', ...MARKUP]) {
    const page = whole(renderHtml(resultSaying(attack)));
    const tags = page.replace(/<script>[\s\S]*<\/script>/, '').match(/<[a-z][^<>]*>/g) ?? [];
    for (const tag of tags) {
      const bare = tag.replace(/"[^"]*"/g, '""');
      assert.doesNotMatch(bare, /\s(?:style|src|srcset|action|formaction|on[a-z]+)=/i, tag);
      const link = /\shref="([^"]*)"/.exec(tag)?.[1];
      if (link !== undefined) assert.match(link, /^#/, tag);
    }
    assert.equal(page.split('<script').length, 2);
  }
});

test('the hashes of the content security policy are those of the style and script on the page', () => {
  const page = whole(renderHtml(RESULT));
  const hash = (text: string | undefined): string =>
    `'sha256-${createHash('sha256')
      .update(text ?? '')
      .digest('base64')}'`;
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1];
  const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1];
  assert.equal(
    policy,
    `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
  );
});

const INVISIBLE = 'a\u001b[2Jb\u0007c\u0085d\u202ee\u2066f\u200bg\ud800h\u2028i\u0000j\u{e0041}k\ufeffl';

test('L20 no control, bidirectional, invisible or broken character reaches a terminal or the page', () => {
  for (const text of [
    whole(renderText(resultSaying(INVISIBLE), { all: true })),
    whole(renderCsv(resultSaying(INVISIBLE))),
    whole(renderHayabusaCsv(resultSaying(INVISIBLE))),
    whole(renderHtml(resultSaying(INVISIBLE))),
  ]) {
    assert.doesNotMatch(
      text,
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u,
    );
    assert.ok(text.includes('\\u{202e}') && text.includes('\\u{d800}'));
  }
});

test('L20 a line break in evidence makes no line of its own in a terminal outside a payload, and none in CSV', () => {
  const result = resultSaying('first\nCRITICAL second\r\nthird');
  for (const line of whole(renderText(result)).split('\n')) assert.doesNotMatch(line, /^CRITICAL second/);
  const harmless = whole(renderCsv(resultSaying('harmless')))
    .trimEnd()
    .split('\n').length;
  for (const text of [whole(renderCsv(result)), whole(renderHayabusaCsv(result))]) {
    const rows = text.trimEnd().split('\n');
    assert.equal(rows.length, harmless);
  }
});

/** Cells of one CSV text by RFC 4180. */
function cellsOf(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^",\n]+)/g)].map((match) =>
    (match[1] ?? match[2] ?? '').replaceAll('""', '"'),
  );
}

test('L20 no cell of a CSV begins like a formula', () => {
  for (const attack of ['=cmd|x', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', '＝1', '"=1', '=1",="2']) {
    for (const render of [renderCsv, renderHayabusaCsv]) {
      for (const cell of cellsOf(whole(render(resultSaying(attack)))))
        assert.doesNotMatch(cell, /^[=+\-@\t\r＝＋－＠]/, attack);
    }
  }
});

test('L20 JSON carries evidence exactly, a field called __proto__ too', () => {
  for (const text of [...MARKUP, INVISIBLE.replace('\ud800', ''), 'https://203.0.113.24/u']) {
    const parsed = JSON.parse(whole(renderJson(resultSaying(text)))) as {
      readonly records: readonly { readonly data: Record<string, string> }[];
    };
    const data = parsed.records[0]?.data ?? {};
    assert.deepEqual(Object.entries(data), [
      [text, text],
      ['__proto__', text],
    ]);
    for (const line of whole(renderJsonl(resultSaying(text)))
      .trimEnd()
      .split('\n'))
      JSON.parse(line);
    for (const line of whole(renderTimesketch(resultSaying(text)))
      .trimEnd()
      .split('\n'))
      JSON.parse(line);
  }
});

test('A30 text and page write addresses so that nothing can be clicked; JSON has them raw', () => {
  for (const render of [renderText, renderHtml]) {
    const text = whole(render(resultSaying('see http://a.example and HTTPS://b.example or ftp://c.example')));
    assert.doesNotMatch(text, /\b(?:https?|ftps?):\/\//i);
    assert.ok(
      text.includes('hxxp://a.example') && text.includes('HxxPS://b.example') && text.includes('fxp://c.example'),
    );
  }
  assert.ok(whole(renderJson(RESULT)).includes('https://203.0.113.24/u'));
});
