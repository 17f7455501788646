import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, security } from '../../testkit/index.ts';
import { actorOf } from './actor.ts';

const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const AT = { computer: 'WS-01', time: '2026-03-12T09:00:00Z' };

function created(version: 0 | 1 | 2): EventModel {
  return security.processCreation(
    {
      pid: 77n,
      image: 'C:\\Windows\\System32\\whoami.exe',
      creatorPid: 12n,
      subject: security.subject(ALICE, 0xa1n),
    },
    { ...AT, version },
  );
}

test('DOMAIN 2.2 #16, #52: a 4688 is about the process that it names, under its own account or under none', () => {
  const [old, whole] = madeEvents([created(1), created(2)]).map(actorOf);
  const process = { pid: 77, image: 'C:\\Windows\\System32\\whoami.exe' };
  assert.deepEqual(old, process);
  assert.deepEqual(whole, { ...process, user: 'CORP\\alice', sid: ALICE.sid, logonId: '0xa1' });
});
