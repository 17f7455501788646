import type { JsonValue } from '../shapes/index.ts';
import { parseReference } from '../wmi/index.ts';
import { backslashed, pathParts } from './class-paths.ts';
import { isObject, type JsonObject, own, ownText } from './wmi-values.ts';

/** `__EventFilter (Name = "x")`: what PowerShell shows of a CimInstance below the depth of the export. */
const SHOWN = /^([\p{L}_][\p{L}\p{N}_]{0,255}) \(Name = "(.*)"\)$/su;

/** The path of an instance by its key `Name`; relative where the namespace is not known. */
export function pathOf(className: string, name: string, namespace: string | undefined): string {
  const key = name.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const space = namespace === undefined || namespace === '' ? '' : `\\\\.\\${backslashed(namespace)}:`;
  return `${space}${className}.Name="${key}"`;
}

/** The path text of a reference in any of the forms in which exports have it; undefined when it says no class. */
export function referencePath(value: JsonValue): string | undefined {
  if (typeof value === 'string') {
    const shown = SHOWN.exec(value);
    if (shown !== null) return pathOf(shown[1] ?? '', shown[2] ?? '', undefined);
    return parseReference(value) === undefined ? undefined : value;
  }
  if (!isObject(value)) return undefined;
  const path = ownText(value, '__PATH') ?? ownText(value, '__RELPATH');
  if (path !== undefined && parseReference(path) !== undefined) return path;
  const { className, namespace } = classOfReference(value);
  const name = own(value, 'Name') ?? own(value, 'name');
  if (className !== undefined && typeof name === 'string') return pathOf(className, name, namespace);
  const shown = ownText(value, 'ToString');
  return shown === undefined ? undefined : referencePath(shown);
}

function classOfReference(value: JsonObject): { className: string | undefined; namespace: string | undefined } {
  const system = own(value, 'CimSystemProperties');
  if (isObject(system)) {
    const className = ownText(system, 'ClassName');
    if (className !== undefined) return { className, namespace: ownText(system, 'Namespace') };
  }
  const cimClass = own(value, 'CimClass');
  if (typeof cimClass === 'string') {
    const { className, namespace } = pathParts(cimClass);
    return { className, namespace };
  }
  return {
    className: ownText(value, 'class') ?? ownText(value, '__CLASS'),
    namespace: ownText(value, 'namespace') ?? ownText(value, '__NAMESPACE'),
  };
}
