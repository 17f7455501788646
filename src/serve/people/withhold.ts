import type { ApiResponse, Caller, OperationId } from '../../api/index.ts';
import { mayRole, PERMISSIONS, withoutEvidence } from '../../people/index.ts';

/** What people wrote themselves, or what holds no evidence: there such names mean something else. */
const UNTOUCHED: ReadonlySet<OperationId> = new Set<OperationId>([
  'listPins',
  'listSuppressions',
  'listRules',
  'healthDetail',
  'openapi',
]);

/** Changes of the stream whose rows hold payloads. */
const STREAM_OF_EVIDENCE = 'subscription';

/** True for a person who may see no raw evidence (SETTLED G20). */
export function seesNoEvidence(caller: Caller | undefined): boolean {
  return caller?.person !== undefined && !mayRole(caller.person.role, 'read:evidence');
}

/** The answer as its caller may see it: raw evidence is left out here, whatever a page shows. */
export function withheldFrom(caller: Caller | undefined, route: OperationId, answer: ApiResponse): ApiResponse {
  if (!seesNoEvidence(caller) || UNTOUCHED.has(route) || answer.kind === 'problem') return answer;
  if (answer.type !== 'application/json' || typeof answer.body !== 'string') return answer;
  const { document, withheld } = withoutEvidence(JSON.parse(answer.body));
  if (withheld.length === 0) return answer;
  const told = { ...(document as object), withheld: { names: withheld, roles: PERMISSIONS['read:evidence'].roles } };
  return { ...answer, body: `${JSON.stringify(told)}\n` };
}

/** The changes that a caller may follow; undefined where one was asked for that they may not. */
export function streamTypesFor<Type extends string>(
  caller: Caller | undefined,
  asked: readonly Type[] | undefined,
  all: readonly Type[],
): readonly Type[] | undefined | 'refused' {
  if (!seesNoEvidence(caller)) return asked;
  if (asked?.some((type) => type === STREAM_OF_EVIDENCE) === true) return 'refused';
  return asked ?? all.filter((type) => type !== STREAM_OF_EVIDENCE);
}
