import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Drawing, draw, EMPTY, joinDrawings, writeOut } from './drawn.ts';
import { accountName, exactText, unbroken } from './drawn-text.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'`&';

test('a template becomes plain elements, in order, and is written out as it stands', () => {
  const drawn = draw`<p class="a ${'b'}" data-n="${3}">one <b>${'two'}</b>${4}<br><svg><line x1="0"/></svg></p>`;
  assert.deepEqual(drawn, [
    {
      tag: 'p',
      attrs: { class: 'a b', 'data-n': '3' },
      children: [
        'one ',
        { tag: 'b', attrs: {}, children: ['two'] },
        '4',
        { tag: 'br', attrs: {}, children: [] },
        { tag: 'svg', attrs: {}, children: [{ tag: 'line', attrs: { x1: '0' }, children: [] }] },
      ],
    },
  ]);
  assert.equal(writeOut(drawn), '<p class="a b" data-n="3">one <b>two</b>4<br><svg><line x1="0"/></svg></p>');
});

test('L20 what comes from evidence is text, in content and in attributes, and can be seen', () => {
  const drawn = draw`<i title="${HOSTILE}">${HOSTILE}</i>`;
  assert.deepEqual(drawn, [{ tag: 'i', attrs: { title: HOSTILE }, children: [HOSTILE] }]);
  assert.equal(
    writeOut(drawn),
    '<i title="&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&#x60;&amp;">&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&#x60;&amp;</i>',
  );
  assert.doesNotMatch(writeOut(draw`<i>${'a\u202Eb\u0007'}</i>`), /[\u202E\u0007]/);
});

test('drawings and sets of attributes fill holes; nothing leaves nothing', () => {
  const rows: Drawing[] = ['a', 'b'].map((text) => draw`<li>${text}</li>`);
  assert.equal(writeOut(draw`<ul${{ hidden: '' }}>${rows}${EMPTY}${''}</ul>`), '<ul hidden><li>a</li><li>b</li></ul>');
  assert.equal(writeOut(joinDrawings(rows, ', ')), '<li>a</li>, <li>b</li>');
  assert.equal(draw`${''}`.length, 0);
  assert.throws(() => draw`<p>${{ class: 'x' }}</p>`, TypeError);
});

test('a template that is not whole is a fault of ours', () => {
  assert.throws(() => draw`<p>`, /does not end/);
  assert.throws(() => draw`<p></b>`, /ends another/);
  assert.throws(() => draw`a < b`, /no whole template/);
});

test('names keep whole, accounts break behind their domain, and addresses of commands are no links', () => {
  assert.equal(writeOut(unbroken('on SRV-02 now')), 'on <span class="nb">SRV-02</span> now');
  assert.equal(writeOut(accountName('CORP\\svc-x')), '<span class="nb">CORP\\<wbr>svc-x</span>');
  assert.equal(writeOut(exactText('iwr http://a/b')), 'iwr h<wbr>ttp://a/b');
});
