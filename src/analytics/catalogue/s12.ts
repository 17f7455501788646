import type { ObjectSight } from '../../windows/index.ts';
import { oddConsumerRegistration, oddProvider, parseReference, referenceName } from '../../wmi/index.ts';
import { type ObjectJudgement, ObjectWatch, type Together } from '../object-watch.ts';
import type { WatchAnalytic } from '../watch.ts';
import { hostWords, inSentence } from '../wording.ts';

const PROVIDER = '__win32provider';
const REGISTRATION = '__providerregistration';
const OF_CONSUMERS = '__eventconsumerproviderregistration';

/** S12: a provider, or a registration of one, that Windows did not bring. */
export const S12: WatchAnalytic = {
  record: {
    id: 'S12',
    rev: 2,
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
    dedupe: { key: ['host', 'namespace', 'generations'], periodMs: 0 },
    evidenceKept: ['every look at the objects, at most 100; the first look at each goes before the others'],
    test: {
      positive: [
        'S12: another provider behind a known consumer class is told',
        'S12: a provider that came between two generations is told',
        'S12: providers that came together in one namespace are one finding, which names three and counts the rest',
      ],
      negative: ['S12: what Windows registers for its own consumers is none'],
    },
  },
  open: (bench) => new ObjectWatch(S12.record, bench, judgeProvider, TOGETHER),
};

/** Providers that a title names. */
const MAX_NAMES = 3;

/** What one program installed, or one update of Windows, comes in one namespace at once: one finding, not one for each object. */
const TOGETHER: Together = {
  keyOf: ({ object, generations }) => JSON.stringify([object.namespace?.toLowerCase() ?? null, generations ?? null]),
  judge: (sights, host) => {
    const odd = [...new Set(sights.flatMap((sight) => whyOdd(sight) ?? []))];
    const names = [
      ...new Map(sights.map((sight) => [nameOf(sight).toLowerCase(), inSentence(nameOf(sight))])).values(),
    ];
    const where = whereOf(sights[0]);
    const [first] = odd;
    if (first !== undefined) {
      const others = names.length - 1;
      const more = others === 0 ? '' : `, beside ${others} other ${others === 1 ? 'provider' : 'providers'}`;
      const left = odd.length > MAX_NAMES ? `; and ${odd.length - MAX_NAMES} more` : '';
      return {
        title: `On ${hostWords(host)} ${inSentence(first)}${where}${more}`,
        why: `${odd.slice(0, MAX_NAMES).join('; ')}${left}`,
      };
    }
    const shown = listOf(names);
    const what = names.length === 1 ? 'A provider' : `${names.length} providers`;
    const did = sights.every(({ act }) => act === 'modified') ? 'changed' : 'came';
    const why = `${shown} ${did} between two generations of the repository`;
    return { title: `${what}${where} on ${hostWords(host)} ${did}: ${shown}`, why };
  },
};

/** `a, b, c and 7 more`. */
function listOf(names: readonly string[]): string {
  const left = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** The name of the provider: its own, or that to which a registration leads; else the path. */
function nameOf({ object, path }: ObjectSight): string {
  for (const [key, value] of object.properties) {
    if (typeof value !== 'string') continue;
    const folded = key.toLowerCase();
    if (folded === 'name') return value;
    const reference = folded === 'provider' ? parseReference(value) : undefined;
    const name = reference === undefined ? undefined : referenceName(reference);
    if (name !== undefined) return name;
  }
  return path;
}

function whereOf(sight: ObjectSight | undefined): string {
  const namespace = sight?.object.namespace;
  return namespace === undefined ? '' : ` of ${inSentence(namespace)}`;
}

function chainOf({ object }: ObjectSight): readonly string[] {
  return [object.className, ...object.superclasses].map((name) => name.toLowerCase());
}

function whyOdd(sight: ObjectSight): string | undefined {
  const chain = chainOf(sight);
  if (chain.includes(OF_CONSUMERS)) {
    const why = oddConsumerRegistration(sight.object);
    if (why !== undefined) return why;
  }
  return chain.includes(PROVIDER) ? oddProvider(sight.object) : undefined;
}

function judgeProvider(sight: ObjectSight, host: string): ObjectJudgement | undefined {
  const { object, act } = sight;
  if (object.kind !== 'instance' || sight.hidden !== undefined || act === 'deleted') return undefined;
  const odd = whyOdd(sight);
  const where = whereOf(sight);
  if (odd !== undefined) return { title: `On ${hostWords(host)} ${inSentence(odd)}${where}`, why: odd };
  const chain = chainOf(sight);
  const isProvider = chain.includes(PROVIDER);
  const isRegistration = chain.includes(REGISTRATION) || chain.includes(OF_CONSUMERS);
  if (act === 'present' || (!isProvider && !isRegistration)) return undefined;
  const did = act === 'appeared' ? 'came' : 'changed';
  const name = inSentence(nameOf(sight));
  const why = `${sight.path} ${did} between two generations of the repository`;
  const what = isProvider ? 'A provider' : 'A registration of a provider';
  return { title: `${what}${where} on ${hostWords(host)} ${did}: ${name}`, why };
}
