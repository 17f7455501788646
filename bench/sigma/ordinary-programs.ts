import { type EventModel, security, sysmon, Xorshift } from '../../testkit/index.ts';

/**
 * Programs as people and machines start them on an ordinary day: image, command line and parent. `#` is a digit, `@` a hexadecimal
 * digit, `{...¦...}` one of several. Written from what Windows and common software document; nothing is taken from a capture.
 */
const SYSTEM32 = 'C:\\Windows\\System32\\';
const SERVICES = `${SYSTEM32}services.exe`;
const SVCHOST = `${SYSTEM32}svchost.exe`;
const EXPLORER = 'C:\\Windows\\explorer.exe';
const CHROME = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
const EDGE = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
const OFFICE = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\';
const POWERSHELL = `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`;
const CODE = 'C:\\Users\\{USER}\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe';
const CMD = `${SYSTEM32}cmd.exe`;

type Program = readonly [weight: number, image: string, commandLine: string, parent: string];

const PROGRAMS: readonly Program[] = [
  [
    9,
    SVCHOST,
    `${SYSTEM32}svchost.exe -k {netsvcs¦LocalService¦NetworkService¦LocalServiceNetworkRestricted} -p -s {Schedule¦BITS¦wuauserv¦Dnscache¦EventLog¦WinRM¦Winmgmt}`,
    SERVICES,
  ],
  [
    8,
    CHROME,
    `"${CHROME}" --type={renderer¦utility¦gpu-process} --lang=en-US --device-scale-factor=1 --num-raster-threads=4 --renderer-client-id=## --time-ticks-at-unix-epoch=-17######## --mojo-platform-channel-handle=#### --field-trial-handle=####,i,##########,######,262144 /prefetch:#`,
    CHROME,
  ],
  [
    6,
    EDGE,
    `"${EDGE}" --type={renderer¦utility} --utility-sub-type=network.mojom.NetworkService --lang=en-GB --service-sandbox-type=none --no-appcompat-clear --mojo-platform-channel-handle=#### --field-trial-handle=####,i,#########,########,262144 --variations-seed-version /prefetch:#`,
    EDGE,
  ],
  [5, `${SYSTEM32}conhost.exe`, `\\??\\${SYSTEM32}conhost.exe 0xffffffff -ForceV1`, '{C}'],
  [4, `${SYSTEM32}RuntimeBroker.exe`, `${SYSTEM32}RuntimeBroker.exe -Embedding`, SVCHOST],
  [4, `${SYSTEM32}dllhost.exe`, `${SYSTEM32}DllHost.exe /Processid:{@@@@@@@@-@@@@-@@@@-@@@@-@@@@@@@@@@@@}`, SVCHOST],
  [
    4,
    `${SYSTEM32}backgroundTaskHost.exe`,
    `"${SYSTEM32}backgroundTaskHost.exe" -ServerName:App.AppX@@@@@@@@@@.mca`,
    SVCHOST,
  ],
  [4, `${SYSTEM32}taskhostw.exe`, 'taskhostw.exe {Install $(Arg0)¦SYSTEM¦KEYROAMING¦Logon}', SVCHOST],
  [
    3,
    `${SYSTEM32}SearchProtocolHost.exe`,
    `"${SYSTEM32}SearchProtocolHost.exe" Global\\UsGthrFltPipeMssGthrPipe_S-1-5-21-#########-#########-#########-####1_ Global\\UsGthrCtrlFltPipeMssGthrPipe 1 -2147483646 "Software\\Microsoft\\Windows Search" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT; MS Search 4.0 Robot)" "C:\\ProgramData\\Microsoft\\Search\\Data\\Temp\\usgthrsvc" "DownLevelDaemon"`,
    `${SYSTEM32}SearchIndexer.exe`,
  ],
  [
    3,
    `${SYSTEM32}SearchFilterHost.exe`,
    `"${SYSTEM32}SearchFilterHost.exe" 0 8## 8## 8## 8192 8##`,
    `${SYSTEM32}SearchIndexer.exe`,
  ],
  [3, `${SYSTEM32}wbem\\WmiPrvSE.exe`, `${SYSTEM32}wbem\\wmiprvse.exe {-secured -Embedding¦-Embedding}`, SVCHOST],
  [2, `${SYSTEM32}audiodg.exe`, `${SYSTEM32}AUDIODG.EXE 0x@@@`, SVCHOST],
  [2, `${SYSTEM32}smartscreen.exe`, `${SYSTEM32}smartscreen.exe -Embedding`, SVCHOST],
  [2, `${SYSTEM32}consent.exe`, `consent.exe #### ### 0000@@@@@@@@@@@@`, SVCHOST],
  [
    2,
    `${SYSTEM32}rundll32.exe`,
    `{rundll32.exe¦${SYSTEM32}rundll32.exe} {AppXDeploymentExtensions.OneCore.dll,ShellRefresh¦${SYSTEM32}PcaSvc.dll,PcaPatchSdbTask¦Windows.Storage.ApplicationData.dll,CleanupTemporaryState¦shell32.dll,Control_RunDLL ncpa.cpl¦Startupscan.dll,SusRunTask}`,
    SVCHOST,
  ],
  [
    2,
    `${SYSTEM32}reg.exe`,
    'reg {query "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion" /v ProductName¦query HKLM\\SOFTWARE\\Example /v Version /reg:64¦add HKCU\\Software\\Example /v Seen /t REG_DWORD /d 1 /f}',
    CMD,
  ],
  [
    3,
    CMD,
    `{cmd /c¦"${CMD}" /c¦${SYSTEM32}cmd.exe /d /s /c} "{dir /b¦echo %USERNAME%¦ver¦"C:\\Program Files\\Example\\bin\\agent.cmd" --check¦npm run build¦cd /d C:\\work && build.bat¦set PATH}"`,
    '{C}',
  ],
  [
    3,
    POWERSHELL,
    `{powershell.exe¦"${POWERSHELL}"} {-NoProfile -ExecutionPolicy Bypass -File "C:\\Program Files\\Example\\Inventory.ps1"¦-NoLogo -NonInteractive -NoProfile -Command "Get-Service | Where-Object Status -eq 'Running'"¦-ExecutionPolicy RemoteSigned -File C:\\Scripts\\Get-DiskReport.ps1 -Days 7¦-Command "& {Get-CimInstance Win32_OperatingSystem | Select-Object LastBootUpTime}"}`,
    '{C}',
  ],
  [
    2,
    `${OFFICE}{WINWORD¦EXCEL¦POWERPNT}.EXE`,
    `"${OFFICE}{WINWORD.EXE" /n¦EXCEL.EXE"¦POWERPNT.EXE"} "C:\\Users\\{USER}\\Documents\\{report¦plan¦budget} ####.{docx¦xlsx¦pptx}" /o "u"`,
    EXPLORER,
  ],
  [2, `${OFFICE}OUTLOOK.EXE`, `"${OFFICE}OUTLOOK.EXE" {/recycle¦}`, EXPLORER],
  [
    2,
    'C:\\Users\\{USER}\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe',
    '"C:\\Users\\{USER}\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe" /background',
    EXPLORER,
  ],
  [
    2,
    'C:\\Users\\{USER}\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe',
    '"C:\\Users\\{USER}\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe" --type=renderer --user-data-dir="C:\\Users\\{USER}\\AppData\\Roaming\\Microsoft\\Teams" --app-user-model-id=com.squirrel.Teams.Teams --no-sandbox --lang=en-us',
    EXPLORER,
  ],
  [
    2,
    CODE,
    `"${CODE}" --type={utility --utility-sub-type=node.mojom.NodeService¦renderer} --user-data-dir="C:\\Users\\{USER}\\AppData\\Roaming\\Code" --standard-schemes=vscode-webview,vscode-file --enable-sandbox`,
    CODE,
  ],
  [
    2,
    'C:\\Program Files\\Git\\cmd\\git.exe',
    'git.exe {status -z -uall¦fetch --all --prune¦rev-parse --show-toplevel¦for-each-ref --format="%(refname)"¦config --get-all user.name}',
    CODE,
  ],
  [
    1,
    'C:\\Program Files\\nodejs\\node.exe',
    '"C:\\Program Files\\nodejs\\node.exe" C:\\work\\app\\node_modules\\.bin\\tsc {--watch¦-p .}',
    CMD,
  ],
  [
    1,
    'C:\\Program Files\\Python312\\python.exe',
    '"C:\\Program Files\\Python312\\python.exe" {C:\\work\\tools\\report.py --since ####-0#-0#¦-m pip install -r requirements.txt¦-c "import sys; print(sys.version)"}',
    CMD,
  ],
  [
    1,
    `${SYSTEM32}schtasks.exe`,
    'schtasks {/run /tn "\\Example\\Nightly"¦/query /fo csv /v¦/create /tn "Example Updater" /tr "C:\\Program Files\\Example\\update.exe" /sc daily /st 03:00 /f}',
    CMD,
  ],
  [1, `${SYSTEM32}sc.exe`, 'sc {query¦start¦config} {wuauserv¦bits¦"Example Agent"¦w32time}', CMD],
  [
    1,
    `${SYSTEM32}net.exe`,
    'net {use Z: \\\\srv-0004\\Projects¦start¦view¦time \\\\dc-01¦user %USERNAME% /domain}',
    CMD,
  ],
  [1, `${SYSTEM32}ipconfig.exe`, 'ipconfig /{all¦flushdns¦renew}', CMD],
  [
    1,
    `${SYSTEM32}netsh.exe`,
    'netsh {wlan show interfaces¦interface ip show config¦advfirewall show currentprofile}',
    CMD,
  ],
  [1, `${SYSTEM32}ping.exe`, 'ping -n # 10.20.0.1#', CMD],
  [1, `${SYSTEM32}whoami.exe`, 'whoami /groups', CMD],
  [1, `${SYSTEM32}tasklist.exe`, 'tasklist /fo csv /nh', CMD],
  [1, `${SYSTEM32}findstr.exe`, 'findstr /i "{error¦warning}" C:\\work\\build.log', CMD],
  [
    1,
    `${SYSTEM32}wbem\\WMIC.exe`,
    'wmic {os get LastBootUpTime¦bios get serialnumber¦cpu get name /value¦logicaldisk get size,freespace}',
    CMD,
  ],
  [
    1,
    `${SYSTEM32}msiexec.exe`,
    `{${SYSTEM32}msiexec.exe /V¦msiexec /i "C:\\Windows\\Temp\\example-##.msi" /qn /norestart REBOOT=ReallySuppress}`,
    SERVICES,
  ],
  [
    1,
    `${SYSTEM32}regsvr32.exe`,
    'regsvr32.exe /s "C:\\Program Files\\Example\\shellext64.dll"',
    `${SYSTEM32}msiexec.exe`,
  ],
  [1, `${SYSTEM32}gpupdate.exe`, 'gpupdate.exe /target:{computer¦user}', SVCHOST],
  [1, `${SYSTEM32}wevtutil.exe`, 'wevtutil.exe qe Application /c:5 /rd:true /f:text', POWERSHELL],
  [1, `${SYSTEM32}notepad.exe`, `"${SYSTEM32}NOTEPAD.EXE" C:\\Users\\{USER}\\Desktop\\notes##.txt`, EXPLORER],
  [1, `${SYSTEM32}mmc.exe`, `"${SYSTEM32}mmc.exe" "${SYSTEM32}{eventvwr¦services¦compmgmt¦taskschd}.msc" /s`, EXPLORER],
  [1, `${SYSTEM32}cscript.exe`, 'cscript.exe //nologo "C:\\Program Files\\Example\\inventory.vbs" /quiet', SVCHOST],
  [1, `${SYSTEM32}mstsc.exe`, `"${SYSTEM32}mstsc.exe" /v:srv-000#`, EXPLORER],
  [1, `${SYSTEM32}robocopy.exe`, 'robocopy C:\\work \\\\srv-0004\\backup\\{USER} /mir /r:1 /w:1', CMD],
  [1, `${SYSTEM32}curl.exe`, 'curl.exe -s -o C:\\Windows\\Temp\\status.json https://intranet.example/status', CMD],
  [1, `${SYSTEM32}tar.exe`, 'tar -xf package-##.zip -C C:\\work\\unpacked', CMD],
  [
    1,
    'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.##-0\\MpCmdRun.exe',
    '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.##-0\\MpCmdRun.exe" {SignaturesUpdateService -ScheduleJob -UnmanagedUpdate¦Scan -ScheduleJob -ScanTrigger 55}',
    SVCHOST,
  ],
  [
    1,
    'C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe',
    '"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe" /ua /installsource scheduler',
    SVCHOST,
  ],
  [
    1,
    'C:\\Program Files\\7-Zip\\7zFM.exe',
    '"C:\\Program Files\\7-Zip\\7zFM.exe" "C:\\Users\\{USER}\\Downloads\\archive ##.zip"',
    EXPLORER,
  ],
  [1, `${SYSTEM32}sppsvc.exe`, `${SYSTEM32}sppsvc.exe`, SERVICES],
  [1, `${SYSTEM32}wsqmcons.exe`, `${SYSTEM32}wsqmcons.exe`, SVCHOST],
  [
    1,
    `${SYSTEM32}CompatTelRunner.exe`,
    `${SYSTEM32}CompatTelRunner.exe -m:appraiser.dll -f:DoScheduledTelemetryRun -cv:@@@@@@@@`,
    SVCHOST,
  ],
  [1, `${SYSTEM32}cleanmgr.exe`, `${SYSTEM32}cleanmgr.exe /autocleanstoragesense /d C:`, SVCHOST],
  [1, `${SYSTEM32}vssvc.exe`, `${SYSTEM32}vssvc.exe`, SERVICES],
  [1, `${SYSTEM32}spoolsv.exe`, `${SYSTEM32}spoolsv.exe`, SERVICES],
  [1, `${SYSTEM32}WerFault.exe`, `${SYSTEM32}WerFault.exe -u -p #### -s ####`, SVCHOST],
];

