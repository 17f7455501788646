import { canonicalPropertyName } from '../consumers.ts';
import type { Budget } from './budget.ts';
import { type CreatingCall, creatingCall } from './creating-call.ts';
import { wmicCall } from './creating-wmic.ts';
import { PowerShellFolder } from './powershell-fold.ts';
import type { Call, Listener } from './powershell-listener.ts';
import { parsePowerShell } from './powershell-parse.ts';
import { type Folded, isArray, isTable, textOf, type WmiClass, type WmiObject } from './powershell-value.ts';
import { toolCalls, toolTable } from './tool-calls.ts';
import { parseClassPath, referenceOf, setProperty, wmiObjectOf } from './wmi-object.ts';

const MAX_CALLS = 256;
/** A machine that is given, but not as a constant. */
const UNNAMED = '\0';

/** Creating calls of a PowerShell text, values followed through variables, tables, splatting and functions that are called. */
export function powershellCalls(text: string, budget: Budget): readonly CreatingCall[] {
  const calls: CreatingCall[] = [];
  const add = (call: CreatingCall | undefined): void => {
    if (call !== undefined && calls.length < MAX_CALLS) calls.push(call);
  };
  /** Where `Invoke-Command` sends a block: undefined is this machine, null one that the text does not name. */
  let remote: string | null | undefined;
  const made = (object: WmiObject): Folded => {
    const { className, properties, namespace, at } = object;
    const host = object.host ?? remote;
    // A list of machines gets one call each; a machine that is not constant gets none, for it is not this one.
    const hosts = host === null || host === UNNAMED ? [] : host === undefined ? [undefined] : host.split(',');
    for (const name of hosts) add(creatingCall(className, properties, { namespace, host: name, offset: at }));
    return { value: object, steps: [] };
  };
  const listener: Listener = {
    onCall: (call) => {
      switch (call.name) {
        case 'set-wmiinstance': {
          const object = objectOf(call, ['class'], ['arguments', 'args'], false);
          return object === undefined ? undefined : made(object);
        }
        case 'new-ciminstance': {
          if (call.named.has('clientonly')) return undefined;
          const object = objectOf(call, ['classname'], ['property', 'arguments'], true);
          return object === undefined ? undefined : made(object);
        }
        case 'new-object':
          return managementClass(call);
        case 'wmic':
        case 'wmic.exe':
          add(wmicCall(text.slice(call.at, call.end), call.at));
          return undefined;
        default: {
          const found = toolCalls(call);
          if (found === undefined) return toolTable(call);
          for (const item of found) add(item);
          return undefined;
        }
      }
    },
    onBlock: (call) => {
      if (!hasArgument(call, 'computername', 'cn')) return undefined;
      const before = remote;
      remote = hostOf(call) ?? null;
      return () => {
        remote = before;
      };
    },
    onCast: (type, operand) => {
      if (type !== 'wmiclass' && type !== 'management.managementclass') return undefined;
      const path = textOf(operand.value);
      return path === undefined ? undefined : { value: classOf(path), steps: operand.steps };
    },
    onSet: (target, name, value) => {
      const object = wmiObjectOf(target.value);
      if (object !== undefined) setProperty(object, name, value?.value);
    },
    onMethod: (target, name, args, at) => {
      const { value } = target;
      if (typeof value === 'object' && 'kind' in value && value.kind === 'type' && name === 'new') {
        if (!/(?:^|\.)managementclass$/.test(value.name)) return undefined;
        const path = (args ?? [])
          .map((item) => textOf(item.value) ?? '')
          .slice(0, 2)
          .join(':');
        return { value: classOf(path), steps: [] };
      }
      if (typeof value === 'object' && 'kind' in value && value.kind === 'class') {
        if (name !== 'createinstance' || args === undefined) return undefined;
        return { value: { ...value, kind: 'wmi', properties: new Map(), at }, steps: [] };
      }
      const object = wmiObjectOf(value);
      if (object === undefined) return undefined;
      if (name === 'put' && args !== undefined) return made(object);
      if (/^(?:__path|__relpath|path|relativepath)$/.test(name) && args === undefined) {
        const path = referenceOf(object);
        return path === undefined ? undefined : { value: path, steps: [] };
      }
      if (args === undefined) {
        const held = object.properties.get(canonicalPropertyName(name));
        return held === undefined ? undefined : { value: held, steps: [] };
      }
      return undefined;
    },
  };
  new PowerShellFolder(budget, listener).run(parsePowerShell(text, budget));
  return calls;
}

function classOf(path: string): WmiClass {
  const { className, namespace, host } = parseClassPath(path);
  return { kind: 'class', className, namespace, host };
}

function managementClass(call: Call): Folded | undefined {
  const [type, given] = call.positional;
  const name = textOf((call.named.get('typename') ?? type)?.value ?? '')?.toLowerCase();
  if (name === undefined || !/(?:^|\.)managementclass$/.test(name)) return undefined;
  const list = given?.value ?? call.named.get('argumentlist')?.value;
  if (list === undefined) return undefined;
  const parts = isArray(list) ? list : [list];
  const path = parts
    .map((item) => textOf(item) ?? '')
    .filter((item) => item !== '')
    .slice(0, 2)
    .join(':');
  return { value: classOf(path), steps: [] };
}

/** A named argument by any unambiguous beginning of its names. */
export function namedArgument(call: Call, ...names: readonly string[]): Folded | undefined {
  for (const [given, value] of call.named) {
    if (names.some((name) => name === given || name.startsWith(given))) return value;
  }
  return undefined;
}

function hasArgument(call: Call, ...names: readonly string[]): boolean {
  return [...call.named.keys()].some((given) =>
    names.some((name) => name === given || (given.length > 1 && name.startsWith(given))),
  );
}

/** The machines of `-ComputerName`, by `,`. */
function hostOf(call: Call): string | undefined {
  const value = namedArgument(call, 'computername', 'cn', 'servername')?.value;
  return value === undefined ? undefined : textOf(value, ',');
}

function objectOf(
  call: Call,
  classNames: readonly string[],
  propertyNames: readonly string[],
  isPropertyPositional: boolean,
): WmiObject | undefined {
  const path = namedArgument(call, 'path');
  const place = path === undefined ? undefined : parseClassPath(textOf(path.value) ?? '');
  const named = namedArgument(call, ...classNames);
  const rest = [...call.positional];
  const first = named ?? (place === undefined ? rest.shift() : undefined);
  const className = first === undefined ? place?.className : textOf(first.value);
  if (className === undefined || className === '') return undefined;
  const table = namedArgument(call, ...propertyNames) ?? (isPropertyPositional ? rest[0] : undefined);
  const namespace = namedArgument(call, 'namespace', 'ns');
  const object: WmiObject = {
    kind: 'wmi',
    className,
    namespace: namespace === undefined ? place?.namespace : textOf(namespace.value),
    host: hasArgument(call, 'computername', 'cn', 'servername') ? (hostOf(call) ?? UNNAMED) : place?.host,
    properties: new Map(),
    at: call.at,
  };
  if (table !== undefined && isTable(table.value)) {
    for (const entry of table.value.values()) setProperty(object, entry.key, entry.value);
  }
  return object;
}
