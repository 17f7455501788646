import type { Node } from 'web-tree-sitter';
import { parsePowershell, powershellTree } from '../powershell-grammar.ts';

/** Cmdlets that the collector may call, by their whole names: an alias is none of them. Those that write stand below. */
const CMDLETS = new Set(
  `ForEach-Object Get-Acl Get-AuthenticodeSignature Get-ChildItem Get-CimAssociatedInstance Get-CimClass Get-CimInstance
   Get-Content Get-FileHash Get-Item Get-ItemProperty Get-Location Get-Process Get-WinEvent Invoke-CimMethod Join-Path
   New-Object Out-File Remove-Item Resolve-Path Sort-Object Split-Path Test-Path Where-Object Write-Output`.split(
    /\s+/,
  ),
);
/** Parameters that reach elsewhere, exist in PowerShell 7 alone, or load what is not of Windows. */
const REFUSED_PARAMETERS =
  /^-(?:Parallel|ComputerName|CimSession|Session|Credential|ComObject|AsJob|ThrottleLimit|Online|Uri)$/i;
/** Classes of New-Object, and all types that are named. What is not core is used where constrained language is asked for first. */
const CORE_TYPES = new Set(
  'string int long uint32 uint64 int16 uint16 byte sbyte double single bool datetime timespan hashtable array guid cultureinfo scriptblock byte[] string[] CmdletBinding ValidateRange'.split(
    ' ',
  ),
);
const GUARDED_TYPES = new Set(
  `System.BitConverter System.Environment Microsoft.Win32.RegistryKey Microsoft.Win32.RegistryHive Microsoft.Win32.RegistryView
   Microsoft.Win32.RegistryValueOptions System.Security.Principal.WindowsIdentity System.Security.Principal.WindowsPrincipal
   System.Security.Principal.WindowsBuiltInRole System.IO.FileStream System.IO.FileMode System.IO.FileAccess
   System.Text.UTF8Encoding`.split(/\s+/),
);
/** Methods of .NET; those that write stand in Write-NewFile alone. */
const METHODS = new Set(
  `AddSeconds ContainsKey ExpandEnvironmentVariables GetCurrent GetEnumerator GetSubKeyNames GetValue GetValueKind GetValueNames
   IsInRole NewGuid OpenBaseKey OpenSubKey Replace Split Substring ToCharArray ToLocalTime ToLowerInvariant ToString ToUniversalTime
   ToUpperInvariant ToXml Trim TrimStart`.split(/\s+/),
);
const WRITING_METHODS = new Set(['GetBytes', 'Write', 'Flush', 'Dispose']);
/** Methods of WMI: each reads, or converts what it is given. */
const WMI_METHODS = new Set(['GetSD', 'GetSecurityDescriptor', 'BinarySDToSDDL', 'Win32SDToSDDL', 'GetOwnerSid']);
/** Programs of Windows, with the words that each may be given. Variables: the private file, its log, a name of a table. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'auditpol.exe': ["'/backup'", '"/file:$path"', "'/get'", "'/category:*'", "'/r'"],
  'secedit.exe': ["'/export'", "'/areas'", "'USER_RIGHTS'", "'/cfg'", '$path', "'/log'", '$log', "'/quiet'"],
  'sc.exe': ["'sdshow'", "'qprotection'", '$name'],
  'netsh.exe': ["'rpc'", "'filter'", "'show'"],
  'w32tm.exe': ["'/query'", "'/status'", "'/verbose'", "'/source'", "'/configuration'"],
};
/** What may be started by `&`: a section, the body of a temporary file, and a program below System32. */
const STARTED = new Set(['$Readers[$Name]', '$Body', '(Join-Path $SystemFolder $Program)']);
/** Words that no text of the script may hold. */
const REFUSED_TEXTS = /Win32_Product\b|winmgmt(?:\.exe|\s+\/)|Net\.WebClient|Net\.Sockets|https?:|\\\\\\\\\w/i;

/** What the script does that a read-only collector of PowerShell 5.1 and 7 may not do (HARDENING 7.1, 7.7; L17, L22). */
export function collectorBreaches(script: string): readonly string[] {
  const found = parsePowershell(script).problems.map((problem) => `grammar: ${problem}`);
  for (const [i, line] of script.split('\n').entries()) {
    if (/[^\t\u0020-\u007e]/.test(line)) found.push(`line ${i + 1}: not ASCII`);
  }
  const tree = powershellTree(script);
  if (tree === null) return found;
  const functions = new Set(nodesOf(tree.rootNode, 'function_statement').map(nameOf));
  for (const node of allNodes(tree.rootNode)) found.push(...breachesOf(node, functions));
  return found;
}

