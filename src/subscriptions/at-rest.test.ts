import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  analyticsOf,
  copyOf,
  dossiersOf,
  type Hunted,
  hunted,
  lives,
  onlyDossierOf,
  placesOf,
} from '../../test/at-rest.ts';
import { removeSubscription, smallRepository, stockSubscription, updater } from '../../testkit/cim/index.ts';
import type { Dossier } from './index.ts';

const THREE = ['09:00:00', '09:30:00', '10:00:00'];

function command(template: string): { consumer: { className: string; values: Record<string, string> } } {
  return { consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: template } } };
}

/** Terms of the life: LF1, LF3 and LF4. */
function lifeTerms({ verdict }: Dossier): readonly string[] {
  return verdict.terms.flatMap(({ code }) => (code.startsWith('LF') ? [code] : []));
}

/** Level and title of the findings of one analytic. */
function told({ result }: Hunted, analytic: string): readonly string[] {
  return result.findings.filter((one) => one.analytic === analytic).map(({ level, title }) => `${level} ${title}`);
}

test('Present: what every generation holds is present, never created, and C07 says that nobody saw it come (L1)', () => {
  const repository = smallRepository();
  updater(repository);
  repository.checkpoint();
  repository.checkpoint();
  repository.checkpoint();
  const hunt = hunted(copyOf(repository, { times: THREE }));
  const dossier = onlyDossierOf(hunt);
  assert.deepEqual(lives(dossier), [
    '09:00 present filter witnessed',
    '09:00 present consumer witnessed',
    '09:00 present binding witnessed',
  ]);
  assert.deepEqual(
    [dossier.state, dossier.firstSeen, dossier.lastSeen, dossier.seenIn],
    ['armed', '2026-03-12T09:00:00.0000000Z', '2026-03-12T10:00:00.0000000Z', ['repository']],
  );
  assert.deepEqual(analyticsOf(hunt), ['C07', 'S02']);
});

test('Appeared: between two generations, with evidence in both, the map of the older one as absent (SETTLED D1)', () => {
  const repository = smallRepository();
  repository.checkpoint();
  updater(repository);
  repository.checkpoint();
  const hunt = hunted(copyOf(repository, { times: THREE }));
  const dossier = onlyDossierOf(hunt);
  assert.deepEqual(lives(dossier), [
    '09:30..10:00 appeared filter inferred g4..5',
    '09:30..10:00 appeared consumer inferred g4..5',
    '09:30..10:00 appeared binding inferred g4..5',
    '10:00 present filter witnessed',
    '10:00 present consumer witnessed',
    '10:00 present binding witnessed',
  ]);
  const [appeared] = dossier.lifecycle;
  assert.deepEqual(placesOf(appeared?.evidence ?? []), ['live 5', 'absent 4']);
  const [inObjects, absent] = appeared?.evidence ?? [];
  assert.deepEqual(
    [inObjects?.file, absent?.file, absent?.offset, absent?.record],
    ['case/SRV-02/Repository/OBJECTS.DATA', 'case/SRV-02/Repository/MAPPING2.MAP', 0, undefined],
  );
  assert.equal(dossier.notes[0], 'Its creation is not witnessed: it came between two looks at what was stored.');
  assert.deepEqual(told(hunt, 'C01').length, 1);
  assert.ok(
    told(hunt, 'C01')[0]?.endsWith(
      'between 2026-03-12 09:30 and 2026-03-12 10:00 (generations 4 and 5 of its repository)',
    ),
  );
  assert.deepEqual(told(hunt, 'C07'), []);
});

test('Modified: another content between two generations keeps the earlier one and is C13', () => {
  const repository = smallRepository();
  updater(repository, command('cmd.exe /c calc.exe'));
  repository.checkpoint();
  updater(repository, command('powershell.exe -enc AAAA'));
  repository.checkpoint();
  const hunt = hunted(copyOf(repository, { times: THREE }));
  const dossier = onlyDossierOf(hunt);
  assert.deepEqual(
    lives(dossier).filter((line) => line.includes('consumer')),
    [
      '09:00..09:30 appeared consumer inferred g3..4',
      '09:30..10:00 modified consumer inferred g4..5',
      '10:00 present consumer witnessed',
    ],
  );
  assert.equal(dossier.consumer.payload, 'powershell.exe -enc AAAA');
  assert.deepEqual(
    dossier.otherContents.map(({ part, kind, payload, benign }) => ({ part, kind, payload, benign })),
    [{ part: 'consumer', kind: 'earlier', payload: 'cmd.exe /c calc.exe', benign: false }],
  );
  const [modified] = dossier.lifecycle.filter(({ step }) => step === 'modified');
  assert.deepEqual(placesOf(modified?.evidence ?? []), ['live 5', 'superseded-version 4']);
  assert.equal(told(hunt, 'C13').length, 1);
  assert.deepEqual(lifeTerms(dossier), []);
});

