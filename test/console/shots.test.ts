import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf, indexPage } from '../../tools/console-shots/index-page.ts';
import { PLACES } from '../../tools/console-shots/places.ts';

test('pictures of the page stand beside each other, by place and theme, each with its file', () => {
  const names = PLACES.map(({ name }) => idOf(name));
  assert.equal(new Set(names).size, names.length, 'no place writes over another');
  const shots = ['390 light', '1440 dark', '1440 light', 'paper'].map((view) => ({
    ...{ place: 'queue, two', view },
    file: `${idOf('queue, two')}-${idOf(view)}.png`,
  }));
  const page = indexPage(shots);
  assert.match(page, /<h2 id="queue-two">queue, two<\/h2>/);
  const rows = [...page.matchAll(/<div class="row">.*?<\/div>/g)].map(([row]) =>
    [...row.matchAll(/ src="([^"]+)"/g)].map(([, file]) => file),
  );
  assert.deepEqual(rows, [
    ['queue-two-390-light.png', 'queue-two-1440-light.png'],
    ['queue-two-1440-dark.png'],
    ['queue-two-paper.png'],
  ]);
});
