import { type AuditedHost, type ListedObject, type ListedValue, listedObjects, objectPath } from './audited-host.ts';
import { systemProperties } from './powershell-json.ts';

export interface CsvOptions {
  /** Windows PowerShell 5.1 writes a `#TYPE` line unless `-NoTypeInformation` is given. */
  readonly hasType: boolean;
}

/** `Get-CimInstance … | Export-Csv`: a file for each class, since the first object decides on the columns. */
export function powerShellCsv(host: AuditedHost, options: CsvOptions): readonly string[] {
  const objects = listedObjects(host);
  const classes = [...new Set(objects.map(({ className }) => className))];
  return classes.map((className) =>
    csvOf(
      objects.filter((object) => object.className === className),
      host,
      options,
    ),
  );
}

function csvOf(objects: readonly ListedObject[], host: AuditedHost, { hasType }: CsvOptions): string {
  const [first] = objects;
  if (first === undefined) return '';
  const namespace = host.namespace.replaceAll('\\', '/');
  const columns = [
    'PSComputerName',
    ...first.properties.map(([name]) => name),
    'CimClass',
    'CimInstanceProperties',
    'CimSystemProperties',
  ];
  const rows = objects.map((object) => [
    '',
    ...object.properties.map(([, value]) => cellOf(value)),
    `${namespace}:${object.className}`,
    'Microsoft.Management.Infrastructure.Internal.Data.CimPropertiesCollection',
    'Microsoft.Management.Infrastructure.CimSystemProperties',
  ]);
  const type = `#TYPE Microsoft.Management.Infrastructure.CimInstance#${namespace}/${first.className}\r\n`;
  const line = (cells: readonly string[]): string => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
  return `${hasType ? type : ''}${[columns, ...rows].map(line).join('\r\n')}\r\n`;
}

function cellOf(value: ListedValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return String(value);
  if ('bytes' in value) return 'System.Byte[]';
  return 'className' in value ? `${value.className} (Name = "${value.name}")` : 'System.String[]';
}