test('Modified: from benign content it earns LF4, and C13 says so', () => {
  const repository = smallRepository();
  repository.checkpoint();
  const stock = stockSubscription(repository);
  repository.put('root\\subscription', 'NTEventLogEventConsumer', {
    ...stock.consumer.values,
    SourceName: 'Updater',
    EventID: 7,
  });
  repository.checkpoint();
  const hunt = hunted(copyOf(repository, { times: THREE }));
  const [dossier] = hunt.result.dossiers;
  assert.ok(dossier !== undefined);
  assert.deepEqual(lifeTerms(dossier), ['LF4']);
  assert.deepEqual(
    dossier.otherContents.map(({ benign }) => benign),
    [true],
  );
  assert.ok(told(hunt, 'C13')[0]?.endsWith('got another content; it held benign content before'));
});

test('Deleted: what an older generation has and the newest lacks is deleted, told with its full content (C12)', () => {
  const repository = smallRepository();
  const gone = updater(repository);
  repository.checkpoint();
  removeSubscription(repository, gone);
  repository.checkpoint();
  const hunt = hunted(copyOf(repository, { times: THREE }));
  const dossier = onlyDossierOf(hunt);
  assert.deepEqual(lives(dossier), [
    '09:00..09:30 appeared filter inferred g3..4',
    '09:00..09:30 appeared consumer inferred g3..4',
    '09:00..09:30 appeared binding inferred g3..4',
    '09:30..10:00 deleted filter inferred g4..5',
    '09:30..10:00 deleted consumer inferred g4..5',
    '09:30..10:00 deleted binding inferred g4..5',
  ]);
  const [deleted] = dossier.lifecycle.filter(({ step }) => step === 'deleted');
  assert.deepEqual(placesOf(deleted?.evidence ?? []), ['superseded 4', 'absent 5']);
  assert.deepEqual(
    [dossier.state, dossier.stateAt, dossier.consumer.payload, dossier.filter.query],
    [
      'deleted',
      '2026-03-12T10:00:00.0000000Z',
      'cmd.exe /c calc.exe',
      "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'notepad.exe'",
    ],
  );
  assert.deepEqual(analyticsOf(hunt), ['C01', 'C12', 'S02']);
});

test('Disarmed: only the binding is gone between two generations', () => {
  const repository = smallRepository();
  const { binding } = updater(repository);
  repository.checkpoint();
  repository.remove(binding);
  repository.checkpoint();
  const dossier = onlyDossierOf(hunted(copyOf(repository, { times: THREE })));
  assert.equal(dossier.state, 'disarmed');
  assert.deepEqual(
    lives(dossier).filter((line) => line.includes('deleted')),
    ['09:30..10:00 deleted binding inferred g4..5'],
  );
});

test('Deleted and created again: both are told, and it stands', () => {
  const repository = smallRepository();
  const first = updater(repository);
  repository.checkpoint();
  removeSubscription(repository, first);
  repository.checkpoint();
  updater(repository);
  repository.checkpoint();
  const dossier = onlyDossierOf(hunted(copyOf(repository, { times: THREE })));
  assert.equal(dossier.state, 'armed');
  assert.deepEqual(
    lives(dossier).filter((line) => line.includes('binding')),
    [
      '09:00 present binding witnessed',
      '09:00..09:30 deleted binding inferred g4..5',
      '09:30..10:00 appeared binding inferred g5..6',
    ],
  );
});

test('Without file times the generations keep their order, and every time is a lower bound that never says created (L1)', () => {
  const repository = smallRepository();
  const gone = updater(repository);
  repository.checkpoint();
  removeSubscription(repository, gone);
  repository.checkpoint();
  const hunt = hunted(copyOf(repository));
  const dossier = onlyDossierOf(hunt);
  assert.deepEqual(lives(dossier), [
    '>=08:00 appeared filter inferred g3..4',
    '>=08:00 appeared consumer inferred g3..4',
    '>=08:00 appeared binding inferred g3..4',
    '>=08:00 deleted filter inferred g4..5',
    '>=08:00 deleted consumer inferred g4..5',
    '>=08:00 deleted binding inferred g4..5',
  ]);
  assert.deepEqual(
    [dossier.state, dossier.stateAt, dossier.firstSeenIsBound, dossier.lastSeenIsBound, dossier.firstSeen.slice(0, 16)],
    ['deleted', undefined, true, true, '2026-03-12T08:00'],
  );
  assert.ok(dossier.notes.some((note) => note.startsWith('No file time came with the copy of the repository')));
  assert.ok(dossier.evidence.every(({ time }) => time === undefined));
  // One look tells that an object came and that it stands: its place is cited once, of the dossier and of each term.
  for (const { evidence } of [dossier, ...dossier.verdict.terms]) {
    const places = evidence.map((item) => JSON.stringify(item));
    assert.deepEqual(places, [...new Set(places)]);
  }
  assert.deepEqual(lifeTerms(dossier), []);
  assert.ok(hunt.result.findings.every(({ title }) => !/created/.test(title)));
});

