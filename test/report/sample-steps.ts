import type { NextStep } from '../../src/incidents/index.ts';

const REMOVE = `$ns = 'root/subscription'
$f = 'UpdSvcSync'
$c = 'UpdSvcSync'
$b = Get-CimInstance -Namespace $ns -ClassName __FilterToConsumerBinding |
  Where-Object { $_.Filter.Name -ceq $f -and $_.Consumer.Name -ceq $c }
$b | Export-Clixml -Path '.\\UpdSvcSync-binding.xml'
$b | Remove-CimInstance -WhatIf
Get-CimInstance -Namespace $ns -ClassName CommandLineEventConsumer |
  Where-Object { $_.Name -ceq $c } | Remove-CimInstance -WhatIf
Get-CimInstance -Namespace $ns -ClassName __EventFilter |
  Where-Object { $_.Name -ceq $f } | Remove-CimInstance -WhatIf`;

const DRAFTS: readonly Omit<NextStep, 'id'>[] = [
  { phase: 'preserve', text: 'Copy memory and the repository files of SRV-02.' },
  {
    phase: 'preserve',
    text: 'Export the three objects as they are.',
    command:
      "Get-CimInstance -Namespace 'root/subscription' -ClassName __EventFilter | Export-Clixml -Path '.\\SRV-02-filters.xml'",
    shell: 'powershell',
  },
  { phase: 'contain', text: 'Isolate SRV-02 and WS-07; keep power on.' },
  { phase: 'contain', text: 'Disable CORP\\svc-deploy; end its sessions; reset it twice.' },
  { phase: 'contain', text: 'Block 203.0.113.24 at the edge.' },
  {
    phase: 'remove',
    text: 'The binding, which alone disarms it; then the consumer; then the filter.',
    command: REMOVE,
    shell: 'powershell',
  },
  { phase: 'verify', text: 'Read every namespace again; expect three deletions in Sysmon 19 to 21.' },
  { phase: 'verify', text: 'Sign in by Remote Desktop with a test account; expect no PowerShell.' },
  {
    phase: 'scope',
    text: 'Look for this payload, filter text and account on all hosts.',
    command: 'triad hunt evidence --like i7q2m4kd6tbc3wpa',
    shell: 'triad',
  },
  { phase: 'learn', text: 'Ask why a workstation could call WMI on a server.' },
  { phase: 'learn', text: 'Fill the five gaps above; date each.' },
];

/** The next steps of the sample incident. */
export const STEPS: readonly NextStep[] = DRAFTS.map((step, index) => ({
  id: `${'abcdefghijk'[index] ?? ''}aaaaaaaaaaaaaaa`,
  ...step,
}));
