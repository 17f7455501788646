import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { XmlElement } from './xml-element.ts';
import { parseXml, XML_ATTRIBUTES, XML_DEPTH, XML_ELEMENTS } from './xml-reader.ts';

test('an event as Windows writes it: both quotes, prefixes, entities, CDATA, comments, empty elements', () => {
  const root = parseXml(
    `<?xml version="1.0"?>\r\n<!-- one --><Event xmlns='http://x' xmlns:a="b"><System><Provider Name='P &amp; Q' a:Guid="{1}"/>` +
      `<EventID Qualifiers="16384">19</EventID></System><EventData><Data Name="Query">a &lt; b &#x41;&#66; &unknown; <![CDATA[<raw>&amp;]]></Data><Data>x\r\ny</Data></EventData></Event>\n`,
  );
  assert.deepEqual(root, {
    name: 'Event',
    attributes: [],
    text: '',
    children: [
      {
        name: 'System',
        attributes: [],
        text: '',
        children: [
          {
            name: 'Provider',
            attributes: [
              ['Name', 'P & Q'],
              ['Guid', '{1}'],
            ],
            children: [],
            text: '',
          },
          { name: 'EventID', attributes: [['Qualifiers', '16384']], children: [], text: '19' },
        ],
      },
      {
        name: 'EventData',
        attributes: [],
        text: '',
        children: [
          { name: 'Data', attributes: [['Name', 'Query']], children: [], text: 'a < b AB &unknown; <raw>&amp;' },
          { name: 'Data', attributes: [], children: [], text: 'x\r\ny' },
        ],
      },
    ],
  } satisfies XmlElement);
});

test('what is wrong is told with its place, and nothing is expanded', () => {
  const wrong: readonly [string, RegExp][] = [
    ['', /^no element/],
    ['<a>', /<a> is not closed/],
    ['<a></b>', /<\/b> closes nothing/],
    ['<a/><b/>', /second root/],
    ['<a x></a>', /attribute x has no value/],
    ['<a x=1></a>', /not quoted/],
    ['<a x="1></a>', /does not end/],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', /a DTD is not read/],
    ['text<a/>', /outside of the root/],
    ['<a><![CDATA[x</a>', /CDATA section that does not end/],
    ['<', /name of an element is missing/],
    ['<a', /<a> does not end/],
  ];
  for (const [text, problem] of wrong) {
    const result = parseXml(text);
    assert.ok(typeof result === 'string' && problem.test(result), `${text}: ${JSON.stringify(result)}`);
  }
});

test('L20 depth, elements and attributes are bounded, on both sides', () => {
  const deep = (n: number): string => '<a>'.repeat(n) + '</a>'.repeat(n);
  assert.notEqual(typeof parseXml(deep(XML_DEPTH)), 'string');
  assert.match(String(parseXml(deep(XML_DEPTH + 1))), /deeper/);
  const wide = (n: number): string => `<r>${'<a/>'.repeat(n - 1)}</r>`;
  assert.notEqual(typeof parseXml(wide(XML_ELEMENTS)), 'string');
  assert.match(String(parseXml(wide(XML_ELEMENTS + 1))), /more than 65536 elements/);
  const attributes = (n: number): string => `<a ${Array.from({ length: n }, (_, i) => `x${i}="1"`).join(' ')}/>`;
  assert.notEqual(typeof parseXml(attributes(XML_ATTRIBUTES)), 'string');
  assert.match(String(parseXml(attributes(XML_ATTRIBUTES + 1))), /more than 256 attributes/);
});

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
function treeOf(depth: number): fc.Arbitrary<XmlElement> {
  return fc.record({
    name,
    attributes: fc.array(fc.tuple(name, fc.string()), { maxLength: 3 }),
    children: depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 3 }),
    text: fc.string(),
  });
}

function written(element: XmlElement): string {
  const attributes = element.attributes.map(([key, value]) => ` ${key}="${escapeText(value)}"`).join('');
  return `<${element.name}${attributes}>${escapeText(element.text)}${element.children.map(written).join('')}</${element.name}>`;
}

test('a tree that is written is read back the same', () => {
  fc.assert(
    fc.property(treeOf(3), (element) => {
      const clean = JSON.parse(JSON.stringify(element)) as XmlElement;
      const withoutNamespaces = (e: XmlElement): XmlElement => ({
        ...e,
        attributes: e.attributes.filter(([key]) => key !== 'xmlns'),
        children: e.children.map(withoutNamespaces),
      });
      assert.deepEqual(parseXml(written(clean)), withoutNamespaces(clean));
    }),
    { numRuns: 200 },
  );
});

test('no text makes it throw or take long', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', ' ', '"', '=', '&', '!', '-', '[', ']', '?', ';') }),
      (text) => {
        parseXml(text);
      },
    ),
    { numRuns: 2000 },
  );
  const start = performance.now();
  parseXml('<a '.repeat(300_000));
  parseXml(`<a>${'&'.repeat(1_000_000)}</a>`);
  assert.ok(performance.now() - start < 2000);
});
