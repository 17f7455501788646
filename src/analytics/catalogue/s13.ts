import type { ObjectSight } from '../../windows/index.ts';
import { type ObjectJudgement, ObjectWatch } from '../object-watch.ts';
import type { WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

/** S13: a class that derives from Win32_Process. */
export const S13: WatchAnalytic = {
  record: {
    id: 'S13',
    rev: 1,
    title: 'Class derived from Win32_Process',
    scope: 'wmi',
    question: 'Is there a class that starts processes under another name?',
    needs: [{ kind: 'objects at rest', role: 'required' }],
    entities: ['host', 'class'],
    conditions: ['a class in any namespace has Win32_Process among its superclasses'],
    joins: [],
    windowMs: 0,
    lagMs: 0,
    level: 'high',
    modifiers: [],
    attack: [{ new: 'T1047', old: ['T1047'] }],
    falsePositives: [],
    blind: [
      'without a repository or an audit of the live host',
      'a class that was removed before the oldest generation',
    ],
    dedupe: { key: ['host', 'namespace', 'class'], periodMs: 0 },
    evidenceKept: ['every look at the class'],
    test: {
      positive: ['S13: a class that derives from Win32_Process is told, also one that is gone again'],
      negative: ['S13: a class that only has a like name is none'],
    },
  },
  open: (bench) => new ObjectWatch(S13.record, bench, judgeClass),
};

function judgeClass({ object, act, hidden }: ObjectSight, host: string): ObjectJudgement | undefined {
  if (object.kind !== 'class' || hidden !== undefined) return undefined;
  if (!object.superclasses.some((name) => name.toLowerCase() === 'win32_process')) return undefined;
  const where = object.namespace === undefined ? '' : ` in ${inSentence(object.namespace)}`;
  const was = act === 'deleted' ? 'derived' : 'derives';
  return {
    title: `The class ${inSentence(object.className)}${where} on ${hostWords(host)} ${was} from Win32_Process`,
    why: 'a method of it starts processes under a name that nobody watches',
  };
}
