import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROUTES } from '../../src/api/index.ts';
import { ask, runServer } from './running-server.ts';

/** What a list is asked for, where it takes pages and a key may read it. */
const PAGED = ROUTES.filter(({ query, access }) => query?.['limit'] !== undefined && access !== 'own').map(
  ({ path }) => path,
);
/** Lists that are whole in one answer. */
const WHOLE = ['/v1/pins', '/v1/holds'];

test('no list answers a query that it does not understand: a filter with a typing error would show everything', async (t) => {
  const server = await runServer(t);
  assert.ok(PAGED.length >= 12, PAGED.join(' '));
  const lists = PAGED.filter((path) => !path.includes('{'));
  for (const path of [...lists, ...WHOLE]) {
    assert.equal((await ask(server, 'GET', path)).status, 200, path);
    assert.equal((await ask(server, 'GET', `${path}?lvl=high`)).status, 400, path);
  }
  for (const path of lists) {
    const wrong = ['0x10', '1e2', '0', '1001', '', '%2B5', '1.0', '10000'];
    for (const limit of wrong) {
      assert.equal((await ask(server, 'GET', `${path}?limit=${limit}`)).status, 400, `${path} ${limit}`);
    }
    for (const limit of ['1', '1000'])
      assert.equal((await ask(server, 'GET', `${path}?limit=${limit}`)).status, 200, path);
    assert.equal((await ask(server, 'GET', `${path}?limit=5&limit=6`)).status, 400, path);
  }
  for (const filter of ['state=open&state=closed', 'level=high&level=low', 'state=', 'host=']) {
    assert.equal((await ask(server, 'GET', `/v1/incidents?${filter}`)).status, 400, filter);
  }
  for (const name of ['host', 'channel', 'event', 'record', 'sender', 'word', 'part', 'from']) {
    assert.equal((await ask(server, 'GET', `/v1/events?${name}=`)).status, 400, `${name} empty`);
  }
  assert.equal((await ask(server, 'GET', '/v1/events?host=a&host=b,c&event=1')).status, 200);
  assert.equal((await ask(server, 'GET', '/v1/incidents?state=open,closed&level=high&host=x')).status, 200);
});