test('Without file times a re-created subscription stands, whatever its generations are called', () => {
  const repository = smallRepository();
  const first = updater(repository, command('a.exe'));
  repository.checkpoint();
  removeSubscription(repository, first);
  repository.checkpoint();
  updater(repository, command('b.exe'));
  repository.checkpoint();
  const dossier = onlyDossierOf(hunted(copyOf(repository)));
  assert.deepEqual([dossier.state, dossier.consumer.payload], ['armed', 'b.exe']);
  assert.deepEqual(
    dossier.otherContents.map(({ payload }) => payload),
    ['a.exe'],
  );
});

test('LF1 and C06 of a repository: only where the whole bracket is ten minutes at the most', () => {
  const repository = smallRepository();
  const gone = updater(repository);
  repository.checkpoint();
  removeSubscription(repository, gone);
  repository.checkpoint();
  const at = (last: string): Hunted => hunted(copyOf(repository, { times: ['09:00:00', '09:05:00', last] }));
  const within = at('09:10:00.0000000');
  assert.deepEqual([lifeTerms(onlyDossierOf(within)), told(within, 'C06').length], [['LF1'], 1]);
  const beyond = at('09:10:00.0010000');
  assert.deepEqual([lifeTerms(onlyDossierOf(beyond)), told(beyond, 'C06')], [[], []]);
  const untimed = hunted(copyOf(repository));
  assert.deepEqual([lifeTerms(onlyDossierOf(untimed)), told(untimed, 'C06')], [[], []]);
});

test('One filter name in two namespaces is two subscriptions; the one outside of root\\subscription is OR6 and C15', () => {
  const repository = smallRepository();
  updater(repository, command('a.exe'));
  updater(repository, { ...command('b.exe'), namespace: 'root\\DEFAULT' });
  repository.checkpoint();
  const hunt = hunted(copyOf(repository));
  assert.deepEqual(
    dossiersOf(hunt)
      .map(({ namespace, consumer, verdict, namespaceBasis }) => [
        namespace,
        namespaceBasis,
        consumer.payload,
        verdict.terms.some(({ code, points }) => code === 'OR6' && points > 0),
      ])
      .sort(),
    [
      ['root\\default', 'stated', 'b.exe', true],
      ['root\\subscription', 'stated', 'a.exe', false],
    ],
  );
  assert.equal(told(hunt, 'C15').length, 1);
});

test('A binding by every form of reference is whole, and one of which an end is missing is an orphan with its name', () => {
  for (const references of ['relative', 'local', 'host', 'slashes', 'namespace', 'unnamed'] as const) {
    const repository = smallRepository();
    updater(repository, { references });
    repository.checkpoint();
    const { consumer, filter, state } = onlyDossierOf(hunted(copyOf(repository)));
    assert.deepEqual(
      [references, filter.name, consumer.payload, state],
      [references, 'Updater', 'cmd.exe /c calc.exe', 'armed'],
    );
  }
});

test('Orphans: a consumer that no binding names is told alone, and does nothing', () => {
  const repository = smallRepository();
  const { binding, filter } = updater(repository);
  repository.remove(binding);
  repository.remove(filter);
  repository.checkpoint();
  const dossier = onlyDossierOf(hunted(copyOf(repository), [], { carve: false }));
  assert.deepEqual(
    [dossier.filter.name, dossier.consumer.name, dossier.binding, dossier.state],
    [null, 'Updater', undefined, 'unknown'],
  );
  assert.ok(dossier.notes.some((note) => note.startsWith('No record binds it to anything')));
});

test('A binding whose ends are gone names both', () => {
  const repository = smallRepository();
  const { consumer, filter } = updater(repository);
  repository.remove(consumer);
  repository.remove(filter);
  repository.checkpoint();
  const dossier = onlyDossierOf(hunted(copyOf(repository)));
  assert.deepEqual(
    [dossier.filter.name, dossier.consumer.class, dossier.consumer.name, dossier.binding?.inferred],
    ['Updater', 'CommandLineEventConsumer', 'Updater', false],
  );
});
