import type { Join } from '../../entities/index.ts';
import { distinctEvidence } from '../../windows/index.ts';
import type { ProcessAnalytic } from '../judgement.ts';
import { scoreOf } from '../scoring.ts';
import { outputFileOf } from '../wmiexec-legs.ts';
import { callerWords, hostWords, inSentence } from '../wording.ts';
import { callOf } from './r01.ts';
import { fromWords } from './r02.ts';

/** Characters of the inner command that a title quotes. */
const QUOTED = 60;

/** R03: the triangle of wmiexec: the command, its output through a share, and who fetched it. */
export const R03: ProcessAnalytic = {
  supersedes: ['R01', 'S05'],
  record: {
    id: 'R03',
    rev: 1,
    title: 'wmiexec triangle',
    scope: 'wmi',
    question: 'Did someone run commands here with wmiexec, and from where?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'command lines', role: 'required' },
      { kind: 'logons', role: 'helps' },
      { kind: 'share accesses', role: 'helps' },
      { kind: 'connections', role: 'helps' },
    ],
    entities: ['host', 'source host', 'account', 'process', 'file'],
    conditions: [
      'leg 1: a child of WmiPrvSE.exe, cmd.exe /Q /c with its output to \\\\127.0.0.1\\SHARE\\__ and digits',
      'leg 2: a write of that file from the machine itself under the logon of the child (5145), or without share auditing a connection of the machine to its own port 445, from 5 s before the child to 5 s behind its end',
      'leg 3: the file read (0x1) and deleted from another machine under another logon of the same account',
      'critical with three legs, high with two, medium with the command line alone',
    ],
    joins: [
      { id: 'J1', least: 'weak' },
      { id: 'J16', least: 'strong' },
      { id: 'J21', least: 'weak' },
    ],
    windowMs: 60_000,
    lagMs: 125_000,
    level: 'critical',
    modifiers: ['P01..P18'],
    attack: [
      { new: 'T1047', old: ['T1047'] },
      { new: 'T1021.002', old: ['T1021.002'] },
      { new: 'T1059.003', old: ['T1059.003'] },
    ],
    falsePositives: [{ what: 'none known', tell: 'a test of the tool stands in nobody’s change calendar' }],
    blind: [
      'no command lines',
      'the options -nooutput and -silentcommand of the tool take two legs away',
      'detailed file share is not audited',
    ],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of the process', 'its logon', 'the accesses to the file'],
    test: {
      positive: [
        'R03: the command line alone is medium, with the write of its output high, with reader and deletion critical',
      ],
      negative: ['R03: the same output under mmc.exe, or another file, is no leg'],
    },
  },
  judge({ process, evidence, sources, bench }) {
    if (process.kind !== 'providerChild' || outputFileOf(process.commandLine) === undefined) return undefined;
    const { written, fetched } = process.legs;
    const cite = (events: Parameters<typeof bench.entities.cite>[0][]) =>
      events.flatMap((event) => bench.entities.cite(event));
    const candidates = process.caller?.candidate !== undefined ? [process.caller.candidate] : process.callersBefore;
    const [only] = candidates;
    const user = process.isOwnLogon ? process.user : undefined;
    const legs = 1 + Number(written !== undefined) + Number(fetched !== undefined);
    const level = legs === 3 ? 'critical' : legs === 2 ? 'high' : 'medium';
    const writtenEvidence = cite([...(written?.events ?? [])]);
    const fetchedEvidence = cite([...(fetched?.events ?? [])]);
    const legEvidence = [...writtenEvidence, ...fetchedEvidence];
    const text = ['a child of WmiPrvSE.exe with the command line of wmiexec', written?.text, fetched?.text]
      .filter((part) => part !== undefined)
      .join('; ');
    const source = sources.find(({ isNamed }) => isNamed);
    const who =
      source !== undefined && only !== undefined
        ? `${inSentence(only.account)}${fromWords(source)}`
        : only !== undefined
          ? callerWords(only)
          : user === undefined
            ? 'Someone'
            : inSentence(user);
    const joins: Join[] =
      written === undefined
        ? []
        : [
            {
              join: written.join,
              strength: written.strength,
              text: written.text,
              rivals: 0,
              evidence: distinctEvidence([...evidence, ...writtenEvidence]),
            },
          ];
    return {
      title: `${who} ran ${commandWords(process.commandLine)} on ${hostWords(process.host)} with wmiexec`,
      score: scoreOf(level, `${text} (${legs} of 3 legs)`, [], process.features, [...evidence, ...legEvidence]),
      accounts: only === undefined && user !== undefined ? [user] : candidates.map((candidate) => candidate.account),
      candidates,
      evidence: [...evidence, ...candidates.flatMap((candidate) => candidate.evidence), ...legEvidence],
      subscriptions: [],
      // The tool speaks DCOM only.
      call: { ...(user === undefined ? {} : { account: user }), ...callOf(process, candidates), method: 'wmi-dcom' },
      joins,
    };
  },
};

/** The command inside the wrapper, short and on one line. */
function commandWords(commandLine: string | undefined): string {
  const inner = /\/q\s{1,8}\/c\s{0,8}([\s\S]*?)\s1>/i.exec(commandLine ?? '')?.[1]?.trim() ?? '';
  const line = inner.replace(/\s+/g, ' ');
  if (line === '') return 'a command';
  return `'${line.length > QUOTED ? `${line.slice(0, QUOTED).toWellFormed()}…` : line}'`;
}
