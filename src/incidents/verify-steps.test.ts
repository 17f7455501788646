import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossier, finding, hop, input } from '../../test/made-incident-parts.ts';
import type { JudgedFinding } from '../analytics/index.ts';
import { buildIncidents } from './build.ts';

type Input = Parameters<typeof input>;

function verifyOf(...of: Input): readonly { readonly text: string; readonly target?: string }[] {
  const { incidents } = buildIncidents(input(...of));
  return incidents.flatMap(({ next }) =>
    next
      .filter(({ phase }) => phase === 'verify')
      .map(({ text, target }) => ({ text, ...(target === undefined ? {} : { target }) })),
  );
}

test('DOMAIN 7: after a call nothing more of this account and source may come, now and after 24 hours; the step names the records', () => {
  const [step, ...others] = verifyOf([finding('a', 'R01', { hop: hop(['process', 1]) })]);
  assert.deepEqual(others, []);
  assert.equal(step?.target, 'srv-02.corp.example');
  assert.equal(
    step?.text,
    'Look on SRV-02 after containment, now and after 24 hours: no further call by CORP\\alice from WS-07 (Sysmon 3 or Security 5156 at TCP 135 and the dynamic ports; WMI-Activity 5858 or 5860 with that client), no child process of WmiPrvSE.exe or wsmprovhost.exe by CORP\\alice (Sysmon 1 or Security 4688), no logon of type 3 by CORP\\alice from WS-07 (Security 4624). A log that did not come shows nothing: see first that they do.',
  );
});

test('a call over WinRM, and one whose caller nobody knows, are looked for by what is known of them', () => {
  const [winrm] = verifyOf([finding('a', 'R05', { hop: hop(['process', 1], { method: 'wmi-winrm' }) })]);
  assert.match(winrm?.text ?? '', /at TCP 5985 and 5986; WMI-Activity/);
  const { account: _, ...nobody } = hop(['process', 1], { sources: [] });
  const [unknown] = verifyOf([finding('a', 'R01', { hop: nobody })]);
  assert.match(unknown?.text ?? '', /no further call \(Sysmon 3/);
  assert.match(unknown?.text ?? '', /no logon of type 3 \(Security 4624\)/);
});

test('a call by another way than WMI is looked for by its ports, and by the program that carried it', () => {
  const call = hop(['process', 1], { method: 'smb' });
  const [step] = verifyOf([
    finding('a', 'R07', {
      hop: call,
      process: { image: 'C:\\a.exe', pid: 7, parentImage: 'C:\\Windows\\services.exe' },
    }),
  ]);
  assert.match(step?.text ?? '', /at TCP 445\), no child process of WmiPrvSE\.exe, wsmprovhost\.exe or services\.exe/);
  assert.doesNotMatch(step?.text ?? '', /WMI-Activity/);
});

test('a host with a subscription is looked through for that; its step keeps what it is about', () => {
  const parts: Input = [
    [finding('c03', 'C03', { subscriptions: ['s'], hop: hop(['subscription', 's']) })],
    [dossier('s')],
  ];
  const steps = verifyOf(...parts);
  assert.equal(steps.length, 1);
  assert.match(steps[0]?.text ?? '', /^Look through every namespace of SRV-02 for /);
});

test('called hosts beyond twenty are told by their number', () => {
  const called = (at: number): JudgedFinding => {
    const host = `srv-${String(at).padStart(2, '0')}.corp.example`;
    return finding(`f${at}`, 'R01', {
      host,
      hop: hop(['process', at], { target: { host } }),
      glue: { logons: ['one'] },
    });
  };
  const steps = verifyOf(Array.from({ length: 23 }, (_, at) => called(at)));
  assert.equal(steps.length, 21);
  assert.deepEqual(steps.at(-1), {
    text: 'Look in the same way on 3 more hosts that were called: the path names them.',
  });
});

test('what was neither planted nor called has a way to be verified too: its findings must not come again', () => {
  const steps = verifyOf([finding('a', 'T01')]);
  assert.equal(steps.length, 1);
  assert.match(
    steps[0]?.text ?? '',
    /^Look on SRV-02 after containment, now and after 24 hours: none of what its findings tell/,
  );
});
