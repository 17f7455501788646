import type { CallSource, Join, JoinId, Strength } from '../../entities/index.ts';
import type { Term } from '../../subscriptions/index.ts';
import { canonicalTail, firstRecords, programClassOf } from '../../windows/index.ts';
import type { ProcessAnalytic } from '../judgement.ts';
import { scoreOf } from '../scoring.ts';
import { hostWords, inSentence, programName } from '../wording.ts';
import { callOf } from './r01.ts';

/** Rows of the join table that lead to the machine of a call itself (DOMAIN 3.2, SETTLED C10). */
const LEADING: ReadonlySet<JoinId> = new Set<JoinId>(['J2', 'J3', 'J4', 'J8', 'J10']);

/** R02: R01, and a record of its source or of the network between that names where the call came from. */
export const R02: ProcessAnalytic = {
  supersedes: ['R01', 'S05'],
  record: {
    id: 'R02',
    rev: 1,
    title: 'Remote process create, source joined',
    scope: 'wmi',
    question: 'From which machine, and by which program there, was this process started through WMI?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'logons', role: 'required' },
      { kind: 'connections', role: 'helps' },
      { kind: 'remote calls', role: 'helps' },
    ],
    entities: ['host', 'source host', 'account', 'process', 'source process'],
    conditions: [
      'R01 holds',
      'a connection, a call on the wire or a command of another machine is joined to the logon or the call (J2, J3, J4, J10; J8 with the caller’s account)',
      'one source is named, or leads the others by 30 points',
    ],
    joins: [
      { id: 'J1', least: 'weak' },
      { id: 'J2', least: 'strong' },
      { id: 'J3', least: 'strong' },
      { id: 'J4', least: 'strong' },
      { id: 'J8', least: 'strong' },
      { id: 'J10', least: 'strong' },
    ],
    windowMs: 86_400_000,
    lagMs: 900_000,
    level: 'high',
    modifiers: ['RX2', 'P01..P18'],
    attack: [
      { new: 'T1047', old: ['T1047'] },
      { new: 'T1021.003', old: ['T1021.003'] },
    ],
    falsePositives: [
      {
        what: 'the console of an administrator',
        tell: 'the source is a listed workstation of administrators, the tool wmic or a shell',
      },
    ],
    blind: ['no 5156 and no Sysmon 3 on the source, and no sensor between', 'address translation between the two'],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of the process', 'its logon and connection set', 'the connection at the source'],
    test: {
      positive: ['R02: the connection of a program on the source, by address and port of the logon, names both'],
      negative: ['R02: with two sources that cannot be told apart it is R01, and both are listed'],
    },
  },
  judge({ process, evidence, sources }) {
    if (process.kind !== 'providerChild' || process.exclusion !== undefined || process.localSign !== undefined) {
      return undefined;
    }
    const candidates = process.caller?.candidate !== undefined ? [process.caller.candidate] : process.callersBefore;
    if (candidates.length === 0) return undefined;
    const source = sources.find(({ isNamed, joins }) => isNamed && joins.some(leads));
    if (source === undefined || source.host === process.host) return undefined;
    const joinEvidence = source.joins.flatMap((join) => join.evidence);
    const account = candidates.length === 1 ? candidates[0]?.account : undefined;
    const tool = process.tool === undefined ? '' : ` with ${process.tool}`;
    const who = account === undefined ? `One of ${candidates.length} accounts` : inSentence(account);
    const first = source.joins[0];
    return {
      title: `${who}${fromWords(source)} started ${programName(process.image)} on ${hostWords(process.host)} through WMI${tool}`,
      score: scoreOf(
        'high',
        `child of WmiPrvSE.exe under the logon of a remote caller, whose machine a record names (${first?.join}, ${first?.strength})`,
        sourceTerm(source),
        process.features,
        evidence,
      ),
      accounts: candidates.map((candidate) => candidate.account),
      candidates,
      evidence: [...evidence, ...candidates.flatMap((candidate) => candidate.evidence), ...joinEvidence],
      subscriptions: [],
      call: callOf(process, candidates),
    };
  },
};

/** As the record has it, strong at the least: a command of another account than the caller's (J8, weak) is no sign of this call. */
function leads({ join, strength }: Join): boolean {
  return LEADING.has(join) && isSure(strength);
}

function isSure(strength: Strength): boolean {
  return strength === 'exact' || strength === 'strong';
}

/** " from WS-07 (wmic.exe)", ", possibly from 10.0.0.7,". */
export function fromWords(source: CallSource): string {
  return isSure(source.strength) ? ` from ${sourceWords(source)}` : `, possibly from ${sourceWords(source)},`;
}

/** "WS-07 (wmic.exe)", "10.0.0.7". */
function sourceWords({ host, address, process }: CallSource): string {
  const where = host !== undefined ? hostWords(host) : (address ?? 'an unknown machine');
  return process?.image === undefined ? where : `${where} (${programName(process.image)})`;
}

const USER_WRITABLE =
  /^\\(?:users\\|programdata\\|perflogs\\|\$recycle\.bin\\|temp\\|tmp\\|windows\\temp\\)|\\appdata\\/;

/** RX2 (SETTLED C15): what called at the source is an interpreter, or lies where any user can write. */
export function sourceTerm({ process, joins, strength }: CallSource): readonly Term[] {
  if (process?.image === undefined || !isSure(strength)) return [];
  const isInterpreter = programClassOf(process.image) === 'interpreter';
  if (!isInterpreter && !USER_WRITABLE.test(canonicalTail(process.image))) return [];
  const what = isInterpreter ? 'an interpreter' : 'in a folder that any user can write to';
  return [
    {
      code: 'RX2',
      points: 15,
      text: `${programName(process.image)} at the source is ${what}`,
      evidence: firstRecords(
        joins.flatMap(({ evidence }) => evidence),
        4,
      ),
    },
  ];
}
