import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyOf, hunted, onlyDossierOf } from '../../test/at-rest.ts';
import {
  absoluteTimer,
  intervalTimer,
  type RepositoryWriter,
  smallRepository,
  updater,
} from '../../testkit/cim/index.ts';
import { ObjectEvent } from '../objects/index.ts';
import type { Dossier } from './index.ts';
import { Timers, timerOf } from './timers.ts';

const MAY_NOT = /^It may not fire: .*timer/i;

/** A subscription that waits for the timer `Timer` in root\cimv2. */
function waiting(prepare: (repository: RepositoryWriter) => void, eventNamespace = 'root\\cimv2'): Dossier {
  const repository = smallRepository();
  prepare(repository);
  updater(repository, { query: "SELECT * FROM __TimerEvent WHERE TimerID = 'Timer'", eventNamespace });
  repository.checkpoint();
  return onlyDossierOf(hunted(copyOf(repository)));
}

function brief({ timer, notes }: Dossier): unknown {
  const mayNot = notes.some((note) => MAY_NOT.test(note));
  return [timer?.class, timer?.timerId, timer?.intervalMs, timer?.namespace, mayNot];
}

test('The timer that a filter waits for is told with its interval and namespace, and it may fire', () => {
  const dossier = waiting((repository) => intervalTimer(repository, 'root\\cimv2', 'TIMER', 3_600_000));
  assert.deepEqual(brief(dossier), ['__IntervalTimerInstruction', 'TIMER', 3_600_000, 'root\\cimv2', false]);
  assert.equal(dossier.timer?.evidence[0]?.repository?.label, 'live');
});

test('Without a timer instruction it may not fire', () => {
  assert.deepEqual(brief(waiting(() => undefined)), [undefined, undefined, undefined, undefined, true]);
});

test('Of two timers of one id the one in the namespace in which the filter listens is its own', () => {
  const both = (repository: RepositoryWriter): void => {
    intervalTimer(repository, 'root\\subscription', 'Timer', 1_000);
    intervalTimer(repository, 'root\\cimv2', 'Timer', 2_000);
  };
  assert.deepEqual(brief(waiting(both)), ['__IntervalTimerInstruction', 'Timer', 2_000, 'root\\cimv2', false]);
  const elsewhere = brief(waiting(both, 'root\\subscription'));
  assert.deepEqual(elsewhere, ['__IntervalTimerInstruction', 'Timer', 1_000, 'root\\subscription', false]);
});

test('An absolute timer has no interval', () => {
  const dossier = waiting((repository) =>
    absoluteTimer(repository, 'root\\cimv2', 'Timer', '20260312094400.000000+000'),
  );
  assert.deepEqual(brief(dossier), ['__AbsoluteTimerInstruction', 'Timer', undefined, 'root\\cimv2', false]);
});

test('A timer that an older generation had is told, and the filter may not fire', () => {
  const repository = smallRepository();
  const timer = intervalTimer(repository, 'root\\cimv2', 'Timer', 5_000);
  updater(repository, { query: "SELECT * FROM __TimerEvent WHERE TimerID = 'Timer'" });
  repository.checkpoint();
  repository.remove(timer);
  repository.checkpoint();
  const dossier = onlyDossierOf(hunted(copyOf(repository)));
  assert.deepEqual(brief(dossier), ['__IntervalTimerInstruction', 'Timer', 5_000, 'root\\cimv2', true]);
});

function accepted(
  timers: Timers,
  host: string,
  id: string,
  namespace: string,
  act: 'present' | 'deleted' = 'present',
): void {
  const sight = {
    source: 'audit' as const,
    object: {
      kind: 'instance' as const,
      namespace,
      className: '__IntervalTimerInstruction',
      superclasses: ['__TimerInstruction'],
      properties: new Map([
        ['TimerId', id],
        ['IntervalBetweenEvents', '1000'],
      ]),
      isWhole: true,
    },
    path: id,
    act,
    isTimed: true,
  };
  const place = { source: { file: 'a.json' }, offset: 0, length: 1 };
  timers.accept(host, new ObjectEvent({ computer: host, place, timeMs: 0, timeTicks: 0, sight }), sight);
}

test('L15 a host keeps a thousand timers, one more is counted, and one that is known is still renewed', () => {
  const timers = new Timers();
  for (let i = 0; i < 1_000; i++) accepted(timers, 'a', `T${i}`, 'root');
  assert.equal(timers.dropped, 0);
  accepted(timers, 'a', 'T5', 'root', 'deleted');
  assert.deepEqual([timers.dropped, timers.of('a').length], [0, 1_000]);
  accepted(timers, 'a', 'T1000', 'root');
  accepted(timers, 'b', 'T1000', 'root');
  assert.deepEqual([timers.dropped, timers.of('a').length, timers.of('b').length], [1, 1_000, 1]);
});

test('L15 of twenty thousand hosts each may have more timers, another host is counted', () => {
  const timers = new Timers();
  for (let i = 0; i < 20_000; i++) accepted(timers, `h${i}`, 'T', 'root');
  accepted(timers, 'h0', 'U', 'root');
  assert.deepEqual([timers.dropped, timers.of('h0').length], [0, 2]);
  accepted(timers, 'h20000', 'T', 'root');
  assert.deepEqual([timers.dropped, timers.of('h20000').length], [1, 0]);
});

test('L8 which of two timers elsewhere is told does not depend on their order', () => {
  const pick = (...namespaces: readonly string[]): string | undefined => {
    const timers = new Timers();
    for (const namespace of namespaces) accepted(timers, 'a', 'T', namespace);
    return timerOf(timers.of('a'), ['t'], 'root\\cimv2')?.namespace;
  };
  assert.deepEqual([pick('root\\b', 'root\\a'), pick('root\\a', 'root\\b')], ['root\\a', 'root\\a']);
});
