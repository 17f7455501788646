/** One file in a zip, as the central directory tells it. */
export interface ZipMember {
  /** A label, never a path: written as it stands in the archive, made unique among its members. */
  readonly name: string;
  /** What is odd about the name; the member is read all the same. */
  readonly nameTrouble?: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly compressedBytes: number;
  /** What the archive claims comes out; absent where only the bytes themselves can tell. */
  readonly claim?: { readonly bytes: number; readonly crc32: number };
  /** Of the local header, from the start of the archive. */
  readonly headerOffset: number;
  /** Smallest length of the local header. */
  readonly headerBytes: number;
}

/** Characters of a name that are kept. */
export const MAX_NAME_CHARS = 1024;

/** The label of a member, with what is odd about its name. */
export function labelOf(written: string, names: Map<string, number>): Pick<ZipMember, 'name' | 'nameTrouble'> {
  const name = uniqueLabel(written, names);
  const nameTrouble = troubleOfName(written, name);
  return { name, ...(nameTrouble === undefined ? {} : { nameTrouble }) };
}

/** Two members of one name would share an address; the later one gets a number behind it. */
function uniqueLabel(written: string, names: Map<string, number>): string {
  const base = written.slice(0, MAX_NAME_CHARS);
  let label = base;
  let times = names.get(base) ?? 0;
  while (names.has(label)) label = `${base} (${++times + 1})`;
  names.set(base, times);
  if (label !== base) names.set(label, 0);
  return label;
}

function troubleOfName(written: string, label: string): string | undefined {
  if (written.includes('\0')) return 'it holds a NUL';
  if (written.split(/[\\/]/).includes('..')) return 'it climbs out of its folder';
  if (/^(?:[\\/]|[A-Za-z]:)/.test(written)) return 'it is absolute';
  if (written.length > MAX_NAME_CHARS) return `it has ${written.length} characters`;
  if (label !== written) return 'another member has the same name';
  return undefined;
}
