import type { Act } from '../../entities/index.ts';
import { actsEvidence, sameProcessJoin } from '../act-words.ts';
import { nodeFinding, startEvidence, wmiProcesses } from '../node-finding.ts';
import { scoreOf } from '../scoring.ts';
import type { WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence, programName, userWords } from '../wording.ts';

type Access = Extract<Act, { kind: 'access' }>;

/** M01: a process that WMI started, or one below it, opened lsass to read its memory. */
export const M01: WatchAnalytic = {
  record: {
    id: 'M01',
    rev: 1,
    title: 'lsass read by what WMI started',
    scope: 'lateral',
    question: 'Did what WMI started take credentials from memory?',
    needs: [
      { kind: 'process access', role: 'required' },
      { kind: 'process starts', role: 'required' },
    ],
    entities: ['host', 'process'],
    conditions: [
      'child of WmiPrvSE.exe or scrcons.exe that is not a known harmless one (a crash report, a compiler, a management agent, by path and arguments), scrcons.exe itself, or a process below one of them within an hour',
      'it opened lsass.exe (Sysmon 10) with rights that read memory (0x10), or by a call from memory that no module holds (UNKNOWN)',
      'not where only subscriptions with known benign content started it',
    ],
    joins: [{ id: 'J22', least: 'strong' }],
    windowMs: 3_600_000,
    lagMs: 90_000,
    level: 'critical',
    modifiers: [],
    attack: [{ new: 'T1003.001', old: ['T1003.001'] }],
    falsePositives: [
      {
        what: 'a management agent that is started by WMI and inspects processes',
        tell: 'its signed image in Program Files',
      },
    ],
    blind: [
      'Sysmon 10 not logged, or its filter leaves lsass out',
      'a dump by a process that neither WMI nor a child of it started: a service, a task, an injected thread',
    ],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of the process', 'its accesses to lsass.exe'],
    test: {
      positive: ['M01: a process below a child of WMI that reads lsass is critical, by ProcessGuid (J22)'],
      negative: [
        'M01: the same access by a process that WMI did not start, or with rights that read no memory, is none',
      ],
    },
  },
  open(bench) {
    return {
      evicted: {},
      finish: (found) =>
        wmiProcesses(found, bench).flatMap((node) => {
          const acts = bench.entities.activities.of(node).filter((act): act is Access => act.kind === 'access');
          const [first] = acts;
          if (first === undefined) return [];
          const evidence = actsEvidence(acts, bench);
          const how = first.isUnbacked ? ', from memory that no module holds' : '';
          const started = node.watch?.root === node.key ? 'which WMI started' : 'below what WMI started';
          return nodeFinding(
            M01.record,
            node,
            {
              title: `${programName(node.image)}${userWords(node.user)}, ${started} on ${hostWords(node.host)}, opened lsass.exe to read its memory`,
              score: scoreOf(
                'critical',
                `it opened lsass.exe with rights ${inSentence(first.rights)}${how}`,
                [],
                [],
                evidence,
              ),
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
