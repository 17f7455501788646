import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';

/** The machine, runtime and date that a figure belongs to (L26), and how busy the machine is. */
export function machineLines(): readonly string[] {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `machine   ${model}, ${processors.length} cores, ${gibibytes} GiB, ${type()} ${release()} ${arch()}`,
    `runtime   Node ${process.versions.node}, V8 ${process.versions.v8}`,
    `date      ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, load ${loadText()}`,
  ];
}

/** Running processes over the last minute, five and fifteen minutes; a measure of what else the machine does. */
export function loadText(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');
}

/** CPU time of this process in all its threads: others share the machine. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
