import { readRetryAfter } from '../outbox/index.ts';
import type { Answer } from './post.ts';
import type { Delivery } from './sink.ts';

/** Refusals that may pass (SERVE 5.1): the others would be given again. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** What an answer by HTTP means to whoever sent; `taken` looks into the body of a 2xx where that says more. */
export function deliveryOf(
  answer: Answer,
  nowMs: number,
  taken: (body: string) => Delivery | undefined = () => undefined,
): Delivery {
  // A place that is closed may be another one after a change of its name.
  if (answer.kind === 'none') return { kind: 'later', status: answer.status, why: answer.why };
  const { status, retryAfter, body } = answer;
  const word = String(status);
  if (status >= 200 && status < 300) return taken(body) ?? { kind: 'delivered', status: word };
  if (status >= 300 && status < 400) {
    return { kind: 'refused', status: word, why: 'it answers with a redirect, and none is followed' };
  }
  if (status === 410) return { kind: 'gone', status: word, why: 'the receiver says that it is gone for good' };
  if (status >= 500 || PASSING.has(status)) {
    const why = `the receiver answers ${word}`;
    return { kind: 'later', status: word, why, retryAfterMs: readRetryAfter(retryAfter, nowMs) };
  }
  return { kind: 'refused', status: word, why: `the receiver refuses it (${word})` };
}
