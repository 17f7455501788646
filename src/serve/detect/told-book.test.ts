import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownIncident } from '../../live/index.ts';
import { ToldBook } from './told-book.ts';

function known(id: string, members: readonly string[], standing: KnownIncident['standing']): KnownIncident {
  return { id, version: 1, digest: '', members, hosts: [], first: '', times: {} as never, standing };
}

test('an incident is told elsewhere where another lane holds all of it, or what was told at last is more', () => {
  const [mine, other] = [{}, {}];
  const book = new ToldBook([
    known('own', ['a', 'b'], 'told'),
    known('theirs', ['c', 'd'], 'told'),
    known('left', ['e', 'f'], 'told'),
    known('final', ['g', 'h'], 'final'),
    known('gone', ['i', 'j'], 'withdrawn'),
  ]);
  book.adopt(mine, ['own']);
  book.adopt(other, ['theirs', 'left']);
  const asked: string[] = [];
  const elsewhere = book.elsewhere(mine, (owner, id) => {
    asked.push(id);
    return owner === other && id !== 'left';
  });
  const holders = [['a'], ['c'], ['d', 'c'], ['c', 'x'], ['e'], ['g'], ['g', 'h'], ['i'], []].map(
    (members) => elsewhere(members)?.id,
  );
  assert.deepEqual(holders, [
    undefined,
    'theirs',
    'theirs',
    undefined,
    undefined,
    'final',
    undefined,
    undefined,
    undefined,
  ]);
  assert.deepEqual(asked, ['theirs', 'left']);
});

test('L15 what the state let go of is not remembered: neither what was told of it nor by whom', () => {
  const lane = {};
  const book = new ToldBook([known('gone', ['a'], 'final'), known('stays', ['b'], 'final')]);
  book.adopt(lane, ['gone', 'stays']);
  book.settle({ versions: [], dropped: ['gone'] });
  assert.deepEqual([book.get('gone'), book.ownerOf('gone')], [undefined, undefined]);
  assert.deepEqual([...book.of(lane, new Set(['gone']), true, ['a', 'b']).keys()], ['stays']);
});

test('L15 what was told anew before it was heard that the state let go of it is remembered', () => {
  const lane = {};
  const book = new ToldBook([known('back', ['a'], 'told')]);
  book.adopt(lane, ['back']);
  book.settle({ versions: [], dropped: ['back'] });
  assert.deepEqual([book.get('back')?.standing, book.ownerOf('back')], ['told', lane]);
});

test('of thousands that share a member those are looked at that hold the rarest', () => {
  const book = new ToldBook(
    Array.from({ length: 3000 }, (_, at) => known(`i${at}`, ['shared', `m${at}`, `n${at}`], 'final')),
  );
  const elsewhere = book.elsewhere({}, () => false);
  let asked = 0;
  const members = (at: number): readonly string[] =>
    new Proxy(['shared', `n${at}`], {
      get: (target, name, receiver) => {
        if (name === 'every') asked++;
        return Reflect.get(target, name, receiver);
      },
    });
  for (let at = 0; at < 3000; at++) assert.equal(elsewhere(members(at))?.id, `i${at}`);
  assert.equal(asked, 3000);
});
