import { type QueueValues, queueRowOf } from '../api/index.ts';
import { escapeTerminal } from '../report/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import type { ServerEvent } from './event-reader.ts';
import { followChanges } from './follow-changes.ts';
import { listenForInterrupt } from './interrupt.ts';
import { messageText } from './messages.ts';
import { openSink } from './output.ts';
import { serverOf } from './server-client.ts';

/** `triad watch`: a line for each change, until it is told to end; 0 then, 2 where the question is wrong, 3 without a server. */
export async function runWatch(invocation: Invocation, environment: Environment): Promise<number> {
  const { stdout, stderr, wallMs } = environment;
  const isJson = flagValue(invocation, 'format') === 'json';
  const sink = openSink('-', stdout);
  const ending = new AbortController();
  const interrupt = listenForInterrupt(() => ending.abort());
  try {
    const problem = await followChanges({
      types: flagValue(invocation, 'types'),
      after: flagValue(invocation, 'after'),
      signal: ending.signal,
      server: () => serverOf(invocation, environment),
      onEvent: async (event) => {
        await sink.write(isJson ? jsonLine(event) : `${clockTime(wallMs())}  ${changeLine(event)}\n`);
        if (!sink.isOpen) ending.abort();
      },
      onLost: (why) => stderr.write(`${escapeTerminal(why)} Trying again.\n`),
    });
    if (problem === undefined) return 0;
    stderr.write(messageText('error', problem.problem));
    return problem.exit;
  } finally {
    interrupt.release();
  }
}

/** What a change holds, as far as a line shows it. */
interface Shown {
  readonly id?: string;
  readonly key?: string;
  readonly change?: string;
  readonly mergedInto?: string;
  /** Of an incident a short row, of the others what their lists have. */
  readonly row?: QueueValues | Readonly<Record<string, unknown>>;
  readonly suppression?: number;
  readonly request?: number;
  readonly status?: string;
  readonly parts?: readonly { readonly part: string; readonly degraded: readonly string[] }[];
  readonly version?: string | number;
  readonly reason?: string;
}

/** One change in one line; what comes of evidence is escaped. */
export function changeLine({ type, data }: ServerEvent): string {
  const shown = JSON.parse(data) as Shown;
  return escapeTerminal(`${type.padEnd(13)}${wordsOf(type, shown)}`);
}

function wordsOf(type: string, shown: Shown): string {
  const { id = '', key = '', change = '', version = '' } = shown;
  const row: Readonly<Record<string, unknown>> | undefined = isShort(shown.row) ? queueRowOf(shown.row) : shown.row;
  switch (type) {
    case 'hello':
      return `connected, server ${version}`;
    case 'resync':
      return shown.reason === 'restart'
        ? 'the server was started again: what came before is in its lists'
        : 'something was missed: it is in the lists of the server';
    case 'incident': {
      if (row === undefined) return `${id}  ${change}`;
      const into = shown.mergedInto === undefined ? '' : ` into ${shown.mergedInto}`;
      return `INC-${row['number']}  ${change}${into}  ${row['level']}, ${row['state']}  ${row['title']}`;
    }
    case 'finding':
      return row === undefined
        ? `${id}  ${change}`
        : `${id}  ${change}  ${row['level']}  ${row['host']}  ${row['title']}`;
    case 'subscription': {
      if (row === undefined) return `${id}  ${change}`;
      const names = `${row['filter'] ?? '-'} / ${row['consumer'] ?? '-'}`;
      return `${id}  ${change}  ${row['level']}, ${row['state']}  ${row['host']}  ${names}`;
    }
    case 'host':
      return `${key}  ${change === 'gaps' ? 'something else cannot be seen of it' : change}`;
    case 'queue':
      return `suppression ${shown.suppression} ${change}`;
    case 'request':
      return `request ${shown.request} ${change}`;
    default: {
      const why = (shown.parts ?? []).flatMap(({ part, degraded }) => degraded.map((text) => `${part}: ${text}`));
      return [shown.status ?? '', ...why].join('; ');
    }
  }
}

function isShort(row: Shown['row']): row is QueueValues {
  return Array.isArray(row);
}

function jsonLine({ id, type, data }: ServerEvent): string {
  return `${JSON.stringify({ id, type, data: JSON.parse(data) as unknown })}\n`;
}

/** UTC, to the second. */
function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
