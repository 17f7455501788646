import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../corpus.ts';

const SCRIPT = `
import json, sys, time
from dissect.cim import CIM
NINE = ["__EventFilter", "__FilterToConsumerBinding", "__IntervalTimerInstruction", "__AbsoluteTimerInstruction",
    "CommandLineEventConsumer", "ActiveScriptEventConsumer", "LogFileEventConsumer", "NTEventLogEventConsumer", "SMTPEventConsumer"]
start, cpu = time.perf_counter(), time.process_time()
cim = CIM.from_directory(sys.argv[1])
def below(namespace, seen):
    for child in namespace.namespaces:
        if child.name.lower() not in seen:
            seen.add(child.name.lower())
            yield child
            yield from below(child, seen)
found = 0
spaces = [cim.root, *below(cim.root, {cim.root.name.lower()})]
for space in spaces:
    names = NINE
    if sys.argv[2] == "closure":
        names = []
        for cls in space.classes:
            try:
                if "__EventConsumer" in [c.name for c in cls.derivation] or cls.name in NINE: names.append(cls.name)
            except Exception: pass
    for name in names:
        try:
            for instance in space.class_(name).instances:
                found += 1
        except Exception: pass
print(json.dumps({"found": found, "namespaces": len(spaces), "wallMs": (time.perf_counter() - start) * 1000, "cpuMs": (time.process_time() - cpu) * 1000}))
`;

export interface PeerCost {
  readonly found: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** The Python that has dissect.cim: of `TRIAD_PEER_PYTHON`, of `bench/peers/python`, or the system's. */
export function peerPython(): string | undefined {
  const named = process.env['TRIAD_PEER_PYTHON'];
  const candidates = [...(named === undefined ? [] : [named]), join(ROOT, 'bench/peers/python/bin/python'), 'python3'];
  return candidates.find(
    (command) => spawnSync(command, ['-c', 'import dissect.cim'], { stdio: 'ignore' }).status === 0,
  );
}

/** dissect.cim on one folder: nine classes by name in all namespaces, or every class whose chain leads to a consumer. */
export function dissectCost(python: string, folder: string, work: 'nine' | 'closure'): PeerCost {
  const { stdout, stderr, status } = spawnSync(python, ['-c', SCRIPT, folder, work], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.slice(-500));
  return JSON.parse(stdout) as PeerCost;
}
