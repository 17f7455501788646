import type { OutboxMessage } from '../outbox/index.ts';
import { formatTime } from '../windows/index.ts';
import { TEST_INCIDENT } from './shown.ts';
import type { Origin } from './sink.ts';

/** A message that is no incident, to see that a sink is reached: it says so itself, and its id is of its own time. */
export function testMessage(sink: string, nowMs: number, origin: Origin): OutboxMessage {
  const time = formatTime(nowMs, 0);
  const title = `Test of the sink ${sink} by Triad ${origin.version}; nothing happened`;
  return {
    seq: 0,
    id: `test_${sink}_${nowMs}`,
    sink,
    incident: TEST_INCIDENT,
    reasons: ['reached'],
    dueMs: nowMs,
    tries: 0,
    head: {
      id: TEST_INCIDENT,
      number: 0,
      version: 1,
      revision: 0,
      level: 'informational',
      title,
      hosts: [origin.host],
      first: time,
      last: time,
      standing: 'told',
      mergedInto: null,
      state: 'closed',
      owner: null,
      verdict: 'test',
      isWmi: false,
      createdMs: nowMs,
      changedMs: nowMs,
    },
    document: null,
  };
}
