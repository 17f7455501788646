import type { HiddenValue, ObjectSight } from '../../windows/index.ts';
import { type ObjectJudgement, ObjectWatch } from '../object-watch.ts';
import type { WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

/** S14: data that hides in the values of classes and instances. */
export const S14: WatchAnalytic = {
  record: {
    id: 'S14',
    rev: 1,
    title: 'Data hidden in classes',
    scope: 'wmi',
    question: 'Does WMI store here what no property is for?',
    needs: [{ kind: 'objects at rest', role: 'required' }],
    entities: ['host', 'object'],
    conditions: [
      'a value, a default or a qualifier is longer than a kilobyte, encoded, or without the regularity of any language',
      'consumers and filters are judged by what they run, security descriptors are what they are',
    ],
    joins: [],
    windowMs: 0,
    lagMs: 0,
    level: 'high',
    modifiers: [],
    attack: [
      { new: 'T1027.011', old: ['T1027.011'] },
      { new: 'T1546.003', old: ['T1546.003'] },
    ],
    falsePositives: [{ what: 'management agents that keep long texts', tell: 'their own namespace' }],
    blind: ['without a repository', 'short pieces spread over many properties', 'embedded objects'],
    dedupe: { key: ['host', 'namespace', 'object'], periodMs: 0 },
    evidenceKept: ['the object'],
    test: {
      positive: ['S14: a program in the default of a property is told with its beginning'],
      negative: ['S14: an ordinary text is none'],
    },
  },
  open: (bench) => new ObjectWatch(S14.record, bench, judgeHidden),
};

const MAX_TOLD = 3;

function judgeHidden({ object, path, hidden }: ObjectSight, host: string): ObjectJudgement | undefined {
  const [first] = hidden ?? [];
  if (hidden === undefined || first === undefined) return undefined;
  const where = object.namespace === undefined ? '' : ` in ${inSentence(object.namespace)}`;
  const name = object.kind === 'class' ? `the class ${inSentence(object.className)}` : inSentence(path);
  const told = hidden.slice(0, MAX_TOLD).map(words).join('; ');
  const more = hidden.length > MAX_TOLD ? ` and ${hidden.length - MAX_TOLD} more` : '';
  return {
    title: `Data hides in ${inSentence(first.property)} of ${name}${where} on ${hostWords(host)}`,
    why: `${told}${more}`,
  };
}

function words({ property, part, reason, kind, length, head }: HiddenValue): string {
  const of = part === 'value' ? '' : ` (${part})`;
  const what = kind === undefined ? reason : `${reason}, ${kind}`;
  return `${property}${of}: ${what}, ${length} long, begins ${inSentence(head.slice(0, 32))}`;
}
