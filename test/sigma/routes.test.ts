import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainRule, objectReader, plainMatcher, type Route, type Taxonomy } from '../../src/sigma/index.ts';
import { codesOf, compiled, ruleOf, ruleWith, sound, type Tried } from './tried-rule.ts';

const SYSMON_12: Route = {
  label: 'sysmon:12 deleted',
  channel: 'microsoft-windows-sysmon/operational',
  eventIds: [12],
  namesOf: (field) => [field],
  conditions: [{ name: 'EventType', oneOf: ['DeleteKey', 'DeleteValue'] }],
};

/** Security 4688: other names, and fields that are never there. */
const RENAMED: Readonly<Record<string, readonly string[]>> = {
  EventID: ['EventID'],
  Image: ['NewProcessName'],
  IntegrityLevel: ['MandatoryLabel', 'IntegrityWord'],
  CommandLine: ['CommandLine'],
};
const SECURITY_4688: Route = {
  label: 'security:4688',
  channel: 'security',
  eventIds: [4688],
  namesOf: (field) => RENAMED[field],
  constants: new Map([['Channel', 'Security']]),
};

const taxonomy = (...routes: readonly Route[]): Taxonomy => ({ routesOf: () => routes });

function found(text: string, route: Route, record: Tried, eventId = route.eventIds?.[0]): number {
  const rules = sound(text, { taxonomy: taxonomy(route) });
  return plainMatcher(rules).match({ channel: route.channel, eventId, readerFor: () => objectReader(record) }).length;
}

test('SIGMA case 109: what a route asks besides the rule is asked of every event', () => {
  const rule = ruleOf('TargetObject|endswith: \\Run');
  const event = { TargetObject: 'HKLM\\Run' };
  assert.equal(found(rule, SYSMON_12, { ...event, EventType: 'DeleteKey' }), 1);
  assert.equal(found(rule, SYSMON_12, { ...event, EventType: 'CreateKey' }), 0);
});

test('SIGMA case 110: a field that the route calls by several names has all their values', () => {
  const event = { NewProcessName: 'C:\\cmd.exe', MandatoryLabel: 'S-1-16-12288', IntegrityWord: 'High' };
  assert.equal(found(ruleOf('Image|endswith: \\cmd.exe\nIntegrityLevel: High'), SECURITY_4688, event), 1);
  assert.equal(found(ruleOf('IntegrityLevel: S-1-16-12288'), SECURITY_4688, event), 1);
  assert.equal(found(ruleOf('IntegrityLevel|neq: High\nImage: "*"'), SECURITY_4688, event), 0);
});

test('SIGMA case 111: a rule is blind where it needs a field that is never there, and only there', () => {
  const load = (text: string): ReturnType<typeof compiled> => compiled(text, { taxonomy: taxonomy(SECURITY_4688) });
  const blind = load(ruleOf('OriginalFileName: a'));
  assert.deepEqual(codesOf(blind.problems), ['S500']);
  assert.match(blind.problems[0]?.message ?? '', /security:4688.*OriginalFileName/);
  assert.deepEqual(blind.rules.rules[0]?.blindRoutes, ['security:4688']);
  assert.equal(
    found(ruleWith('a: {Image: x}\nb: {OriginalFileName: y}\ncondition: a or b'), SECURITY_4688, {
      NewProcessName: 'X',
    }),
    1,
  );
  const filtered = ruleWith('a: {Image: x}\nf: {ParentCommandLine: y}\ncondition: a and not f');
  assert.equal(found(filtered, SECURITY_4688, { NewProcessName: 'x' }), 1);
  assert.deepEqual(load(filtered).rules.rules[0]?.routes[0]?.blindFilters, ['ParentCommandLine']);
  assert.equal(
    found(ruleWith('a: {Image: x, ParentCommandLine: null}\ncondition: a'), SECURITY_4688, { NewProcessName: 'x' }),
    1,
  );
});

test('SIGMA case 117: what a rule asks of the event id is decided when it is compiled', () => {
  const of = (text: string): ReturnType<typeof compiled> => compiled(text, { taxonomy: taxonomy(SECURITY_4688) });
  const kept = of(ruleOf('EventID: [4688, 4689]\nImage: x')).rules.rules[0]?.routes[0]?.conditions[0];
  assert.equal(kept?.kind === 'atom' ? kept.field : kept?.kind, 'Image');
  const away = of(ruleOf('EventID: 4624\nImage: x'));
  assert.deepEqual([away.rules.rules[0]?.routes.length, codesOf(away.problems)], [0, []]);
  assert.equal(of(ruleOf('Channel: System\nImage: x')).rules.rules[0]?.routes.length, 0);
  const two: Route = { ...SECURITY_4688, eventIds: [4688, 4689], namesOf: (field) => [field] };
  assert.deepEqual(
    [4688, 4689].map((id) => found(ruleOf('EventID: 4688\nImage: x'), two, { EventID: id, Image: 'x' }, id)),
    [1, 0],
  );
  assert.equal(of(ruleOf('EventID: 4624\nOther: x')).rules.rules[0]?.blindRoutes.length, 0);
});

