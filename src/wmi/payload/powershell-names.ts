/** Values that are the same on every default Windows: what obfuscators take their letters from. */
export const KNOWN_VARIABLES: ReadonlyMap<string, string | number | boolean> = new Map<
  string,
  string | number | boolean
>([
  ['true', true],
  ['false', false],
  ['pshome', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0'],
  ['shellid', 'Microsoft.PowerShell'],
  ['verbosepreference', 'SilentlyContinue'],
  ['debugpreference', 'SilentlyContinue'],
  ['maximumdrivecount', 4096],
  ['ofs', ' '],
  ['env:comspec', 'C:\\WINDOWS\\system32\\cmd.exe'],
  ['env:windir', 'C:\\WINDOWS'],
  ['env:systemroot', 'C:\\WINDOWS'],
  ['env:systemdrive', 'C:'],
  ['env:public', 'C:\\Users\\Public'],
  ['env:programdata', 'C:\\ProgramData'],
  ['env:allusersprofile', 'C:\\ProgramData'],
  ['env:programfiles', 'C:\\Program Files'],
  ['env:os', 'Windows_NT'],
  ['env:pathext', '.COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC'],
]);

/** Names of automatic variables that `Get-Variable` with a pattern is used to find. */
const VARIABLE_NAMES: readonly string[] = [
  ...['ConfirmPreference', 'ConsoleFileName', 'DebugPreference', 'Error', 'ErrorActionPreference', 'ErrorView'],
  ...['ExecutionContext', 'FormatEnumerationLimit', 'Home', 'Host', 'InformationPreference', 'MaximumAliasCount'],
  ...['MaximumDriveCount', 'MaximumErrorCount', 'MaximumFunctionCount', 'MaximumHistoryCount', 'MaximumVariableCount'],
  ...['MyInvocation', 'NestedPromptLevel', 'OutputEncoding', 'ProgressPreference', 'PSBoundParameters', 'PSCulture'],
  ...['PSCommandPath', 'PSDefaultParameterValues', 'PSEmailServer', 'PSHome', 'PSScriptRoot', 'PSSessionOption'],
  ...['PSUICulture', 'PSVersionTable', 'ShellId', 'StackTrace', 'VerbosePreference', 'WarningPreference'],
];

const COMMANDS: readonly string[] = [
  'Invoke-Expression',
  'New-Object',
  'Invoke-Command',
  'Invoke-Item',
  'Invoke-WebRequest',
];

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['iex', 'invoke-expression'],
  ['icm', 'invoke-command'],
  ['iwr', 'invoke-webrequest'],
  ['wget', 'invoke-webrequest'],
  ['curl', 'invoke-webrequest'],
  ['irm', 'invoke-restmethod'],
  ['%', 'foreach-object'],
  ['foreach', 'foreach-object'],
  ['?', 'where-object'],
  ['gv', 'get-variable'],
  ['sv', 'set-variable'],
  ['set', 'set-variable'],
  ['nv', 'new-variable'],
  ['gcm', 'get-command'],
  ['gal', 'get-alias'],
  ['saps', 'start-process'],
  ['start', 'start-process'],
  ['swmi', 'set-wmiinstance'],
  ['ncim', 'new-ciminstance'],
  ['echo', 'write-output'],
  ['write', 'write-output'],
  ['gi', 'get-item'],
  ['gc', 'get-content'],
  ['cat', 'get-content'],
  ['type', 'get-content'],
  ['gp', 'get-itemproperty'],
]);

/** The full lower-case name of a command or alias, without a module prefix. */
export function commandName(name: string): string {
  const plain = name.toLowerCase().replace(/^[\w.]{1,80}\\(?=[a-z]+-[a-z]+$)/, '');
  return ALIASES.get(plain) ?? plain;
}

/** The only one of the names that a pattern with `*` and `?` fits, else the first one; undefined when none does. */
export function matchName(pattern: string, kind: 'variable' | 'command'): string | undefined {
  const names = kind === 'variable' ? VARIABLE_NAMES : COMMANDS;
  return names.find((name) => wildcardFits(pattern.toLowerCase(), name.toLowerCase()));
}

/** Wildcard match in time linear in text times stars. */
function wildcardFits(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    const ch = pattern.charAt(p);
    if (ch === '*') {
      star = p++;
      mark = t;
    } else if (ch !== '' && (ch === '?' || ch === text.charAt(t))) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern.charAt(p) === '*') p++;
  return p === pattern.length;
}
