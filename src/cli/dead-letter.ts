import type { DeadLetterDocument, Page } from '../api/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { askServer } from './server-client.ts';
import { listQuery, table, tellAnswer, timeColumn } from './server-rows.ts';

/** `triad deadletter list|retry`: asks the running server. */
export async function runDeadLetter(invocation: Invocation, environment: Environment): Promise<number> {
  if (invocation.command.verb === 'deadletter retry') {
    return await tellAnswer(
      invocation,
      environment,
      () => askServer(invocation, environment, 'POST', '/v1/deadletters/retry'),
      (json) => {
        const { read, mended, gone } = json as Readonly<Record<'read' | 'mended' | 'gone', number>>;
        const lost = gone === 0 ? '' : ` Of ${gone} more the bytes are kept no longer.`;
        return `${read} read again, ${mended} of them give events now.${lost}\n`;
      },
    );
  }
  const query = listQuery(invocation, { state: flagValue(invocation, 'state') });
  return await tellAnswer(
    invocation,
    environment,
    () => askServer(invocation, environment, 'GET', `/v1/deadletters${query}`),
    (json) => letterTable((json as Page<DeadLetterDocument>).items),
  );
}

function letterTable(rows: readonly DeadLetterDocument[]): string {
  return table(
    rows,
    [
      { title: 'BATCH/ITEM', of: ({ position, item }) => `${position}/${item}` },
      timeColumn('RECEIVED', ({ received }) => received),
      { title: 'SENDER', of: ({ sender }) => sender },
      { title: 'CODE', of: ({ code }) => code },
      { title: 'REASON', of: ({ reason }) => reason.slice(0, 120) },
    ],
    'There are no such dead letters.',
  );
}
