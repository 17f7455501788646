import type { Budget } from './budget.ts';
import { type CreatingCall, creatingCall } from './creating-call.ts';
import { type Folded, textOf, type WmiClass } from './powershell-value.ts';
import { foldScript } from './script-fold.ts';
import type { Dialect } from './script-tokens.ts';
import { parseClassPath, referenceOf, setProperty, wmiClassOf, wmiObjectOf } from './wmi-object.ts';

const MAX_CALLS = 256;

/**
 * Creating calls of VBScript or JScript: `GetObject("winmgmts:..")` or `ConnectServer`, `Get("Class").SpawnInstance_`,
 * properties, `Put_`.
 */
export function scriptCalls(text: string, dialect: Dialect, budget: Budget): readonly CreatingCall[] {
  const calls: CreatingCall[] = [];
  const place = (path: string, from?: WmiClass): Folded => {
    const { className, namespace, host } = parseClassPath(path);
    return {
      value: { kind: 'class', className, namespace: namespace ?? from?.namespace, host: host ?? from?.host },
      steps: [],
    };
  };
  const textAt = (args: readonly Folded[] | undefined, i: number): string | undefined => {
    const value = args?.[i]?.value;
    return value === undefined ? undefined : textOf(value);
  };
  foldScript(text, dialect, budget, {
    onMember: (target, name, args, at) => {
      if (name === 'getobject') {
        const path = textAt(args, 0);
        return path !== undefined && /^winmgmts:/i.test(path) ? place(path) : undefined;
      }
      if (name === 'connectserver' && args !== undefined) {
        const last = textAt(args, 1) ?? textAt(args, 0) ?? '';
        const made = place(last);
        const host = args.length > 1 ? textAt(args, 0) : undefined;
        const value = wmiClassOf(made.value);
        return value === undefined || host === undefined || host === ''
          ? made
          : { value: { ...value, host }, steps: [] };
      }
      const owner = wmiClassOf(target?.value);
      if (owner !== undefined) {
        const path = textAt(args, 0);
        if (name === 'get' && path !== undefined) return place(path, owner);
        if (name === 'spawninstance_')
          return { value: { ...owner, kind: 'wmi', properties: new Map(), at }, steps: [] };
        return undefined;
      }
      const object = wmiObjectOf(target?.value);
      if (object === undefined) return undefined;
      if (name === 'put_') {
        const where = { namespace: object.namespace, host: object.host, offset: object.at };
        const call = creatingCall(object.className, object.properties, where);
        if (call !== undefined && calls.length < MAX_CALLS) calls.push(call);
        return target;
      }
      if (name === 'path_' || name === 'properties_') return target;
      if (name === 'path' || name === 'relpath') {
        const reference = referenceOf(object);
        return reference === undefined ? undefined : { value: reference, steps: [] };
      }
      return undefined;
    },
    onSet: (target, name, value) => {
      const object = wmiObjectOf(target.value);
      if (object !== undefined && name !== 'value') setProperty(object, name, value?.value);
    },
  });
  return calls;
}
