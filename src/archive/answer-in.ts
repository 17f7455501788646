import type { MessagePort } from 'node:worker_threads';
import type { ThreadMessage, Ticketed } from './messages.ts';
import type { Outcome } from './trouble.ts';

/** Answers requests in a thread, in the order that `take` answers them; `close` ends the thread. */
export function answerIn<Request extends { readonly kind: string }>(
  port: MessagePort,
  take: (request: Request, answer: (outcome: Outcome<unknown>) => void) => void,
): void {
  const say = (message: ThreadMessage): void => port.postMessage(message);
  port.on('message', ({ ticket, request }: Ticketed<Request>) => {
    try {
      take(request, (outcome) => say({ kind: 'answer', ticket, outcome }));
    } catch (error) {
      say({ kind: 'bug', ticket, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    if (request.kind === 'close') port.close();
  });
}
