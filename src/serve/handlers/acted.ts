import { KEY_OF_ANOTHER, type Problem } from '../../api/index.ts';
import type { ActResult } from '../../state/index.ts';

/** Why an action was not done, as the API says it; `about` tells what a page has to know of it. */
export function problemOfAct(result: Exclude<ActResult, { kind: 'acted' }>): Problem {
  switch (result.kind) {
    case 'stale': {
      const { revision, state } = result;
      const detail = `Somebody did something since: it is ${state} now, at revision ${revision}.`;
      return { code: 'precondition_failed', detail, about: { revision, state } };
    }
    case 'merged':
      return { code: 'merged', detail: `It is part of ${result.survivor} now.`, about: { survivor: result.survivor } };
    case 'notAllowed':
      return { code: 'conflict', detail: result.reason };
    case 'keyUsed':
      return KEY_OF_ANOTHER;
  }
}
