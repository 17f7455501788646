import type { ObjectSight } from '../../windows/index.ts';
import { oddConsumerRegistration, oddProvider } from '../../wmi/index.ts';
import { type ObjectJudgement, ObjectWatch } from '../object-watch.ts';
import type { WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

const PROVIDER = '__win32provider';
const REGISTRATION = '__providerregistration';
const OF_CONSUMERS = '__eventconsumerproviderregistration';

/** S12: a provider, or a registration of one, that Windows did not bring. */
export const S12: WatchAnalytic = {
  record: {
    id: 'S12',
    rev: 1,
    title: 'Custom provider',
    scope: 'wmi',
    question: 'Which code does WMI load here that Windows did not bring?',
    needs: [{ kind: 'objects at rest', role: 'required' }],
    entities: ['host', 'provider'],
    conditions: [
      'a registration of a consumer provider that is none of those of Windows: another provider behind a known class, or one for a class of its own',
      'or a provider under the name of one of the consumers of Windows with another class id or hosting model',
      'or a provider or registration that came or changed between two generations of a repository',
    ],
    joins: [],
    windowMs: 0,
    lagMs: 0,
    level: 'high',
    modifiers: [],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1574', old: ['T1574'] },
    ],
    falsePositives: [
      { what: 'hardware and management vendors', tell: 'the signer of the DLL behind the class id, and its folder' },
      { what: 'an update of Windows between two generations', tell: 'many providers change at once' },
    ],
    blind: [
      'without a repository or an audit of the live host',
      'a provider that came before the oldest generation and serves no consumer',
      'which DLL a class id names stands in the registry',
    ],
    dedupe: { key: ['host', 'namespace', 'object'], periodMs: 0 },
    evidenceKept: ['every look at the object'],
    test: {
      positive: [
        'S12: another provider behind a known consumer class is told',
        'S12: a provider that came between two generations is told',
      ],
      negative: ['S12: what Windows registers for its own consumers is none'],
    },
  },
  open: (bench) => new ObjectWatch(S12.record, bench, judgeProvider),
};

function judgeProvider(sight: ObjectSight, host: string): ObjectJudgement | undefined {
  const { object, act, path } = sight;
  if (object.kind !== 'instance' || sight.hidden !== undefined || act === 'deleted') return undefined;
  const chain = [object.className, ...object.superclasses].map((name) => name.toLowerCase());
  const where = object.namespace === undefined ? '' : ` of ${inSentence(object.namespace)}`;
  if (chain.includes(OF_CONSUMERS)) {
    const why = oddConsumerRegistration(object);
    if (why !== undefined) return { title: `On ${hostWords(host)} ${inSentence(why)}${where}`, why };
  }
  if (chain.includes(PROVIDER)) {
    const why = oddProvider(object);
    if (why !== undefined) return { title: `On ${hostWords(host)} ${inSentence(why)}${where}`, why };
  }
  const isProvider = chain.includes(PROVIDER) || chain.includes(REGISTRATION) || chain.includes(OF_CONSUMERS);
  if (!isProvider || act === 'present') return undefined;
  const did = act === 'appeared' ? 'came' : 'changed';
  const why = `${path} ${did} between two generations of the repository`;
  return { title: `A provider${where} on ${hostWords(host)} ${did}: ${inSentence(path)}`, why };
}
