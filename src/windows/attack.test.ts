import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parentTechnique, techniqueIds, techniqueOf, techniquesOfTags } from './attack.ts';

test('E12 a technique of either version is known by both of its ids', () => {
  for (const [id, young, old] of [
    ['T1070.001', 'T1685.005', 'T1070.001'],
    ['T1685.005', 'T1685.005', 'T1070.001'],
    ['T1562.006', 'T1685', 'T1562.006'],
    ['T1562', 'T1685', 'T1562'],
    ['T1685', 'T1685', 'T1562.001'],
    ['T1562.010', 'T1689', 'T1562.010'],
    ['T1070', 'T1070', 'T1070'],
    ['T1047', 'T1047', 'T1047'],
    ['T1084', 'T1546.003', 'T1546.003'],
    ['T1089', 'T1685', 'T1562.001'],
    ['T9999.123', 'T9999.123', 'T9999.123'],
  ] as const) {
    assert.deepEqual(techniqueOf(id), { new: young, old: [old] }, id);
  }
});

test('tags of both generations are one technique; what the rule says of the older one is kept', () => {
  assert.deepEqual(techniquesOfTags(['attack.t1685', 'attack.t1562.006', 'attack.T1047', 'attack.execution']), [
    { new: 'T1047', old: ['T1047'] },
    { new: 'T1685', old: ['T1562.006'] },
  ]);
  assert.deepEqual(techniquesOfTags(['attack.t1562.001', 'attack.t1562.006']), [
    { new: 'T1685', old: ['T1562.001', 'T1562.006'] },
  ]);
  assert.deepEqual(techniquesOfTags(['attack.t1685.001']), [{ new: 'T1685.001', old: ['T1562.002'] }]);
  assert.deepEqual(techniquesOfTags(['attack.t15', 'attack.t1047.1', 'car.2016-04-002', 'xattack.t1047']), []);
});

test('ids are shown in the version that is asked for, each once', () => {
  const techniques = techniquesOfTags(['attack.t1562.001', 'attack.t1562.006', 'attack.t1546.003']);
  assert.deepEqual(techniqueIds(techniques, 19), ['T1546.003', 'T1685']);
  assert.deepEqual(techniqueIds(techniques, 18), ['T1546.003', 'T1562.001', 'T1562.006']);
  assert.equal(parentTechnique('T1546.003'), 'T1546');
  assert.equal(parentTechnique('T1546'), undefined);
});
