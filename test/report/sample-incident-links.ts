import type { JoinId, Strength } from '../../src/entities/index.ts';
import type { Link, LinkJoin } from '../../src/incidents/index.ts';
import type { RecordLine } from '../../src/report/index.ts';
import type { Gap } from '../../src/windows/index.ts';
import { IDS } from './sample-incident-members.ts';
import {
  binding,
  cites,
  cleared,
  command,
  consumer,
  credentials,
  DC01,
  dynamic,
  filter,
  memory,
  onward,
  outbound,
  ran,
  registered,
  remoteDesktop,
  SRV02,
  signIn,
  ticket,
  WS07,
} from './sample-incident-records.ts';

/** The links and the gaps of the sample incident. */

const { dossier, firstHop } = IDS;

const JOIN_WEIGHTS: Readonly<Record<Strength, number>> = { exact: 0.95, strong: 0.7, weak: 0.35, inferred: 0.15 };

function join(id: JoinId, strength: Strength, text: string, ...records: readonly RecordLine[]): LinkJoin {
  return { join: id, strength, w: JOIN_WEIGHTS[strength], text, evidence: cites(...records) };
}

function link(
  id: string,
  claim: string,
  confidence: number,
  joins: readonly LinkJoin[],
  rest: Partial<Link> = {},
): Link {
  return { id, claim, between: [firstHop, dossier], joins, confidence, missing: [], inferred: false, ...rest };
}

export const SAMPLE_LINKS: readonly Link[] = [
  link('laaaaaaaaaaaaaaa', "alice's session on WS-07 called WMI on SRV-02 as svc-deploy", 0.99, [
    join('J2', 'exact', 'same address and port at both ends', dynamic, signIn),
    join('J4', 'strong', 'credentials presented for SRV-02 by name', credentials),
    join('J5', 'strong', 'service ticket for SRV-02, asked for from WS-07', ticket),
  ]),
  link('lbbbbbbbbbbbbbbb', 'that sign-in created the subscription', 0.91, [
    join('J12', 'strong', 'Sysmon names svc-deploy; its only remote sign-in then', signIn, filter, consumer, binding),
    join('J13', 'strong', 'CreatorSID is the SID of svc-deploy', registered),
  ]),
  link('lccccccccccccccc', 'filter, binding and consumer are one triad', 0.99, [
    join('J23', 'exact', 'the binding names both by exact path', binding),
    join('J23', 'exact', 'Windows records the three together', registered),
  ]),
  link('lddddddddddddddd', 'the consumer fired and started PowerShell', 0.9675, [
    join('J24', 'exact', 'child of WmiPrvSE, command line equal to the template', consumer, ran),
    join('J15', 'weak', 'its trigger came 6.2 s before; it polls every 10 s', remoteDesktop),
  ]),
  link('leeeeeeeeeeeeeee', 'that PowerShell connected to 203.0.113.24', 0.95, [
    join('J22', 'exact', 'same ProcessGuid', ran, outbound),
  ]),
  link('lfffffffffffffff', 'that PowerShell read LSASS', 0.95, [join('J22', 'exact', 'same ProcessGuid', ran, memory)]),
  link(
    'lggggggggggggggg',
    'SRV-02 then reached DC-01 by WMI',
    0.358,
    [
      join('J12', 'weak', 'the sign-in names the address of SRV-02', onward, command),
      join('J20', 'inferred', 'same account, in before out', signIn),
    ],
    {
      missing: [
        {
          join: 'J2',
          host: SRV02,
          what: 'Sysmon 3',
          text: 'no call to DC-01 was seen on SRV-02, though its Sysmon ran',
        },
      ],
    },
  ),
  link(
    'lhhhhhhhhhhhhhhh',
    'the cleared log belongs to it',
    0.15,
    [join('J20', 'inferred', 'on the same host within the hour', memory, cleared)],
    { inferred: true },
  ),
];

export const SAMPLE_GAPS: readonly Gap[] = [
  [
    DC01,
    'No Sysmon log in the evidence; command lines are not audited in 4688',
    'What cmd.exe ran on DC-01 is unknown; the hop stays possible',
    'Collect memory and $MFT of DC-01; turn on command-line auditing',
  ],
  [
    SRV02,
    'The Security log begins 2026-03-11 22:10',
    'Earlier use of svc-deploy on SRV-02 cannot be ruled out',
    'Ask the SIEM for 4624 before that time; raise the log to 1 GB',
  ],
  [
    WS07,
    'Script block logging (4104) is off',
    'The text of inv.ps1 is not recoverable from logs',
    'Recover the file from disk; turn on script block logging',
  ],
  [
    SRV02,
    'WMI namespace auditing (4662) is off',
    'Link B rests on CreatorSID and time, not on an access record',
    'Set the audit entry on root\\subscription',
  ],
  [
    WS07,
    'Security records 990118 to 990131 are missing',
    'Nobody can speak for what led to Word starting PowerShell',
    'Compare with the copy in the SIEM; treat as possible tampering',
  ],
].map(([host = '', what = '', so = '', close = ''], index) => ({
  id: `g${'abcde'[index] ?? ''}aaaaaaaaaaaaaa`,
  host,
  what,
  so,
  close,
  blocks: [],
}));
