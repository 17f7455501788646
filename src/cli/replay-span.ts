import type { Instant } from '../windows/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import { commonFlags } from './common.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { parseTimeArgument } from './time-argument.ts';

/** Event time, both ends in it; what is left out has no bound. */
export interface FeedSpan {
  readonly from?: Instant;
  readonly to?: Instant;
}

/** What `--feed-from` and `--feed-to` say; the exit code where one of them is no time. */
export function feedSpan(invocation: Invocation, environment: Environment): FeedSpan | { readonly code: number } {
  const runStartMs = environment.wallMs();
  const wrong = [...commonFlags(invocation, runStartMs).problems];
  const at = (name: string): Instant | undefined => {
    const text = flagValue(invocation, name);
    const instant = text === undefined ? undefined : parseTimeArgument(text, runStartMs);
    if (text === undefined || instant !== undefined) return instant;
    const message = `"${text}" is no time.`;
    const action = 'Write 2026-03-12T09:44:00Z, 2026-03-12, -24h or -7d; without a zone it is UTC.';
    wrong.push({ code: 'TRIAD-E-ARG-BAD-TIME', place: `--${name}`, message, action });
    return undefined;
  };
  const [from, to] = [at('feed-from'), at('feed-to')];
  if (wrong.length > 0) return { code: refuse(environment, wrong) };
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
