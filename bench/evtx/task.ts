/**
 * Entry of one measured process: `node task.ts TASK DEPTH FILE ROUNDS` runs a task again and again and prints one line of JSON.
 * A process for each task, because what one task makes the compiler optimise for must not help or hurt the next.
 */
import { makeTask, type TaskDepth, type TaskName, type TaskYield } from './tasks.ts';

export interface TaskReport {
  readonly result: TaskYield;
  /** CPU milliseconds of each round: of the process with all its threads (compiler and collector), and of this thread. */
  readonly rounds: readonly { readonly processMs: number; readonly threadMs: number }[];
}

const [task, depth, path, rounds] = process.argv.slice(2);
if (path === undefined || rounds === undefined) throw new Error('usage: node task.ts TASK DEPTH FILE ROUNDS');
const run = makeTask(task as TaskName, depth as TaskDepth, path);
const measured: { processMs: number; threadMs: number }[] = [];
let result: TaskYield = { records: 0, hits: 0, values: 0, characters: 0 };
for (let round = 0; round < Number(rounds); round++) {
  const processBefore = process.cpuUsage();
  const threadBefore = process.threadCpuUsage();
  const { records, hits, values, characters } = run();
  const thread = process.threadCpuUsage(threadBefore);
  const whole = process.cpuUsage(processBefore);
  measured.push({ processMs: (whole.user + whole.system) / 1000, threadMs: (thread.user + thread.system) / 1000 });
  result = { records, hits, values, characters };
}
const report: TaskReport = { result, rounds: measured };
process.stdout.write(`${JSON.stringify(report)}\n`);
