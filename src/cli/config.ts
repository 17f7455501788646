import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';
import { configProblems, settingsOf } from './server-settings.ts';

/** `triad config check|explain`: the settings of the server before it reads them. */
export async function runConfig(invocation: Invocation, environment: Environment): Promise<number> {
  const output = flagValue(invocation, 'output') ?? '-';
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) return refuse(environment, [wrongOutput]);
  const configuration = await settingsOf(invocation, environment);
  if (configuration.kind === 'problems') return refuse(environment, configProblems(configuration));
  const { explained } = configuration;
  if (invocation.command.verb === 'config check') {
    const set = explained.filter(({ source }) => source !== 'preset').length;
    environment.stdout.write(`The settings are sound: ${set} set, ${explained.length - set} as they come.\n`);
    return 0;
  }
  const sink = openSink(output, environment.stdout);
  if (flagValue(invocation, 'format') === 'json') {
    const rows = explained.map(({ name, value, source, text }) => ({ name, value: value ?? null, source, text }));
    await sink.write(`${JSON.stringify(rows, null, 2)}\n`);
  } else {
    const shown = explained.map(({ name, value, source }) => [name, valueText(value), source] as const);
    const widths = [0, 1].map((at) => Math.max(...shown.map((row) => row[at]?.length ?? 0)));
    const lines = shown.map(
      ([name, value, source]) => `${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${source}`,
    );
    await sink.write(`${lines.join('\n')}\n`);
  }
  await sink.commit();
  return 0;
}

function valueText(value: unknown): string {
  if (value === undefined) return '-';
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
