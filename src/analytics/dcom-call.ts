import type { CallSource, CandidateLogon, ProcessNode } from '../entities/index.ts';
import { type Evidence, formatTime } from '../windows/index.ts';
import type { HopFacts, JudgedFinding } from './finding.ts';
import { hopObjectOf, processOf } from './node-finding.ts';
import { callerWords, hostWords, inSentence, programName } from './wording.ts';

/** What was found of one call. */
export interface DcomCall {
  readonly callKey: string | undefined;
  readonly logon: CandidateLogon | undefined;
  readonly address: string | undefined;
  readonly children: readonly ProcessNode[];
  readonly program: string;
  readonly through: string;
  readonly base: 'high' | 'medium';
  readonly baseText: string;
  readonly evidence: readonly Evidence[];
  readonly joins: JudgedFinding['joins'];
  readonly caller: HopFacts['caller'];
}

/** The hop that ends in the process (SETTLED C16). */
export function dcomHop(
  node: ProcessNode,
  { caller, logon }: DcomCall,
  account: string | undefined,
  sources: readonly CallSource[],
): HopFacts {
  return {
    object: hopObjectOf(node),
    target: { host: node.host, ...(logon === undefined ? {} : { logonId: logon.logonId }) },
    ...(account === undefined ? {} : { account }),
    method: 'dcom',
    time: formatTime(node.startMs, node.startTicks),
    process: processOf(node),
    caller,
    sources,
    isSeenAtTarget: true,
  };
}

/** "CORP\alice from WS-07 started cmd.exe on SRV-02 through mmc.exe (DCOM)". */
export function dcomTitle(
  node: ProcessNode,
  { children, through, logon, address }: DcomCall,
  source: string | undefined,
  account: string | undefined,
): string {
  const isHostKnown = source !== undefined && source !== address;
  const who =
    logon !== undefined && !isHostKnown
      ? callerWords(logon)
      : `${account === undefined ? 'Somebody' : inSentence(account)}${source === undefined ? '' : ` from ${hostWords(source)}`}`;
  const [first] = children;
  const more = children.length > 1 ? ` and ${children.length - 1} more` : '';
  const did = first === undefined ? `called ${through}` : `started ${programName(first.image)}${more}`;
  const by = first === undefined ? '' : ` through ${through}`;
  return `${who} ${did} on ${hostWords(node.host)}${by} (DCOM)`;
}
