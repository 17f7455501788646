import { type AuditedHost, type ListedObject, type ListedValue, listedObjects, objectPath } from './audited-host.ts';

export interface PowerShellOptions {
  /** Windows PowerShell 5.1 escapes and indents in its own way. */
  readonly edition: '5.1' | '7';
  readonly cmdlet: 'Get-CimInstance' | 'Get-WmiObject';
  /** `-Depth`: 1 cuts arrays and references to texts. */
  readonly depth: number;
  /** One document a class, one behind the other, as `>>` leaves them. */
  readonly isAppended?: boolean;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * `Get-… | ConvertTo-Json`. The layout of CIM objects (`CimClass`, `CimInstanceProperties`, `CimSystemProperties`, and what is
 * left of them below the depth) follows output that tools' tests keep (storage and DNS objects), that of `Get-WmiObject` the
 * system properties of WMI; no sample of these very classes was found.
 */
export function powerShellJson(host: AuditedHost, options: PowerShellOptions): string {
  const objects = listedObjects(host);
  const jsonOf = (object: ListedObject): Json =>
    options.cmdlet === 'Get-CimInstance' ? cimObject(object, host, options) : managementObject(object, host);
  const text = (value: Json): string => (options.edition === '7' ? JSON.stringify(value, null, 2) : windowsJson(value));
  if (options.isAppended !== true) return text(objects.map(jsonOf));
  const classes = [...new Set(objects.map(({ className }) => className))];
  return classes
    .map((className) => {
      const items = objects.filter((object) => object.className === className).map(jsonOf);
      // A pipeline of one object is no array.
      return text(items.length === 1 ? (items[0] ?? null) : items);
    })
    .join('\r\n');
}

function cimObject(object: ListedObject, host: AuditedHost, { depth }: PowerShellOptions): Json {
  const namespace = host.namespace.replaceAll('\\', '/');
  const isShallow = depth < 2;
  const system = { Namespace: namespace, ServerName: host.name, ClassName: object.className, Path: null };
  const jsonOf = (value: ListedValue): Json => {
    if (value === null || typeof value !== 'object') return value;
    if ('bytes' in value) return isShallow ? value.bytes.join(' ') : [...value.bytes];
    if (!('className' in value)) return isShallow ? value.join(' ') : [...value];
    if (isShallow) return `${value.className} (Name = "${value.name}")`;
    return {
      Name: value.name,
      PSComputerName: null,
      CimClass: `${namespace}:${value.className}`,
      CimInstanceProperties: 'Name = "…"',
      CimSystemProperties:
        depth > 2
          ? { Namespace: namespace, ServerName: host.name, ClassName: value.className, Path: null }
          : 'Microsoft.Management.Infrastructure.CimSystemProperties',
    };
  };
  return {
    CimClass: isShallow ? `${namespace}:${object.className}` : cimClass(object, namespace),
    CimInstanceProperties: isShallow ? '' : object.properties.map(([name]) => name),
    CimSystemProperties: isShallow ? 'Microsoft.Management.Infrastructure.CimSystemProperties' : system,
    ...Object.fromEntries(object.properties.map(([name, value]) => [name, jsonOf(value)])),
    PSComputerName: null,
  };
}

function cimClass(object: ListedObject, namespace: string): Json {
  const [parent = null, ...above] = object.superclasses;
  return {
    CimSuperClassName: parent,
    CimSuperClass: {
      CimSuperClassName: above[0] ?? null,
      CimSuperClass: `${namespace}:${above[0] ?? ''}`,
      CimClassProperties: '',
      CimClassQualifiers: 'abstract = True',
      CimClassMethods: '',
      CimSystemProperties: 'Microsoft.Management.Infrastructure.CimSystemProperties',
    },
    CimClassProperties: object.properties.map(([name]) => name),
    CimClassQualifiers: [],
    CimClassMethods: [],
    CimSystemProperties: { Namespace: namespace, ServerName: null, ClassName: object.className, Path: null },
  };
}

/** The system properties of WMI in the order in which the cmdlet lists them. */
export function systemProperties(
  object: ListedObject,
  host: AuditedHost,
): Record<string, string | number | readonly string[]> {
  const name = object.properties.find(([property]) => property === 'Name')?.[1];
  const relative =
    typeof name === 'string' ? objectPath(object.className, name) : '__FilterToConsumerBinding.Consumer="…",Filter="…"';
  return {
    __GENUS: 2,
    __CLASS: object.className,
    __SUPERCLASS: object.superclasses[0] ?? '',
    __DYNASTY: object.superclasses.at(-1) ?? '',
    __RELPATH: relative,
    __PROPERTY_COUNT: object.properties.length,
    __DERIVATION: object.superclasses,
    __SERVER: host.name,
    __NAMESPACE: `ROOT${host.namespace.slice(4)}`,
    __PATH: `\\\\${host.name}\\ROOT${host.namespace.slice(4)}:${relative}`,
  };
}

function managementObject(object: ListedObject, host: AuditedHost): Json {
  const jsonOf = (value: ListedValue): Json => {
    if (value === null || typeof value !== 'object') return value;
    if ('bytes' in value) return [...value.bytes];
    if (!('className' in value)) return [...value];
    return objectPath(value.className, value.name, '.', host.namespace);
  };
  const path = String(systemProperties(object, host)['__PATH']);
  return {
    Scope: {
      IsConnected: true,
      Options: 'System.Management.ConnectionOptions',
      Path: `\\\\${host.name}\\${host.namespace}`,
    },
    Path: { Path: path, RelativePath: '', Server: host.name, NamespacePath: host.namespace, IsClass: false },
    Options: { UseAmendedQualifiers: false },
    ClassPath: { ClassName: object.className, IsClass: true },
    Properties: object.properties.map(([name]) => ({ Name: name, Type: 8 })),
    SystemProperties: [],
    Qualifiers: [],
    Site: null,
    Container: null,
    PSComputerName: host.name,
    ...(systemProperties(object, host) as Record<string, Json>),
    ...Object.fromEntries(object.properties.map(([name, value]) => [name, jsonOf(value)])),
  };
}

/** Windows PowerShell 5.1: two blanks behind a colon, deep indentation, CRLF, and escapes for `<`, `>`, `&` and `'`. */
function windowsJson(value: Json, indent = ''): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[\r\n\r\n' + `${indent}]`;
    const inner = `${indent}    `;
    return `[\r\n${value.map((item: Json) => inner + windowsJson(item, inner)).join(',\r\n')}\r\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const inner = `${indent}    `;
    const members = Object.entries(value).map(([name, item]) => {
      const key = `${inner}${JSON.stringify(name)}:  `;
      return key + windowsJson(item, ' '.repeat(key.length));
    });
    return `{\r\n${members.join(',\r\n')}\r\n${indent}}`;
  }
  return JSON.stringify(value).replace(/[<>&']/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
