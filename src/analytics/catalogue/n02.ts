import { type Act, type Entities, isJoinable, type ProcessNode } from '../../entities/index.ts';
import { actsEvidence, endpoint, sameProcessJoin } from '../act-words.ts';
import { nodeFinding, startEvidence, wmiProcesses } from '../node-finding.ts';
import { scoreOf } from '../scoring.ts';
import type { WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence, programName, userWords } from '../wording.ts';

type ConnectionAct = Extract<Act, { kind: 'connection' }>;

/** After its start (DOMAIN 3.2). */
const WINDOW_MS = 600_000;
/** Destinations that the title names. */
const MAX_NAMED = 3;

/** N02: a process that WMI started, or one below it, connected to a machine outside within ten minutes. */
export const N02: WatchAnalytic = {
  record: {
    id: 'N02',
    rev: 1,
    title: 'External connection of what WMI started',
    scope: 'lateral',
    question: 'Whom did what WMI started call?',
    needs: [
      { kind: 'connections', role: 'required' },
      { kind: 'process starts', role: 'required' },
    ],
    entities: ['host', 'process', 'address'],
    conditions: [
      'child of WmiPrvSE.exe or scrcons.exe that is not a known harmless one (a crash report, a compiler, a management agent, by path and arguments), scrcons.exe itself, or a process below one of them within an hour',
      'it opened a connection within ten minutes of its start',
      'to an address of no host in evidence: public, or private but of another range of RFC 1918 than its own end',
      'not where only subscriptions with known benign content started it',
    ],
    joins: [{ id: 'J22', least: 'strong' }],
    windowMs: WINDOW_MS,
    lagMs: 90_000,
    level: 'high',
    modifiers: [],
    attack: [{ new: 'T1071', old: ['T1071'] }],
    falsePositives: [
      {
        what: 'an installer that a management agent starts and that fetches updates',
        tell: 'a vendor address, a signed image',
      },
    ],
    blind: [
      'neither Sysmon 3 nor 5156 logged, or filtered by program',
      'a server of the attacker in the same private range',
      'a connection by another process (a proxy, a service) for it',
    ],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of the process', 'its connections'],
    test: {
      positive: ['N02: a child of WMI that connects outside within ten minutes is high and names where (J22)'],
      negative: ['N02: a connection to a host in evidence, in the same private range, or later, is none'],
    },
  },
  open(bench) {
    return {
      evicted: {},
      finish: (found) =>
        wmiProcesses(found, bench).flatMap((node) => {
          const acts = externalConnections(node, bench.entities);
          const [first] = acts;
          if (first === undefined) return [];
          const evidence = actsEvidence(acts, bench);
          const afterS = Math.max(0, (first.timeMs - node.startMs) / 1000).toFixed(1);
          return nodeFinding(
            N02.record,
            node,
            {
              title: `${programName(node.image)}${userWords(node.user)} on ${hostWords(node.host)}, ${node.watch?.root === node.key ? 'which' : 'below what'} WMI started, connected to ${destinationWords(acts, node, bench.entities)}`,
              score: scoreOf('high', `external connection ${afterS} s after its start`, [], [], evidence),
              evidence,
              count: acts.length,
              lastMs: acts.at(-1)?.timeMs ?? first.timeMs,
              joins: [sameProcessJoin(node, acts, [...startEvidence(node, bench), ...evidence])],
            },
            bench,
          );
        }),
    };
  },
};

function externalConnections(node: ProcessNode, entities: Entities): readonly ConnectionAct[] {
  return entities.activities
    .of(node)
    .filter(
      (act): act is ConnectionAct =>
        act.kind === 'connection' &&
        act.isOutbound &&
        act.timeMs - node.startMs <= WINDOW_MS &&
        isExternal(act, entities),
    );
}

function isExternal({ address, ownAddress, timeMs }: ConnectionAct, entities: Entities): boolean {
  if (!isJoinable(address) || entities.addresses.hostsAt(address, timeMs).length > 0) return false;
  const range = privateRange(address);
  return range === undefined || range !== privateRange(ownAddress);
}

/** Which range of RFC 1918 or 4193 an address is of; undefined for a public one. */
function privateRange(address: string): string | undefined {
  if (address.startsWith('10.')) return '10/8';
  if (address.startsWith('192.168.')) return '192.168/16';
  if (/^172\.(?:1[6-9]|2\d|3[01])\./.test(address)) return '172.16/12';
  return /^f[cd][0-9a-f]{2}:/.test(address) ? 'fc00::/7' : undefined;
}

/** "203.0.113.5:443 (c2.example.net) and 2 more". */
function destinationWords(acts: readonly ConnectionAct[], node: ProcessNode, entities: Entities): string {
  const lookups = entities.activities.of(node).filter((act) => act.kind === 'lookup');
  const words = [...new Set(acts.map(endpoint))];
  const named = words.slice(0, MAX_NAMED).map((word) => {
    const address = acts.find((act) => endpoint(act) === word)?.address ?? '';
    const lookup = lookups.find((act) => act.kind === 'lookup' && namesAddress(act.results, address));
    return lookup === undefined || lookup.kind !== 'lookup' ? word : `${word} (${inSentence(lookup.name)})`;
  });
  const more = words.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function namesAddress(results: string | undefined, address: string): boolean {
  return results?.split(';').some((result) => result.trim().replace(/^::ffff:/, '') === address) === true;
}
