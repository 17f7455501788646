import { escapeTerminal } from '../report/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { messageText } from './messages.ts';
import { openSink, outputProblem } from './output.ts';
import type { ServerAnswer } from './server-client.ts';

/** One column of a table for people. */
export interface Column<Row> {
  readonly title: string;
  of(row: Row): string;
}

/** Asks, and writes the answer: as JSON, or in words. Exit 0, 2 where it was refused, 3 where no server answers. */
export async function tellAnswer(
  invocation: Invocation,
  environment: Environment,
  ask: () => Promise<ServerAnswer>,
  words: (json: unknown) => string,
): Promise<number> {
  const output = flagValue(invocation, 'output') ?? '-';
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) {
    environment.stderr.write(messageText('error', wrongOutput));
    return 2;
  }
  const answer = await ask();
  if (answer.kind === 'problem') {
    environment.stderr.write(messageText('error', answer.problem));
    return answer.exit;
  }
  const sink = openSink(output, environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  await sink.write(isJson ? `${JSON.stringify(answer.json, null, 2)}\n` : words(answer.json));
  await sink.commit();
  return 0;
}

/** A column of times, to the second; its title names their zone. */
export function timeColumn<Row>(title: string, of: (row: Row) => string | undefined): Column<Row> {
  return { title: `${title} (UTC)`, of: (row) => shortTime(of(row)) };
}

/** The query of a list. */
export function listQuery(invocation: Invocation, more: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams();
  const limit = flagValue(invocation, 'limit');
  if (limit !== undefined) query.set('limit', limit);
  for (const [name, value] of Object.entries(more)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** A table with its columns as wide as they need; what comes from evidence is escaped. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], none: string): string {
  if (rows.length === 0) return `${none}\n`;
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map((column) => escapeTerminal(column.of(row)))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** Seconds are enough for people: UTC, as the title or the sentence around it says. */
export function shortTime(time: string | undefined): string {
  return time === undefined ? '-' : `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}
