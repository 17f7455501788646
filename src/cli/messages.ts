import { escapeTerminal } from '../report/index.ts';
import type { UsageProblem } from './arguments.ts';

/** How a message stands on stderr (PRODUCT 6.4): level, code and place; what happened; what to do. */
export function messageText(level: 'error' | 'warn' | 'note', problem: UsageProblem): string {
  const head = `${level.padEnd(5)}  ${problem.code}   ${escapeTerminal(problem.place)}`;
  const lines = [problem.message, problem.action].filter((line) => line !== '');
  return `${[head, ...lines.map((line) => `       ${escapeTerminal(line)}`)].join('\n')}\n`;
}

/** The same as one JSON line, for `--log-format json`. */
export function messageJson(level: 'error' | 'warn' | 'note', problem: UsageProblem): string {
  const { code, place, message, action } = problem;
  return `${JSON.stringify({ ev: 'message', level, code, place, message, action })}\n`;
}
