import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const FOLDER = new URL('../../console/', import.meta.url);
const sources = globSync('**/*.{ts,tsx}', { cwd: FOLDER, exclude: ['dist/**'] }).map((path) => ({
  path: path.replaceAll('\\', '/'),
  text: readFileSync(new URL(path.replaceAll('\\', '/'), FOLDER), 'utf8'),
}));

test('G16 no source of the page makes elements of text, or runs any', () => {
  const ways =
    /dangerouslySetInnerHTML|\.(?:inner|outer)HTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\(|new Function/;
  assert.ok(sources.length > 40);
  assert.deepEqual(
    sources.filter(({ text }) => ways.test(text)).map(({ path }) => path),
    [],
  );
});

test('the page enters rooms of the program by the doors of report and api alone', () => {
  const reached = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/from '((?:\.\.\/)+src\/[^']+)'/g)].map(([, specifier = '']) => `${path}: ${specifier}`),
  );
  assert.deepEqual(
    reached.filter((one) => !/: (?:\.\.\/)+src\/(?:report|api)\/index\.ts$/.test(one)),
    [],
  );
});

test('a file of the page is short', () => {
  assert.deepEqual(
    sources.filter(({ text }) => text.split('\n').length > 400).map(({ path }) => path),
    [],
  );
});
