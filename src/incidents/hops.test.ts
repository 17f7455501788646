import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cited, dossier, finding, hop, input, join, source, step } from '../../test/made-incident-parts.ts';
import type { Join, JoinId } from '../entities/index.ts';
import { ZEEK_CONN } from '../windows/index.ts';
import { buildIncidents } from './build.ts';

test('7.1: a hop is observed where a record of its source or a sensor shows it too; what the target was told is not enough', () => {
  const observed = (joins: readonly Join[], hosts: Readonly<Record<string, string>>): boolean | undefined =>
    buildIncidents(
      input([finding('r01', 'R01', { hop: hop(['x'], { sources: [source({ joins })] }) })], [], {
        hostOfRecord: (record) => hosts[record],
      }),
    ).hops[0]?.observed;
  const joins = [join('J2', 'exact', ['connect', 'logon'])];
  assert.equal(observed(joins, { connect: 'ws-07.corp.example', logon: 'srv-02.corp.example' }), true);
  assert.equal(observed(joins, { connect: 'srv-02.corp.example', logon: 'srv-02.corp.example' }), false);
  assert.equal(observed([], {}), false);
  const seen = { ...join('J4', 'exact', []), evidence: [cited('wire', { channel: ZEEK_CONN })] };
  assert.equal(observed([seen], { wire: 'srv-02.corp.example' }), true);
});

test('R07: a call that only the called process itself tells (J22) claims no logon', () => {
  const claims = (id: JoinId): readonly string[] => {
    const caller = [join(id, 'exact', ['r'])];
    const of = finding('r07', 'R07', { hop: hop(['process', 'x'], { method: 'dcom', caller }) });
    return buildIncidents(input([of])).incidents[0]?.links.map(({ claim }) => claim) ?? [];
  };
  assert.equal(claims('J1')[0], 'the process ran under this logon');
  assert.equal(claims('J22')[0], 'this process took the call');
});

test('trap 25: WMI is told to be over DCOM or WinRM by the port that a connection led to, or by a join that only one of them has', () => {
  const method = (parts: Parameters<typeof source>[0]): string | undefined => {
    const { transport: _made, ...bare } = source();
    const sources = [{ ...bare, ...parts }];
    return buildIncidents(input([finding('a', 'R01', { hop: hop(['x'], { method: 'unknown', sources }) })])).hops[0]
      ?.method;
  };
  assert.equal(method({}), 'unknown');
  assert.equal(method({ transport: 'dcom' }), 'wmi-dcom');
  assert.equal(method({ transport: 'winrm' }), 'wmi-winrm');
  assert.equal(method({ joins: [join('J10', 'strong', ['r'])] }), 'wmi-dcom');
  assert.equal(method({ transport: 'dcom', joins: [join('J17', 'strong', ['r'])] }), 'wmi-winrm');
});

test('C6: a firing is one link: J15, and beside it J24, exact, where the finding has it by the text of the command', () => {
  const start = [cited('child', { eventId: 4688 })];
  const of = (strength: 'strong' | 'inferred', className: string, rivals?: number): readonly unknown[] => {
    const fired = step('fired', '09:00:20', { strength, evidence: start });
    const trap = dossier('s', {
      lifecycle: [step('created', '09:00:00'), fired],
      consumer: { ...dossier('s').consumer, class: className },
    });
    const joins = rivals === undefined ? [] : [join('J24', 'exact', ['child'], rivals)];
    const c03 = finding('c03', 'C03', { subscriptions: ['s'], joins });
    return buildIncidents(input([c03], [trap])).incidents.flatMap(({ links }) =>
      links.map(({ joins, confidence, between }) => [...joins.map((held) => held.join), confidence, ...between]),
    );
  };
  assert.deepEqual(of('strong', 'CommandLineEventConsumer', 0), [['J24', 'J15', 0.95, 'c03', 's']]);
  assert.deepEqual(of('strong', 'CommandLineEventConsumer'), [['J15', 0.7, 'c03', 's']]);
  assert.deepEqual(of('inferred', 'CommandLineEventConsumer', 1), [['J15', 0.15, 'c03', 's']]);
  assert.deepEqual(of('strong', 'ActiveScriptEventConsumer'), [['J15', 0.7, 'c03', 's']]);
});