const USERS = ['alice', 'bob', 'carol', 'dave', 'erin'] as const;
const PARENTS = [CMD, EXPLORER, SVCHOST, POWERSHELL, 'C:\\Program Files\\Example\\agent.exe', CODE] as const;
const SUBJECT = security.subject(security.SYSTEM_ACCOUNT, 0x3e7n);

/** So many starts of programs, every third as Security tells it, the others as Sysmon does. The same numbers give the same events. */
export function ordinaryPrograms(count: number): readonly EventModel[] {
  const random = new Xorshift(11);
  const weighted = PROGRAMS.flatMap((program) => Array.from({ length: program[0] }, () => program));
  return Array.from({ length: count }, (_, at) => {
    const [, image, commandLine, parent] = random.pick(weighted);
    const user = random.pick(USERS);
    const parentImage = parent === '{C}' ? random.pick(PARENTS) : parent;
    const fill = (text: string): string => filled(text.replaceAll('{USER}', user), random);
    const pid = 2000 + at;
    const time = { time: `2026-03-12T${String(8 + (at % 9)).padStart(2, '0')}:00:00Z` };
    if (at % 3 === 0) {
      const facts = { pid: BigInt(pid), image: fill(image), creatorPid: 900n, creatorImage: fill(parentImage) };
      return security.processCreation({ ...facts, commandLine: fill(commandLine), subject: SUBJECT }, time);
    }
    const made = fill(image);
    const [company, product, description] = soldBy(made);
    return sysmon.event(
      1,
      {
        ProcessGuid: sysmon.processGuid(pid, 134_178_048_000_000_000n),
        ProcessId: pid,
        Image: made,
        FileVersion: `10.0.1904#.#### (WinBuild.160101.0800)`.replace(/#/g, () => String(random.below(10))),
        Description: description,
        Product: product,
        Company: company,
        OriginalFileName: made.slice(made.lastIndexOf('\\') + 1),
        CommandLine: fill(commandLine),
        CurrentDirectory: parent === EXPLORER ? `C:\\Users\\${user}\\` : 'C:\\Windows\\system32\\',
        User: parent === SERVICES || parent === SVCHOST ? 'NT AUTHORITY\\SYSTEM' : `CORP\\${user}`,
        LogonGuid: 'a1b2c3d4-0000-69b2-e703-000000000000',
        LogonId: 0x3e7n,
        TerminalSessionId: parent === SERVICES ? 0 : 1,
        IntegrityLevel:
          parent === SERVICES || parent === SVCHOST ? 'System' : random.pick(['Medium', 'Medium', 'High', 'Low']),
        Hashes: `MD5=${digits(random, 32)},SHA256=${digits(random, 64)},IMPHASH=${digits(random, 32)}`,
        ParentProcessGuid: sysmon.processGuid(900, 134_178_047_000_000_000n),
        ParentProcessId: 900,
        ParentImage: fill(parentImage),
        ParentCommandLine: fill(parent === SVCHOST ? `${SVCHOST} -k netsvcs -p` : `"${parentImage}"`),
        ParentUser: 'NT AUTHORITY\\SYSTEM',
      },
      time,
    );
  });
}

function filled(text: string, random: Xorshift): string {
  let made = text;
  for (let inner = /\{[^{}]*¦[^{}]*\}/.exec(made); inner !== null; inner = /\{[^{}]*¦[^{}]*\}/.exec(made)) {
    const choice = random.pick(inner[0].slice(1, -1).split('¦'));
    made = made.slice(0, inner.index) + choice + made.slice(inner.index + inner[0].length);
  }
  return made.replace(/[#@]/g, (sign) => random.below(sign === '#' ? 10 : 16).toString(16));
}

function digits(random: Xorshift, count: number): string {
  return filled('@'.repeat(count), random).toUpperCase();
}

const WINDOWS = 'Microsoft\u00ae Windows\u00ae Operating System';

/** Company, product and description as the resources of such a file say. */
function soldBy(image: string): readonly [company: string, product: string, description: string] {
  if (/\\Google\\/.test(image)) return ['Google LLC', 'Google Chrome', 'Google Chrome'];
  if (/\\Office16\\/.test(image)) return ['Microsoft Corporation', 'Microsoft Office', 'Microsoft Word'];
  if (/nodejs|Python|Git|7-Zip/.test(image)) return ['-', '-', '-'];
  if (/\\cmd\.exe$/i.test(image)) return ['Microsoft Corporation', WINDOWS, 'Windows Command Processor'];
  if (/\\powershell\.exe$/i.test(image)) return ['Microsoft Corporation', WINDOWS, 'Windows PowerShell'];
  return ['Microsoft Corporation', WINDOWS, 'Host Process for Windows Services'];
}
