import type { Problem, ProblemCode } from './problem.ts';
import { IDEMPOTENCY_KEY, IF_MATCH } from './route.ts';

/** Of a route: which headers its table names. */
interface NamedHeaders {
  readonly headers?: Readonly<Record<string, string>>;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** Longest Idempotency-Key, in characters. */
const MOST_KEY = 128;
/** One entity tag in quotes that is compared as it stands (RFC 9110, 8.8.3); neither `*` nor a weak one names what was seen. */
const STRONG_TAG = /^"[\x21\x23-\x7e\x80-\xff]*"$/;

/**
 * What a route asks of the headers that its table names: one rule for all routes. Without If-Match it is `precondition_required` (428), without
 * Idempotency-Key `bad_request` (400), and `bad_request` where either is not well formed. Whether the tag is the one of now (`precondition_failed`, 412), and
 * whether the key stood for the same request (`KEY_OF_ANOTHER`, 422), the handler finds out.
 */
export function preconditionProblem({ headers: named = {} }: NamedHeaders, sent: Headers): Problem | undefined {
  if ('If-Match' in named) {
    const tag = sent['if-match'];
    if (tag === undefined)
      return { code: 'precondition_required', detail: 'If-Match names what was seen, as its ETag gives it.' };
    if (!STRONG_TAG.test(tag.trim()))
      return { code: 'bad_request', detail: 'If-Match is one ETag in quotes, as it was given.' };
  }
  if ('Idempotency-Key' in named) {
    const { length } = sent['idempotency-key'] ?? '';
    if (length < 1 || length > MOST_KEY) {
      const detail = `Idempotency-Key makes this safe to send twice; choose one of 1 to ${MOST_KEY} characters.`;
      return { code: 'bad_request', detail };
    }
  }
  return undefined;
}

/** Refusals that a route may give because of its headers. */
export function codesOfHeaders({ headers: named = {} }: NamedHeaders): readonly ProblemCode[] {
  return [
    ...('If-Match' in named ? (['bad_request', 'precondition_required', 'precondition_failed'] as const) : []),
    ...('Idempotency-Key' in named ? (['bad_request', 'invalid'] as const) : []),
  ];
}

/** The Idempotency-Key stood for another request of the same caller. */
export const KEY_OF_ANOTHER: Problem = {
  code: 'invalid',
  detail: 'This Idempotency-Key stood for another request.',
};

/** The key of a request whose route names it. */
export function idempotencyKeyOf(headers: Headers): string {
  return headers['idempotency-key'] ?? '';
}

/** The tag, in its quotes, of a request whose route names it. */
export function seenTagOf(headers: Headers): string {
  return headers['if-match']?.trim() ?? '';
}

/** The rule in words, for the page of the API. */
export const PRECONDITIONS_IN_WORDS: readonly string[] = [
  `\`Idempotency-Key\`: ${IDEMPOTENCY_KEY['Idempotency-Key']}. Missing, empty or longer it is \`bad_request\` (400). The same key with another request of the same caller is \`invalid\` (422); with the same one it gives the answer of before, with \`Idempotent-Replay: true\`.`,
  `\`If-Match\`: ${IF_MATCH['If-Match']}. Missing it is \`precondition_required\` (428); what is not one tag in quotes (a list, \`*\`, a weak one) is \`bad_request\` (400); any other tag than the one of now is \`precondition_failed\` (412).`,
];
