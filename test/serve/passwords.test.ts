import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runServer } from './running-server.ts';
import { addPerson, cookieOf, postSession, signIn, visitor } from './signed-in.ts';

test('a reset counts before an old password that was still being hashed: it is not overwritten, and no session is left', async (context) => {
  // Hashes take their time and their turn, so that each of these is under way when the reset is made.
  const server = await runServer(context, { isCostly: true });
  const admin = await signIn(server, 'ada', await addPerson(server, 'ada', 'admin'));
  const stolen = await addPerson(server, 'bob', 'analyst');
  const thief = await signIn(server, 'bob', stolen);
  const resetting = admin.ask('POST', '/v1/people/bob/reset');
  const [reset, change, again] = await Promise.all([
    resetting,
    thief.ask('POST', '/v1/session/password', { current: stolen, next: 'a password of the thief' }),
    postSession(server, 'bob', stolen),
  ]);
  assert.equal(reset.status, 200);
  assert.deepEqual([change.status, change.json['code']], [401, 'sign_in_failed']);
  for (const cookie of [thief.cookie, cookieOf(change.response), cookieOf(again)]) {
    assert.equal((await visitor(server, 'bob', cookie, '').ask('GET', '/v1/session')).status, 401);
  }
  assert.equal((await postSession(server, 'bob', 'a password of the thief')).status, 401);
  assert.equal((await postSession(server, 'bob', stolen)).status, 401);
  const bob = await signIn(server, 'bob', String(reset.json['password']));
  assert.equal((await bob.ask('GET', '/v1/session')).json['mustChangePassword'], true);
});

test('L30 a password that is refused says why in the words that every client shows', async (context) => {
  const server = await runServer(context);
  const given = await addPerson(server, 'bob', 'analyst');
  const bob = await signIn(server, 'bob', given);
  const same = await bob.ask('POST', '/v1/session/password', { current: given, next: given });
  assert.deepEqual([same.status, same.json['detail']], [422, 'next: It is the password that you have.']);
});
