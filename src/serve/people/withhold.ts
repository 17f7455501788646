import { type ApiResponse, type Caller, type OperationId, refused } from '../../api/index.ts';
import { mayRole, PERMISSIONS, withoutEvidence, withoutPrints } from '../../people/index.ts';
import type { WordCondition } from '../../state/index.ts';
import { queueWords } from '../words/queue-words.ts';

/** What holds no evidence: there such names mean something else. */
const UNTOUCHED: ReadonlySet<OperationId> = new Set<OperationId>(['listRules', 'healthDetail', 'openapi']);

/** What people wrote themselves: names mean something else there too, and prints of contents are among it. */
const WRITTEN: ReadonlySet<OperationId> = new Set<OperationId>(['listPins', 'listSuppressions']);

/** What every role reads, and whose answers hold raw evidence for all but viewers: where such a look is written to the audit, these are looks. */
const HOLDS_EVIDENCE: ReadonlySet<OperationId> = new Set<OperationId>([
  'readIncident',
  'drawIncident',
  'listIncidentSteps',
  'readFinding',
  'listSubscriptions',
  'readSubscription',
  'readHost',
  'streamChanges',
]);

/** Lists without raw evidence that may be asked by it: a guess that finds something is as good as a look. */
const ASKED_BY_WORDS: ReadonlySet<OperationId> = new Set<OperationId>(['listIncidents', 'exportIncidents']);

/** Changes of the stream that are not for everybody: whose they are, and why not others'. */
const GUARDED: ReadonlyMap<string, { may(caller: Caller | undefined): boolean; readonly why: string }> = new Map([
  [
    'subscription',
    {
      may: (caller) => !seesNoEvidence(caller),
      why: 'Changes of subscriptions hold payloads, which a viewer does not see.',
    },
  ],
  [
    'request',
    {
      may: confirms,
      why: `Changes of requests are for who may confirm them: ${PERMISSIONS.confirm.roles.join(', ')}.`,
    },
  ],
]);

/** True for a person who may see no raw evidence (SETTLED G20). */
export function seesNoEvidence(caller: Caller | undefined): boolean {
  return caller?.person !== undefined && !mayRole(caller.person.role, 'read:evidence');
}

/** True where an answer shows raw evidence to all but viewers, or tells whether a payload has some text. */
export function looksAtEvidence(route: OperationId, target: string): boolean {
  if (HOLDS_EVIDENCE.has(route)) return true;
  if (!ASKED_BY_WORDS.has(route) || !target.includes('?')) return false;
  const query = new URLSearchParams(target.slice(target.indexOf('?')));
  // Short rows tell what runs.
  if (query.get('view') === 'row') return true;
  const read = queueWords(query.getAll('q').join(' '));
  return read.kind !== 'problem' && isOfPayloads(read.words);
}

/** True of words that ask what a payload holds. */
export function isOfPayloads(words: readonly WordCondition[]): boolean {
  return words.some(({ field }) => field === 'payload');
}

/** The answer as its caller may see it: raw evidence is left out here, whatever a page shows. */
export function withheldFrom(caller: Caller | undefined, route: OperationId, answer: ApiResponse): ApiResponse {
  if (!seesNoEvidence(caller) || UNTOUCHED.has(route) || answer.kind === 'problem') return answer;
  if (answer.type !== 'application/json' || typeof answer.body !== 'string') return answer;
  const without = WRITTEN.has(route) ? withoutPrints : withoutEvidence;
  const { document, withheld } = without(JSON.parse(answer.body));
  if (withheld.length === 0) return answer;
  const told = { ...(document as object), withheld: { names: withheld, roles: PERMISSIONS['read:evidence'].roles } };
  return { ...answer, body: `${JSON.stringify(told)}\n` };
}

/** What is answered to a question whose answer would tell of raw evidence: a guess that finds something is as good as a look. */
export function evidenceRefused(asked: string): ApiResponse {
  const { roles } = PERMISSIONS['read:evidence'];
  return refused({ code: 'role_insufficient', detail: `To ask for ${asked}: ${roles.join(', ')}.` });
}

/** Who confirms what others ask for: people by their roles, and of keys the token of this machine alone. */
function confirms(caller: Caller | undefined): boolean {
  if (caller?.person !== undefined) return mayRole(caller.person.role, 'confirm');
  return caller?.name.startsWith('local:') === true;
}

/** The changes that a caller follows, of those that were asked for or of all; `why` where one was asked for that is not theirs. */
export function streamTypesFor<Type extends string>(
  caller: Caller | undefined,
  asked: readonly Type[] | undefined,
  all: readonly Type[],
): { readonly types: readonly Type[] } | { readonly why: string } {
  const isTheirs = (type: Type): boolean => GUARDED.get(type)?.may(caller) !== false;
  const refused = asked?.find((type) => !isTheirs(type));
  if (refused !== undefined) return { why: GUARDED.get(refused)?.why ?? '' };
  return { types: asked ?? all.filter(isTheirs) };
}