function breachesOf(node: Node, functions: ReadonlySet<string>): readonly string[] {
  const at = `line ${node.startPosition.row + 1}: `;
  switch (node.type) {
    case 'command':
      return commandBreaches(node, functions).map((what) => at + what);
    case 'command_parameter':
      return REFUSED_PARAMETERS.test(node.text) ? [`${at}parameter ${node.text}`] : [];
    case 'redirection':
      return node.text === '2>$null' ? [] : [`${at}redirection ${node.text}`];
    case 'type_literal':
      return typeBreaches(node.text.slice(1, -1), node).map((what) => at + what);
    case 'invokation_expression':
      return methodBreaches(node).map((what) => at + what);
    case 'left_assignment_expression':
      return /^\$(?:env|global|function|alias):/i.test(node.text) ? [`${at}sets ${node.text}`] : [];
    case 'string_literal':
      return REFUSED_TEXTS.test(node.text) ? [`${at}holds ${node.text}`] : [];
    default:
      return [];
  }
}

function commandBreaches(node: Node, functions: ReadonlySet<string>): readonly string[] {
  const started = node.childForFieldName('command_name');
  const name = started?.text ?? '';
  if (started?.type === 'command_name_expr') return STARTED.has(name) ? [] : [`starts ${name}`];
  if (!functions.has(name) && !CMDLETS.has(name)) return [`calls ${name}`];
  const words = (node.childForFieldName('command_elements')?.text ?? '').trim();
  const inside = enclosing(node, 'function_statement');
  const where = inside === undefined ? '' : nameOf(inside);
  if (
    /^(?:Get-Cim|Invoke-Cim)/.test(name) &&
    !/ -OperationTimeoutSec \$(?:seconds|NamespaceTimeoutSec)\b/.test(words)
  ) {
    return [`${name} without a limit of time`];
  }
  switch (name) {
    case 'Invoke-CimMethod': {
      const method = / -MethodName '(\w+)'/.exec(` ${words}`)?.[1] ?? '';
      return WMI_METHODS.has(method) ? [] : [`calls the method ${method}`];
    }
    case 'Remove-Item':
      return /^-LiteralPath \$(?:path|log) -Force$/.test(words) && enclosing(node, 'finally_clause') !== undefined
        ? []
        : [`Remove-Item ${words}`];
    case 'Out-File':
      return where === 'Write-NewFile' && / -NoClobber$/.test(words) ? [] : [`Out-File ${words}`];
    case 'Write-NewFile':
      return /^\$target(?:Hash)? /.test(words) && where === '' ? [] : [`Write-NewFile ${words}`];
    case 'New-Object':
      return typeBreaches(/^[\w.]+/.exec(words)?.[0] ?? words, node);
    case 'Invoke-Program':
      return programBreaches(words);
    default:
      return [];
  }
}

function programBreaches(words: string): readonly string[] {
  const [, program = '', list = ''] = /^'([\w.]+)' @\(([^()]*)\)$/.exec(words) ?? [];
  const allowed = PROGRAMS[program];
  if (allowed === undefined) return [`starts ${words}`];
  return list
    .split(', ')
    .filter((word) => !allowed.includes(word))
    .map((word) => `gives ${program} ${word}`);
}

function typeBreaches(name: string, node: Node): readonly string[] {
  if (CORE_TYPES.has(name)) return [];
  if (!GUARDED_TYPES.has(name)) return [`uses [${name}]`];
  const inside = enclosing(node, 'function_statement');
  return inside?.text.includes('$Clm') === true ? [] : [`uses [${name}] without asking for the language mode`];
}

function methodBreaches(node: Node): readonly string[] {
  const member = node.children.find((child) => child?.type === 'member_name')?.text ?? '';
  if (METHODS.has(member)) return [];
  const inside = enclosing(node, 'function_statement');
  return WRITING_METHODS.has(member) && inside !== undefined && nameOf(inside) === 'Write-NewFile'
    ? []
    : [`calls .${member}()`];
}

export function* allNodes(node: Node): Iterable<Node> {
  yield node;
  for (const child of node.children) if (child !== null) yield* allNodes(child);
}

export function nodesOf(root: Node, type: string): readonly Node[] {
  return [...allNodes(root)].filter((node) => node.type === type);
}

function enclosing(node: Node, type: string): Node | undefined {
  for (let above = node.parent; above !== null; above = above.parent) if (above.type === type) return above;
  return undefined;
}

export function nameOf(node: Node): string {
  return node.children.find((child) => child?.type === 'function_name')?.text ?? '';
}