test('a rule is tried only on the numbers that it can match, also where its route is a whole channel', () => {
  const service: Route = { label: 'security', channel: 'security', eventIds: undefined, namesOf: (field) => [field] };
  const idsOf = (condition: string, searches: string): readonly number[] | undefined | 'none' => {
    const { rules } = compiled(ruleWith(`${searches}\ncondition: ${condition}`), { taxonomy: taxonomy(service) });
    const [rule] = rules.rules;
    return rule?.routes.length === 0 ? 'none' : rule?.routes[0]?.eventIds;
  };
  assert.deepEqual(idsOf('a', 'a: {EventID: 4624, F: x}'), [4624]);
  assert.deepEqual(idsOf('a', "a: {EventID: [5, '4'], F: x}"), [4, 5]);
  assert.deepEqual(idsOf('a or b', 'a: {EventID: 1}\nb: {EventID: 2, F: y}'), [1, 2]);
  assert.deepEqual(idsOf('a or b', 'a: {EventID: 1}\nb: {F: y}'), undefined);
  assert.deepEqual(idsOf('a and not b', 'a: {F: x}\nb: {EventID: 2}'), undefined);
  assert.deepEqual(idsOf('a and b', 'a: {EventID: 1}\nb: {EventID: 2}'), 'none');
  assert.deepEqual(idsOf('a and b', 'a: {EventID: [1, 2]}\nb: {EventID: [2, 3]}'), [2]);
  assert.deepEqual(idsOf('[a, b]', 'a: {EventID: 1}\nb: {EventID: 3}'), [1, 3]);
  assert.deepEqual(idsOf('a', "a: {EventID|startswith: '46', F: x}"), undefined);
});

test('a route takes the events of its channel and ids, whatever the fields say', () => {
  const rules = sound(ruleOf('Image: x'), { taxonomy: taxonomy(SECURITY_4688) });
  const fields = objectReader({ NewProcessName: 'x' });
  const match = (channel: string | undefined, eventId: number | undefined): number =>
    plainMatcher(rules).match({ channel, eventId, readerFor: () => fields }).length;
  assert.deepEqual(
    [
      match('security', 4688),
      match('security', 4689),
      match('system', 4688),
      match(undefined, 4688),
      match('security', undefined),
    ],
    [1, 0, 0, 0, 0],
  );
});

test('a log source without events here is told, and its rule is kept', () => {
  const { rules, problems } = compiled(ruleOf('F: a'), { taxonomy: { routesOf: () => undefined } });
  assert.deepEqual([rules.rules.length, codesOf(problems)], [1, ['S501']]);
});

test('explain tells of every test what was seen, what matched and where, or why not', () => {
  const text = ruleWith(
    "a:\n  F|contains: ['böse', 'x']\n  G|cased: Y\nn: {H: '*'}\nr: {F|re: 's.'}\ncondition: a and not n and r",
  );
  const [rule] = sound(text).rules;
  assert.ok(rule !== undefined);
  const event = { channel: undefined, eventId: undefined, readerFor: () => objectReader({ F: 'wie BÖSE', G: 'y' }) };
  const [explanation] = explainRule(rule, event);
  const [condition] = explanation?.conditions ?? [];
  assert.equal(condition?.holds, false);
  assert.deepEqual(
    condition?.tests.map(({ identifier, key, wanted, holds, isNegated, seen, matched, why, line }) => ({
      test: `${identifier} ${key} ${wanted} ${line}`,
      holds,
      isNegated,
      seen,
      matched: matched === undefined ? undefined : `${matched.start}-${matched.end}`,
      why,
    })),
    [
      {
        test: 'a F|contains böse 6',
        holds: true,
        isNegated: false,
        seen: ['wie BÖSE'],
        matched: '4-9',
        why: undefined,
      },
      {
        test: 'a F|contains x 6',
        holds: false,
        isNegated: false,
        seen: ['wie BÖSE'],
        matched: undefined,
        why: 'the value is another',
      },
      {
        test: 'a G|cased Y 7',
        holds: false,
        isNegated: false,
        seen: ['y'],
        matched: undefined,
        why: 'the case differs',
      },
      {
        test: 'n H * 8',
        holds: false,
        isNegated: true,
        seen: undefined,
        matched: undefined,
        why: 'the field is absent',
      },
      {
        test: 'r F|re s. 9',
        holds: false,
        isNegated: false,
        seen: ['wie BÖSE'],
        matched: undefined,
        why: 'the expression finds nothing',
      },
    ],
  );
});
