import { programStem } from '../windows/index.ts';
import type { Trigger } from './types.ts';

/**
 * Programs, services and drivers by which a defender watches a machine (DOMAIN S15): stems of file names and service
 * names, lower case. A trailing version or bitness (`procexp64a`, `sysmon64`) is folded before the look-up.
 */
const TOOLS: ReadonlySet<string> = new Set(
  [
    // Microsoft Defender and its services
    'msmpeng mpcmdrun nissrv securityhealthservice securityhealthsystray mssense senseir sensecncproxy sensendr',
    'windefend wdnissvc sense wscsvc securityhealth msascui msascuil smartscreen mpdefendercoreservice mdcoresvc',
    // Windows' own means of watching
    'taskmgr perfmon resmon eventvwr wevtutil eventlog mpssvc msconfig regedit',
    // Sysinternals
    'procexp procmon autoruns autorunsc sysmon sysmondrv tcpview tcpvcon listdlls pslist vmmap rammap procdump',
    'accesschk sigcheck winobj rootkitrevealer debugview dbgview livekd',
    // Process, network and malware analysis
    'processhacker systeminformer kprocesshacker wireshark dumpcap tshark fiddler rawshark networkminer windump',
    'x32dbg x64dbg ollydbg windbg idaq ida immunitydebugger dnspy pestudio apimonitor regshot hollowshunter pesieve',
    'pe-sieve gmer avz pchunter currports smsniff httpdebuggerui fakenet cffexplorer hxd ghidra frida-server volatility',
    'velociraptor osqueryd osqueryi winlogbeat filebeat nxlog splunkd kape thor thor-lite loki hayabusa chainsaw',
    // Endpoint protection and response
    'csfalconservice csfalconcontainer csagent falconsensor sentinelagent sentinelone sentinelservicehost sentinelctl',
    'cbdefense repmgr reputils repux cbcomms carbonblack cylancesvc cylanceui elastic-agent elastic-endpoint',
    'xagt tanium taniumclient cyserver cyveraservice cytool tlaworker cortex-xdr-payload ekrn egui',
    'avp avpui avpsus klnagent kavfs kavfswp bdagent vsserv bdservicehost epsecurityservice epprotectedservice',
    'avastsvc avastui aswidsagent afwserv avgsvc avgui avguard avgnt sshservice sophosui savservice sophosfs',
    'sophoshealth sophosfilescanner sophosntpservice hmpalert mcshield mfemms masvc mfetp mfeesp macmnsvc ntrtscan',
    'tmccsf tmbmsrv tmlisten pccntmon coreserviceshell ccsvchst smc rtvscan sepmasterservice sisidsservice wrsa',
    'mbam mbamservice mbamtray fsgk fsav fshoster zonealarm vsmon 360tray 360sd zhudongfangyu qqpctray kxetray',
    'deepinstinctservice cynetms cynetlauncher limacharlie rphcp lcagent huntressagent huntressrio',
    'wazuh-agent ossec-agent dsagent rapid7_agent ir_agent qualysagent nessusd snort suricata zeek arcticwolfagent',
  ]
    .join(' ')
    .split(' '),
);

/** `procexp64.exe`, `sysmon64`, `procexp64a`, `x64dbg`: the stem itself, then without bitness and version. */
function stems(name: string): string[] {
  const stem = programStem(name);
  const folded = stem.replace(/(?:[-_.]?\d{1,4}[a-z]?)$/, '');
  return stem === folded ? [stem] : [stem, folded];
}

/** Fixed characters that a LIKE pattern needs before it is taken for the name of a tool. */
const MIN_FIXED = 4;

/** The tool's stem that a name of a query (also a LIKE pattern) means, or undefined. */
export function securityToolOf(name: string): string | undefined {
  if (!/[%_[]/.test(name)) return stems(name).find((stem) => TOOLS.has(stem));
  // A pattern names a tool when its longest fixed run is one, or is the beginning of one: `%procexp%`, `MsMp%`.
  const runs = name
    .toLowerCase()
    .split(/%|\[[^\]]{0,64}\]/)
    .filter((run) => run !== '');
  for (const run of runs) {
    const exact = stems(run.replace(/^.*[\\/]/, '')).find((stem) => TOOLS.has(stem));
    if (exact !== undefined) return exact;
    if (run.length < MIN_FIXED) continue;
    const isPrefix = name.toLowerCase().startsWith(run);
    for (const tool of TOOLS) {
      if (isPrefix && tool.startsWith(run)) return tool;
    }
  }
  return undefined;
}

/**
 * The first security tool that a process, service or module trigger names, as the query writes it (S15, SETTLED A2: TR1
 * and TR2 carry their own points). Undefined for every other trigger.
 */
export function mentionsSecurityTool(trigger: Trigger): string | undefined {
  if (trigger.code !== 'TR3') return undefined;
  return trigger.names.find((name) => securityToolOf(name) !== undefined);
}
