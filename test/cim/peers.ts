import { spawnSync } from 'node:child_process';
import type { RepositoryLayout } from '../../testkit/cim/index.ts';

/** An instance as a peer reads it: numbers and truth values as text, so that no 64-bit number is rounded. */
export interface PeerInstance {
  readonly namespace: string;
  readonly className: string;
  readonly keyHash: string;
  readonly values: Readonly<Record<string, PeerValue>>;
}

export type PeerValue = string | null | readonly string[];

export interface PeerAnswer {
  readonly instances: readonly PeerInstance[];
  readonly namespaces: readonly string[];
  /** Class definitions, as `namespace:class<superclass`. */
  readonly classes: readonly string[];
}

/** An independent reader of repositories. */
export interface CimPeer {
  readonly name: string;
  /** Reads everything in a folder, as the current generation shows it. */
  read(folder: string, layout: RepositoryLayout): PeerAnswer;
}

const COMMON = `
import json, sys
def text(value):
    if value is None: return None
    if isinstance(value, (list, tuple)): return [text(item) for item in value]
    if isinstance(value, bool): return "true" if value else "false"
    return str(value) if not hasattr(value, "value") else str(value.value)
def emit(namespaces, classes, instances):
    json.dump({"namespaces": namespaces, "classes": classes, "instances": instances}, sys.stdout)
`;

/** Each instance is asked for by its key: the list of instances of dissect.cim drops those with an inherited key (CIM 9). */
const DISSECT = `${COMMON}
from dissect.cim import CIM
from dissect.cim.c_cim import ARRAY_STATES, CIM_TYPES
cim = CIM.from_directory(sys.argv[1])
def below(namespace):
    yield namespace
    for child in namespace.namespaces:
        if child.name != "__SystemClass":
            yield from below(child)
def value(instance, prop):
    if not prop.is_initialized: return None
    if prop.type.type == CIM_TYPES.STRING and prop.type.array_state == ARRAY_STATES.ARRAY:
        # It gives the places of the strings; reading them is its own code again.
        if not prop.state.use_default_value:
            return [instance.data.get_string(place) for place in prop.value]
        for owner in reversed(prop._prop.class_.derivation):
            state = owner.property_default_values.state[prop.index]
            if not state.is_inherited:
                return [owner.class_definition.property_data.get_string(place) for place in prop.value]
    return prop.value
namespaces = list(below(cim.root))
instances, classes = [], []
for namespace in [*namespaces, cim.system]:
    for ref in cim.key().NS(namespace.name).CD().references():
        found = cim.get_class_definition(ref)
        classes.append(f"{namespace.name}:{found.class_name}<{found.super_class_name}")
    for cls in namespace.classes:
        for ref in cim.key().NS(namespace.name).CI(cls.name).IL().references():
            instance = cim.get_class_instance(cls, ref)
            values = {name: text(value(instance, prop)) for name, prop in instance.properties.items()}
            instances.append({"namespace": namespace.name, "className": cls.name,
                "keyHash": str(ref).split("IL_")[1].split(".")[0], "values": values})
emit([n.name for n in namespaces], classes, instances)
`;

const PYTHON_CIM = `${COMMON}
import logging
logging.disable(logging.CRITICAL)
from cim import CIM, Index
from cim.cim import Key
from cim.objects import ClassDefinition, ObjectResolver
cim = CIM("xp" if sys.argv[2] == "xp" else "win7", sys.argv[1])
resolver = ObjectResolver(cim, Index(cim.cim_type, cim.logical_index_store))
def children(name):
    yield name
    for found in resolver.get_ns_children_ns(name):
        if found.namespace_name != "__SystemClass":
            yield from children(found.namespace_name)
def plain(value):
    if isinstance(value, list): return [plain(item) for item in value]
    if hasattr(value, "vsGetValue"): return value.vsGetValue()
    return value
namespaces = list(children("root"))
system = [found.class_name for found in resolver.get_ns_children_cd("__SystemClass")]
instances, classes = [], []
for namespace in [*namespaces, "__SystemClass"]:
    own = []
    for _, content in resolver.get_objects(Key(resolver.NS(namespace) + "/" + resolver.CD())):
        found = ClassDefinition()
        found.vsParse(content)
        own.append(found.class_name)
        classes.append(f"{namespace}:{found.class_name}<{found.super_class_name}")
    for name in dict.fromkeys([*own, *system]):
        query = Key("/".join([resolver.NS(namespace), resolver.CI(name), resolver.IL()]))
        found = list(resolver.get_objects(query))
        if not found: continue
        layout = resolver.get_cl(namespace, name)
        for ref, content in found:
            instance = resolver.parse_instance(layout, content)
            values = {}
            for key, prop in instance.properties.items():
                value = plain(prop.value) if prop.is_initialized else None
                # It takes every boolean for true, also in real files: it compares an object with 0.
                if value is True:
                    slots = layout.property_default_values.default_values_toc if prop.is_default_value else instance.toc
                    value = slots[prop.index].vsGetValue() != 0
                values[key] = text(value)
            instances.append({"namespace": namespace, "className": name,
                "keyHash": ref.get_part_hash("IL_"), "values": values})
emit(namespaces, classes, instances)
`;

function peer(name: string, module: string, script: string): CimPeer | undefined {
  const named = process.env['TRIAD_PEER_PYTHON'];
  const python = [...(named === undefined ? [] : [named]), 'python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0,
  );
  if (python === undefined) return undefined;
  return {
    name,
    read(folder, layout) {
      const { stdout, stderr, status } = spawnSync(python, ['-c', script, folder, layout], {
        maxBuffer: 1 << 28,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${name}: ${stderr.trim().split('\n').slice(-3).join(' | ')}`);
      return JSON.parse(stdout) as PeerAnswer;
    },
  };
}

/** `dissect.cim`; undefined where it is not installed. `TRIAD_PEER_PYTHON` names the Python that has it. */
export function dissectCim(): CimPeer | undefined {
  return peer('dissect.cim', 'dissect.cim', DISSECT);
}

/** `python-cim` of flare-wmi, found the same way; the only one of the two that reads XP (SETTLED D15). */
export function pythonCim(): CimPeer | undefined {
  return peer('python-cim', 'cim.objects', PYTHON_CIM);
}

export const WITHOUT_PEERS =
  'not installed: pip install dissect.cim python-cim, and TRIAD_PEER_PYTHON with their Python';