function escaped(text: string): string {
  return text
    .replace(/_x(?=[0-9A-Fa-f]{4}_)/g, '_x005F_x')
    .replace(/[\r\n\t\0-\x1f]/g, (sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/**
 * `… | Export-Clixml` (MS-PSRP 2.2.5). `TN`, `TNRef`, `Props`, `MS` with `__ClassMetadata` are laid out as in the exports of
 * storage and network objects that tools' tests keep.
 */
export function powerShellClixml(host: AuditedHost, cmdlet: 'Get-CimInstance' | 'Get-WmiObject'): string {
  const writer = new ClixmlWriter(host, cmdlet === 'Get-CimInstance');
  const objects = listedObjects(host).map((object) => writer.object(object));
  return `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\r\n${objects.join('')}</Objs>`;
}

class ClixmlWriter {
  readonly #host: AuditedHost;
  readonly #isCim: boolean;
  readonly #types = new Map<string, number>();
  #id = 0;

  constructor(host: AuditedHost, isCim: boolean) {
    this.#host = host;
    this.#isCim = isCim;
  }

  object(object: ListedObject): string {
    const id = this.#id++;
    const properties = object.properties.map(([name, value]) => this.#property(name, value)).join('');
    const system = this.#isCim
      ? ''
      : Object.entries(systemProperties(object, this.#host))
          .map(([name, value]) => this.#property(name, value as ListedValue))
          .join('');
    return (
      `  <Obj RefId="${id}">\r\n${this.#typeNames(object)}` +
      `    <ToString>${escaped(object.className)}</ToString>\r\n` +
      `    <Props>\r\n${system}${properties}      <Nil N="PSComputerName" />\r\n    </Props>\r\n` +
      `${this.#isCim ? this.#metadata(object) : ''}  </Obj>\r\n`
    );
  }

  #typeNames(object: ListedObject): string {
    const known = this.#types.get(object.className);
    if (known !== undefined) return `    <TNRef RefId="${known}" />\r\n`;
    const id = this.#types.size;
    this.#types.set(object.className, id);
    const chain = [object.className, ...object.superclasses];
    const namespace = this.#host.namespace;
    const names = this.#isCim
      ? [
          ...chain.map(
            (name) => `Microsoft.Management.Infrastructure.CimInstance#${namespace.replaceAll('\\', '/')}/${name}`,
          ),
          ...chain.map((name) => `Microsoft.Management.Infrastructure.CimInstance#${name}`),
          'Microsoft.Management.Infrastructure.CimInstance',
        ]
      : [
          ...chain.map((name) => `System.Management.ManagementObject#${namespace}\\${name}`),
          'System.Management.ManagementObject',
        ];
    const lines = [...names, 'System.Object'].map((name) => `      <T>${escaped(name)}</T>\r\n`).join('');
    return `    <TN RefId="${id}">\r\n${lines}    </TN>\r\n`;
  }

  #metadata(object: ListedObject): string {
    const namespace = `ROOT${this.#host.namespace.slice(4).replaceAll('\\', '/')}`;
    const classes = [...object.superclasses.toReversed(), object.className].map(
      (name) =>
        `          <Obj RefId="${this.#id++}">\r\n            <MS>\r\n              <S N="ClassName">${name}</S>\r\n` +
        `              <S N="Namespace">${namespace}</S>\r\n              <S N="ServerName">${this.#host.name}</S>\r\n` +
        '              <I32 N="Hash">0</I32>\r\n              <S N="MiXml">&lt;CLASS/&gt;</S>\r\n            </MS>\r\n          </Obj>\r\n',
    );
    return (
      `    <MS>\r\n      <Obj N="__ClassMetadata" RefId="${this.#id++}">\r\n        <TN RefId="1000">\r\n` +
      '          <T>System.Collections.ArrayList</T>\r\n          <T>System.Object</T>\r\n        </TN>\r\n' +
      `        <LST>\r\n${classes.join('')}        </LST>\r\n      </Obj>\r\n    </MS>\r\n`
    );
  }

  #property(name: string, value: ListedValue): string {
    const key = `N="${escaped(name)}"`;
    const line = (body: string): string => `      ${body}\r\n`;
    if (value === null) return line(`<Nil ${key} />`);
    if (typeof value === 'boolean') return line(`<B ${key}>${value}</B>`);
    if (typeof value === 'number') return line(`<U32 ${key}>${value}</U32>`);
    if (typeof value === 'string') return line(`<S ${key}>${escaped(value)}</S>`);
    if ('bytes' in value) {
      // An array of bytes is base64; that of a CIM object is wrapped once more by some versions.
      if (this.#isCim) return line(`<BA ${key}>${Buffer.from(value.bytes).toString('base64')}</BA>`);
      const items = value.bytes.map((byte) => `<By>${byte}</By>`).join('');
      return line(
        `<Obj ${key} RefId="${this.#id++}"><TN RefId="2000"><T>System.Byte[]</T></TN><LST>${items}</LST></Obj>`,
      );
    }
    if ('className' in value) {
      const shown = `${value.className} (Name = "${value.name}")`;
      if (!this.#isCim) {
        const path = objectPath(value.className, value.name, '.', this.#host.namespace);
        return line(`<S ${key}>${escaped(path)}</S>`);
      }
      const type = `Microsoft.Management.Infrastructure.CimInstance#${this.#host.namespace.replaceAll('\\', '/')}/${value.className}`;
      return line(
        `<Obj ${key} RefId="${this.#id++}"><TN RefId="${3000 + this.#id}"><T>${type}</T></TN>` +
          `<ToString>${escaped(shown)}</ToString><Props><S N="Name">${escaped(value.name)}</S><Nil N="PSComputerName" /></Props></Obj>`,
      );
    }
    const items = value.map((item) => `<S>${escaped(item)}</S>`).join('');
    return line(
      `<Obj ${key} RefId="${this.#id++}"><TN RefId="4000"><T>System.String[]</T></TN><LST>${items}</LST></Obj>`,
    );
  }
}
