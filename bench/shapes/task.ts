/**
 * `node --single-threaded task.ts ROUNDS FILE TASK...`: tasks in turn over one file, with the CPU time of each round. A process of
 * its own, so that compiler and collector count; the tasks of a file share it, so that ratios are of the same minute.
 */
import { readFileSync } from 'node:fs';
import { TASK_NAMES, TASKS, type TaskName, type TaskYield } from './tasks.ts';

export interface TaskReport {
  readonly task: TaskName;
  readonly result: TaskYield;
  /** CPU seconds, user and system; the first round is left out. */
  readonly rounds: readonly number[];
}

const [rounds = '3', path = '', ...names] = process.argv.slice(2);
const bytes = readFileSync(path);
const tasks = TASK_NAMES.filter((name) => names.includes(name));
const reports = new Map<TaskName, { result: TaskYield; rounds: number[] }>();
for (let round = 0; round <= Number(rounds); round++) {
  for (const task of tasks) {
    const before = process.cpuUsage();
    const result = TASKS[task](bytes);
    const { user, system } = process.cpuUsage(before);
    const report = reports.get(task) ?? { result, rounds: [] };
    if (round > 0) report.rounds.push((user + system) / 1e6);
    reports.set(task, report);
  }
}
process.stdout.write(JSON.stringify([...reports].map(([task, report]): TaskReport => ({ task, ...report }))));
