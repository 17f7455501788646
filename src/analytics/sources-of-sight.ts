import { AUDIT, REPOSITORY, ZEEK_DCE_RPC } from '../windows/index.ts';
import type { EvidenceKind } from './analytic.ts';

/** Which log shows what: the table "What sees what" of DOMAIN 3.2, for the logs that a hunt reads. */

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const WMI_ACTIVITY = 'Microsoft-Windows-WMI-Activity/Operational';
const WINRM = 'Microsoft-Windows-WinRM/Operational';
const POWERSHELL = 'Microsoft-Windows-PowerShell/Operational';

/** A channel whose absence, or whose first record, is told for each host (A33). */
export interface BlindChannel {
  readonly channel: string;
  /** In a sentence: "no Sysmon log". */
  readonly name: string;
  readonly so: string;
  readonly close: string;
  readonly tellsStart: boolean;
}

export const BLIND_CHANNELS: readonly BlindChannel[] = [
  {
    channel: SYSMON,
    name: 'Sysmon',
    so: 'deletions and writers of subscriptions are not seen, nor processes that 4688 does not log',
    close: 'collect Microsoft-Windows-Sysmon%4Operational.evtx; install Sysmon with WMI events on',
    tellsStart: true,
  },
  {
    channel: WMI_ACTIVITY,
    name: 'WMI-Activity',
    so: 'bindings (5861), temporary subscriptions and failed remote calls are not seen, and no namespace but root\\subscription',
    close: 'collect Microsoft-Windows-WMI-Activity%4Operational.evtx',
    tellsStart: true,
  },
  {
    channel: 'Security',
    name: 'Security',
    so: 'the source and account of a remote call are unknown, and so are processes where Sysmon is missing',
    close: 'collect Security.evtx; audit logons and process creation',
    tellsStart: true,
  },
  {
    channel: 'System',
    name: 'System',
    so: 'boots and cleared logs are not seen: a 5861 may be a repeat at start-up',
    close: 'collect System.evtx',
    tellsStart: false,
  },
  {
    channel: 'Application',
    name: 'Application',
    so: 'starts of WMI (5615) and filters that could not be activated are not seen',
    close: 'collect Application.evtx',
    tellsStart: false,
  },
  {
    channel: POWERSHELL,
    name: 'PowerShell',
    so: 'scripts that create or remove subscriptions are not seen',
    close: 'collect Microsoft-Windows-PowerShell%4Operational.evtx; log script blocks',
    tellsStart: false,
  },
];

/** Which records are a kind of evidence, and what it means when their log has none. */
export interface Need {
  readonly kind: EvidenceKind;
  readonly any: readonly { readonly channel: string; readonly eventId: number }[];
  readonly gap?: { readonly what: string; readonly so: string; readonly close: string };
}

export const NEEDS: readonly Need[] = [
  {
    kind: 'process starts',
    any: [
      { channel: SYSMON, eventId: 1 },
      { channel: 'Security', eventId: 4688 },
    ],
    gap: {
      what: 'no process starts in its logs',
      so: 'what WMI started, and whether a consumer fired, is unknown',
      close: 'audit process creation (4688), or install Sysmon',
    },
  },
  {
    kind: 'logons',
    any: [{ channel: 'Security', eventId: 4624 }],
    gap: {
      what: 'no logons (4624) in its Security log',
      so: 'no process and no subscription can be joined to its remote caller',
      close: 'audit logons; collect the whole Security log',
    },
  },
  {
    kind: 'subscriptions',
    any: [
      { channel: SYSMON, eventId: 19 },
      { channel: SYSMON, eventId: 20 },
      { channel: SYSMON, eventId: 21 },
      { channel: WMI_ACTIVITY, eventId: 5861 },
      { channel: 'Windows PowerShell', eventId: 800 },
      { channel: POWERSHELL, eventId: 4103 },
      { channel: POWERSHELL, eventId: 4104 },
      { channel: SYSMON, eventId: 1 },
      { channel: 'Security', eventId: 4688 },
      { channel: REPOSITORY, eventId: 0 },
      { channel: AUDIT, eventId: 0 },
    ],
  },
  {
    kind: 'subscriptions',
    any: [{ channel: WMI_ACTIVITY, eventId: 5861 }],
    gap: {
      what: 'no 5861 in its WMI-Activity log',
      so: 'no binding was made while it ran, unless Windows is older than 10 and Server 2016, which write none, or records were taken out',
      close: 'collect the WMI repository (OBJECTS.DATA, INDEX.BTR, MAPPING*.MAP)',
    },
  },
  {
    kind: 'objects at rest',
    any: [
      { channel: REPOSITORY, eventId: 0 },
      { channel: AUDIT, eventId: 0 },
    ],
  },
  { kind: 'provider loads', any: [{ channel: WMI_ACTIVITY, eventId: 5857 }] },
  {
    kind: 'files and modules',
    any: [
      { channel: SYSMON, eventId: 7 },
      { channel: SYSMON, eventId: 11 },
      { channel: 'Security', eventId: 5145 },
    ],
  },
  {
    kind: 'remote calls',
    any: [
      { channel: 'Security', eventId: 4648 },
      { channel: POWERSHELL, eventId: 4103 },
      { channel: POWERSHELL, eventId: 4104 },
      { channel: 'Windows PowerShell', eventId: 800 },
      { channel: WINRM, eventId: 145 },
      { channel: SYSMON, eventId: 1 },
      { channel: 'Security', eventId: 4688 },
    ],
  },
  {
    kind: 'share accesses',
    any: [
      { channel: 'Security', eventId: 5140 },
      { channel: 'Security', eventId: 5145 },
    ],
  },
  {
    kind: 'registry changes',
    any: [
      { channel: SYSMON, eventId: 13 },
      { channel: 'Security', eventId: 4663 },
      { channel: 'Security', eventId: 4674 },
    ],
  },
  {
    kind: 'WinRM sessions',
    any: [
      { channel: WINRM, eventId: 82 },
      { channel: WINRM, eventId: 91 },
      { channel: WINRM, eventId: 169 },
      { channel: 'Security', eventId: 4656 },
      { channel: 'Security', eventId: 4662 },
    ],
  },
  { kind: 'process access', any: [{ channel: SYSMON, eventId: 10 }] },
  { kind: 'calls on the wire', any: [{ channel: ZEEK_DCE_RPC, eventId: 0 }] },
  {
    kind: 'connections',
    any: [
      { channel: SYSMON, eventId: 3 },
      { channel: 'Security', eventId: 5156 },
      { channel: ZEEK_DCE_RPC, eventId: 0 },
    ],
  },
];
