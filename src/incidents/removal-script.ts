import { isPlainName, powershellLiteral } from './powershell-literal.ts';
import type { RemovalObject } from './removal-objects.ts';

/**
 * A script that removes exactly these objects (DOMAIN 7, L17): it acts only with -Apply, shows what it would do without,
 * refuses known content without a second switch, exports what it finds, compares the content just before it deletes, and
 * ends with 1 where anything remains. It uses what both Windows PowerShell 5.1 and PowerShell 7 have, and is ASCII.
 */
export function removalScript(incident: string, host: string, objects: readonly RemovalObject[]): string {
  const place = isPlainName(host) && /^[\u0020-\u007e]+$/.test(host) ? host : 'the target';
  return `# Triad, incident ${incident}: removes the WMI objects below from ${place}.
# Run it on that host as an administrator. Checked by grammar, not run on Windows.
# Without -Apply it changes nothing (-WhatIf) and only exports what it finds.
${objects.some(({ isNamespaceAssumed }) => isNamespaceAssumed) ? DOUBT : ''}[CmdletBinding()]
param(
  [switch]$Apply,
  [switch]$RemoveKnown,
  [string]$ExportPath = ${powershellLiteral(`triad-${incident}.xml`)}
)
$ErrorActionPreference = 'Stop'

$objects = @(
${objects.map(entry).join(',\n')}
)

${BODY}`;
}

function entry(object: RemovalObject): string {
  const fields: [string, string][] = [
    ['Kind', powershellLiteral(object.kind)],
    ['Namespace', powershellLiteral(object.namespace)],
    ['Known', object.isKnown ? '$true' : '$false'],
  ];
  if (object.kind === 'binding') {
    fields.push(
      ['Class', powershellLiteral('__FilterToConsumerBinding')],
      ['Name', powershellLiteral(`${object.filter} -> ${object.consumer}`)],
      ['Filter', powershellLiteral(object.filter)],
      ['Consumer', powershellLiteral(object.consumer)],
      ['ConsumerClass', powershellLiteral(object.consumerClass)],
      ['Checks', '@()'],
    );
  } else {
    const checks = object.checks.map(
      ({ property, sha256 }) => `@{ Property = ${powershellLiteral(property)}; Sha256 = ${powershellLiteral(sha256)} }`,
    );
    fields.push(
      ['Class', powershellLiteral(object.className)],
      ['Name', powershellLiteral(object.name)],
      ['Checks', `@(${checks.join(', ')})`],
    );
  }
  const doubt = object.isNamespaceAssumed ? '    # Namespace unknown: this one is assumed.\n' : '';
  return `  @{\n${doubt}${fields.map(([name, value]) => `    ${name} = ${value}`).join('\n')}\n  }`;
}

const DOUBT = `# No evidence names the namespace of some of them: where one is not there, it may stand in another namespace.
`;

const BODY = `function Get-ContentHash([string]$Text) {
  $plain = $Text.Replace("\`r\`n", "\`n").TrimEnd([char[]]@(32, 9, 13, 10))
  $sha = [System.Security.Cryptography.SHA256]::Create()
  $digest = $sha.ComputeHash([System.Text.Encoding]::UTF8.GetBytes($plain))
  $sha.Dispose()
  return [System.BitConverter]::ToString($digest).Replace('-', '').ToLowerInvariant()
}

function Get-PropertyText($Instance, [string]$Property) {
  $found = $Instance.CimInstanceProperties[$Property]
  if ($null -eq $found) { return '' }
  return [string]$found.Value
}

function Get-WmiText($Instance, [string]$Property) {
  if ($Property -cne '(payload)') { return Get-PropertyText $Instance $Property }
  foreach ($name in @('ScriptText', 'ScriptFileName', 'CommandLineTemplate', 'ExecutablePath')) {
    $text = Get-PropertyText $Instance $name
    if ($text.Trim() -cne '') { return $text }
  }
  return ''
}

function Test-Content($Instance, $Object) {
  foreach ($check in $Object.Checks) {
    $hash = Get-ContentHash (Get-WmiText $Instance $check.Property)
    if ($hash -cne $check.Sha256) { return $false }
  }
  return $true
}

function Find-Instance($Object) {
  $all = @(Get-CimInstance -Namespace $Object.Namespace -ClassName $Object.Class)
  if ($Object.Kind -ceq 'binding') {
    return @($all | Where-Object {
      $_.Filter.Name -ceq $Object.Filter -and $_.Consumer.Name -ceq $Object.Consumer -and $_.Consumer.CimSystemProperties.ClassName -eq $Object.ConsumerClass
    })
  }
  return @($all | Where-Object { $_.Name -ceq $Object.Name })
}

function Test-Bound($Object) {
  if ($Object.Kind -ceq 'binding') { return $false }
  $bindings = @(Get-CimInstance -Namespace $Object.Namespace -ClassName '__FilterToConsumerBinding')
  if ($Object.Kind -ceq 'filter') {
    return @($bindings | Where-Object { $_.Filter.Name -ceq $Object.Name }).Count -gt 0
  }
  return @($bindings | Where-Object {
    $_.Consumer.Name -ceq $Object.Name -and $_.Consumer.CimSystemProperties.ClassName -eq $Object.Class
  }).Count -gt 0
}

function Write-Step($Object, [string]$What) {
  Write-Output ('{0} {1} {2} in {3}: {4}' -f (Get-Date -Format 'o'), $Object.Kind, $Object.Name, $Object.Namespace, $What)
}

$export = @()
foreach ($object in $objects) {
  try { $export += @(Find-Instance $object) } catch { Write-Step $object ('cannot be read: ' + $_.Exception.Message) }
}
if ($export.Count -gt 0) { $export | Export-Clixml -LiteralPath $ExportPath -Depth 6 }

$left = 0
foreach ($object in $objects) {
  if ($object.Known -and -not $RemoveKnown) {
    Write-Step $object 'left: its content is known to be benign; -RemoveKnown removes it all the same'
    $left += 1
    continue
  }
  try {
    $found = @(Find-Instance $object)
    if ($found.Count -eq 0) { Write-Step $object 'not there under exactly this name' }
    foreach ($instance in $found) {
      if (-not (Test-Content $instance $object)) {
        Write-Step $object 'left: its content is no longer that of the evidence'
        $left += 1
      } elseif ($Apply -and (Test-Bound $object)) {
        Write-Step $object 'left: another binding still uses it'
        $left += 1
      } elseif ($Apply) {
        $instance | Remove-CimInstance
        Write-Step $object 'removed'
      } else {
        $instance | Remove-CimInstance -WhatIf
      }
    }
    if ($Apply -and @(Find-Instance $object).Count -gt 0) {
      Write-Step $object 'still there'
      $left += 1
    }
  } catch {
    Write-Step $object ('failed: ' + $_.Exception.Message)
    $left += 1
  }
}
if ($left -gt 0) {
  Write-Output ('{0} left over: see the lines above' -f $left)
  exit 1
}
exit 0
`;
