import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programClassOf } from './programs.ts';
import { excludedWmiChild } from './wmi-children.ts';

test('a program is known by its file name, whatever its path, case and suffix', () => {
  assert.deepEqual(
    [
      'C:\\Windows\\System32\\cmd.exe',
      'PowerShell',
      'python3.11.exe',
      'CERTUTIL.EXE',
      'net1.exe',
      '"C:\\x\\pwsh.exe"',
    ].map((name) => programClassOf(name)),
    ['interpreter', 'interpreter', 'interpreter', 'lolbin', 'discovery', 'interpreter'],
  );
});

test('a renamed copy is known by its OriginalFileName', () => {
  assert.equal(programClassOf('C:\\Users\\Public\\svch0st.exe', 'Cmd.Exe'), 'interpreter');
  assert.equal(programClassOf('x.exe', 'CertUtil.exe.mui'), 'lolbin');
  assert.equal(programClassOf('x.exe', '-'), undefined);
});

test('other programs and files that only begin like one have no class', () => {
  for (const name of ['notepad.exe', 'at.txt', 'cmdkey.exe', 'python_setup.exe', 'network.exe', '']) {
    assert.equal(programClassOf(name), undefined, name);
  }
});

const hits: readonly (readonly [string, string | undefined])[] = [
  ['C:\\Windows\\System32\\WerFault.exe', undefined],
  ['C:\\Windows\\System32\\wbem\\WmiPrvSE.exe', 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe -Embedding'],
  [
    'C:\\Windows\\System32\\wbem\\mofcomp.exe',
    '"C:\\Windows\\system32\\wbem\\mofcomp.exe" C:\\Windows\\TEMP\\tmp1.mof',
  ],
  [
    'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe',
    '"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe" /noconfig /fullpaths @"C:\\Windows\\TEMP\\a.cmdline"',
  ],
  ['C:\\Windows\\System32\\powercfg.exe', 'powercfg /list'],
  ['C:\\Windows\\System32\\msiexec.exe', 'msiexec /i C:\\Windows\\ccmcache\\1\\agent.msi /qn'],
  ['C:\\Windows\\CCM\\Ccm32BitLauncher.exe', 'Ccm32BitLauncher.exe'],
  ['C:\\Program Files (x86)\\HP\\Tools\\hp.exe', 'hp.exe'],
  ['C:\\Windows\\System32\\cmd.exe', 'cmd /c netstat -ano > C:\\Windows\\TEMP\\tenable_mw_scan_1.txt'],
];

test('the children of trap 46 are excluded with a reason', () => {
  for (const [image, commandLine] of hits) {
    assert.equal(typeof excludedWmiChild({ image, commandLine }), 'string', image);
  }
});

test('the same names in other places or with other arguments are not excluded', () => {
  const misses: readonly (readonly [string, string | undefined])[] = [
    ['C:\\Users\\Public\\WerFault.exe', undefined],
    ['C:\\Windows\\System32\\spool\\WerFault.exe', undefined],
    ['C:\\Windows\\Temp\\WmiPrvSE.exe', undefined],
    ['C:\\Windows\\System32\\wbem\\mofcomp.exe', 'mofcomp C:\\Users\\bob\\x.mof'],
    ['C:\\Windows\\System32\\wbem\\mofcomp.exe', 'mofcomp -N:\\\\H\\root\\subscription C:\\Windows\\TEMP\\x.mof'],
    ['C:\\Windows\\System32\\wbem\\mofcomp.exe', undefined],
    ['C:\\Windows\\System32\\msiexec.exe', 'msiexec /q /i http://10.0.0.1/a.msi'],
    ['C:\\Windows\\System32\\msiexec.exe', 'msiexec /i \\\\10.0.0.1\\s\\a.msi'],
    ['C:\\Windows\\System32\\msiexec.exe', undefined],
    ['C:\\Windows\\System32\\cmd.exe', 'cmd /c powershell -enc AAAA > tenable_mw_scan'],
    ['C:\\Windows\\System32\\cmd.exe', 'cmd /c netstat&evil.exe > tenable_mw_scan'],
    ['C:\\Windows\\System32\\cmd.exe', 'cmd /c whoami'],
    ['C:\\Windows\\CCM\\evil.exe', 'evil.exe'],
    ['C:\\Program Files\\Dellicious\\x.exe', 'x.exe'],
    ['C:\\Windows\\System32\\calc.exe', 'calc'],
  ];
  for (const [image, commandLine] of misses) {
    assert.equal(excludedWmiChild({ image, commandLine }), undefined, `${image} ${commandLine ?? ''}`);
  }
});
