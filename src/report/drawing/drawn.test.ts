import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Drawing, draw, EMPTY, joinDrawings, writeOut } from './drawn.ts';
import { accountName, exactText, unbroken } from './drawn-text.ts';
import { indicatorKind, machineKind, markedIn, objectOf } from './object.ts';

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

test('a value that is marked as what it is changes nothing of what is written out', () => {
  const host = objectOf('host', 'srv-02.corp.example', 'SRV-02');
  assert.equal(writeOut(draw`<p>on ${host}, as ${objectOf('account', 'CORP\\x')}</p>`), '<p>on SRV-02, as CORP\\x</p>');
  assert.deepEqual(host, [
    { tag: '', attrs: {}, children: ['SRV-02'], object: { kind: 'host', value: 'srv-02.corp.example' } },
  ]);
  const words = unbroken('CORP\\svc-deploy’s session.');
  const marked = markedIn(words, 'account', 'CORP\\svc-deploy');
  assert.equal(writeOut(marked), writeOut(words));
  assert.equal(JSON.stringify(marked).split('"kind":"account"').length, 2);
  assert.deepEqual(markedIn(words, 'account', ''), words);
  assert.deepEqual(objectOf('account', ''), []);
});

test('machines go by a name or an address', () => {
  assert.deepEqual(['10.0.0.7', 'fe80::1', 'SRV-02', '3com'].map(machineKind), ['address', 'address', 'host', 'host']);
  assert.deepEqual(['ip', 'sha256', 'md5', 'account', 'domain', 'mutex'].map(indicatorKind), [
    'address',
    'hash',
    'hash',
    'account',
    'domain',
    'value',
  ]);
});
