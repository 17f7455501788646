import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { LogDecoder, locateSlots } from '../evtx/index.ts';
import type { XmlElement } from './xml-element.ts';
import { parseXml } from './xml-reader.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/dev');
const skip = existsSync(CORPUS) ? false : 'the corpus is not here';

interface Growing {
  readonly name: string;
  readonly attributes: (readonly [string, string])[];
  readonly children: Growing[];
  text: string;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The tree that an independent parser makes of the text; undefined when it refuses it. */
function treeOfSaxes(text: string): XmlElement | undefined {
  const open: Growing[] = [];
  let root: Growing | undefined;
  let isRefused = false;
  const parser = new SaxesParser();
  parser.on('error', () => {
    isRefused = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const kept = Object.entries(attributes).filter(([key]) => key !== 'xmlns' && !key.startsWith('xmlns:'));
    const element: Growing = {
      name: localName(name),
      attributes: kept.map(([key, value]) => [localName(key), value]),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const take = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  return isRefused ? undefined : root;
}

/** XML 1.0 2.11 and 3.3.3 make other characters of line ends, which our reader keeps (SETTLED B14). */
function asSaxes(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function assertSame(text: string): boolean {
  const normal = asSaxes(text);
  const wanted = treeOfSaxes(normal);
  if (wanted === undefined) return false;
  assert.deepEqual(parseXml(normal), wanted);
  return true;
}

test('what an independent parser reads of real events is what we read', { skip }, () => {
  let same = 0;
  for (const line of readFileSync(join(CORPUS, 'shapes/splunk_xmlwineventlog.xml'), 'utf8').split('\n')) {
    if (line !== '' && assertSame(line)) same++;
  }
  for (const part of readFileSync(join(CORPUS, 'shapes/evtx_dump.xml'), 'utf8').split(/^Record \d+\s*$/m)) {
    if (part.trim() !== '' && assertSame(part.trim())) same++;
  }
  assert.equal(same, 36 + 17);
  let refused = 0;
  for (const name of readdirSync(join(CORPUS, 'malicious'))) {
    if (!name.endsWith('.evtx')) continue;
    const bytes = readFileSync(join(CORPUS, 'malicious', name));
    const layout = locateSlots(bytes, bytes.length, false);
    assert.ok(layout !== undefined);
    const unit = { source: { file: name }, layout, bytes: bytes.subarray(4096), fileOffset: 4096, firstSlot: 0 };
    new LogDecoder({ carve: false, collectTemplates: false }).decodeUnit(unit, {
      onRecord: (view) => {
        if (assertSame(view.toXml())) same++;
        else refused++;
      },
    });
  }
  assert.ok(same > 250, `${same} documents`);
  // Windows' events may hold characters that XML 1.0 forbids: those only our reader takes.
  assert.ok(refused * 20 < same, `${refused} documents refused by the other parser`);
});

test('what an independent parser reads of made documents is what we read', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,6}$/).filter((text) => !/^xml/i.test(text));
  const text = fc.oneof(
    fc.constantFrom('&amp;', '&lt;', '&#65;', '&#x1F600;', '<![CDATA[<a>&amp;]]>', '<!-- - -->', ' ', '\n', '<?p q?>'),
    fc.stringMatching(/^[a-zA-Z0-9 .;=\\/-]{0,12}$/),
  );
  const attribute = fc
    .tuple(name, fc.constantFrom('"', "'"), fc.stringMatching(/^[a-z &;]{0,8}$/))
    .map(([key, quote, value]) => [key, ` ${key} = ${quote}${value.replaceAll('&', '&amp;')}${quote}`] as const);
  const element: fc.Arbitrary<string> = fc.letrec<{ element: string }>((tie) => ({
    element: fc
      .tuple(
        name,
        fc.uniqueArray(attribute, { maxLength: 3, selector: ([key]) => key }),
        fc.array(fc.oneof({ maxDepth: 4 }, text, tie('element')), { maxLength: 4 }),
      )
      .map(([tag, attributes, content]) => {
        const head = `<${tag}${attributes.map(([, written]) => written).join('')}`;
        return content.length === 0 ? `${head} />` : `${head}>${content.join('')}</${tag} >`;
      }),
  })).element;
  let same = 0;
  fc.assert(
    fc.property(element, (document) => {
      if (assertSame(document)) same++;
    }),
    { numRuns: 500 },
  );
  assert.ok(same > 450, `${same} of 500 documents`);
});
