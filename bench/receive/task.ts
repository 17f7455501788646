/**
 * `node --single-threaded bench/receive/task.ts ROUNDS BATCHES`: every task in turn over one batch, so many times a round, with the CPU time
 * of each round; a process of its own, so that compiler and collector count.
 */
import { EVENTS, makeBodies, TASK_NAMES, TASKS, type TaskName } from './tasks.ts';

export interface TaskReport {
  readonly task: TaskName;
  /** CPU seconds a round, user and system, of all threads; the first round is left out. */
  readonly rounds: readonly number[];
}

export interface BenchReport {
  readonly meanBytes: number;
  readonly gzipRatio: number;
  readonly zstdRatio: number;
  readonly tasks: readonly TaskReport[];
}

const [rounds = '5', batches = '50'] = process.argv.slice(2);
const bodies = makeBodies();
const spent = new Map<TaskName, number[]>(TASK_NAMES.map((name) => [name, []]));
for (let round = 0; round <= Number(rounds); round++) {
  for (const name of TASK_NAMES) {
    const before = process.cpuUsage();
    for (let batch = 0; batch < Number(batches); batch++) {
      const events = await TASKS[name](bodies);
      if (events !== EVENTS) throw new Error(`${name} found ${events} events`);
    }
    const { user, system } = process.cpuUsage(before);
    if (round > 0) spent.get(name)?.push((user + system) / 1e6);
  }
}
const report: BenchReport = {
  meanBytes: (bodies.ndjson.length - EVENTS) / EVENTS,
  gzipRatio: bodies.bulk.length / bodies.gzip.length,
  zstdRatio: bodies.bulk.length / bodies.zstd.length,
  tasks: [...spent].map(([task, times]) => ({ task, rounds: times })),
};
process.stdout.write(JSON.stringify(report));
