/** Loads a file of compiled rules in a process of its own, as a hunt does: `compiled-task.ts FILE`. Prints its report as a line of JSON. */
import { readFileSync } from 'node:fs';
import { matcherOf, readCompiledRules } from '../../src/intake/index.ts';

export interface CompiledReport {
  readonly rules: number;
  readonly bytes: number;
  /** From the bytes to rules that can be asked. */
  readonly wallMs: number;
  readonly cpuMs: number;
}

const bytes = readFileSync(process.argv[2] ?? '');
const start = performance.now();
const cpu = process.cpuUsage();
const reading = readCompiledRules(bytes);
if (reading.kind === 'trouble') throw new Error(reading.message);
const { compiling } = reading.rules;
const { matcher } = matcherOf({ groups: [{ kind: 'compiled', compiling }], selection: {} });
const { user, system } = process.cpuUsage(cpu);
const report: CompiledReport = {
  rules: matcher.rules.rules.length,
  bytes: bytes.length,
  wallMs: performance.now() - start,
  cpuMs: (user + system) / 1000,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
