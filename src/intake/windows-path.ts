import type { Source } from '../windows/index.ts';

/** How a collection lays out the files of a host. */
export type CollectionLayout = 'kape' | 'velociraptor' | 'acquire' | 'plain';

/** Where a file was on its host, by where it lies in a collection. */
export interface WindowsPath {
  /** All that stands before the volume, the archives around it too: equal for all files of one collection. */
  readonly root: string;
  /** `C:\Windows\System32\…`; the drive is `C:` where the collection names none. */
  readonly path: string;
  readonly layout: CollectionLayout;
  /** The volume shadow copy that it was taken from, as the collection names it. */
  readonly volumeShadow?: string;
}

/** Between the levels of a place. */
const INTO = '!/';

/** Folders at the top of a volume by which a tree without a drive is known. */
const TOP_FOLDERS: ReadonlySet<string> = new Set([
  'windows',
  'winnt',
  'users',
  'program files',
  'program files (x86)',
  'programdata',
  'documents and settings',
  '$extend',
]);
const DEFAULT_DRIVE = 'C:';

/** A path in segments, and how it reads up to each of them. */
interface Segments {
  readonly names: readonly string[];
  /** All that stands before the segment, without the separator. */
  before(index: number): string;
}

interface Volume {
  readonly layout: CollectionLayout;
  /** The segment where the collection's own naming of the volume begins. */
  readonly start: number;
  /** The segments from here on are those of the path on the volume. */
  readonly rest: number;
  readonly drive: string;
  readonly volumeShadow?: string;
}

/**
 * Where a file was on its host: by the layouts of KAPE, Velociraptor and acquire, else by a folder that stands at the top of a
 * Windows volume. Undefined where nothing tells. It is about names alone: nothing is opened, and no name becomes a path.
 *
 * ```ts
 * windowsPathOf({ file: 'SRV-02.zip', container: ['C/Windows/System32/wbem/Repository/OBJECTS.DATA'] });
 * // { root: 'SRV-02.zip', path: 'C:\\Windows\\System32\\wbem\\Repository\\OBJECTS.DATA', layout: 'kape' }
 * ```
 */
export function windowsPathOf(source: Source): WindowsPath | undefined {
  const segments = segmentsOf(source);
  const volume =
    velociraptorVolume(segments) ?? acquireVolume(segments) ?? deeper(kapeVolume(segments), plainVolume(segments));
  if (volume === undefined) return undefined;
  const { layout, start, rest, drive, volumeShadow } = volume;
  const names = segments.names.slice(rest);
  // Velociraptor writes every segment percent-encoded, the others as it is.
  const plain = layout === 'velociraptor' ? names.map(percentDecoded) : names;
  return {
    root: segments.before(start),
    path: [drive, ...plain].join('\\'),
    layout,
    ...(volumeShadow === undefined ? {} : { volumeShadow }),
  };
}

/** The segments of the innermost path, and what the levels around it read. */
function segmentsOf({ file, container = [] }: Source): Segments {
  const innermost = container.at(-1) ?? file;
  const outer = [file, ...container].slice(0, -1).join(INTO);
  const names = innermost.split(/[\\/]/);
  return {
    names,
    before: (index) => {
      const folder = names.slice(0, index).join('/');
      if (outer === '') return folder;
      return folder === '' ? outer : `${outer}${INTO}${folder}`;
    },
  };
}

/** `uploads/ACCESSOR/VOLUME/…`, where VOLUME is `C%3A`, a device or a shadow copy, each percent-encoded as one segment. */
function velociraptorVolume({ names }: Segments): Volume | undefined {
  for (let i = names.length - 4; i >= 0; i--) {
    if ((names[i] ?? '').toLowerCase() !== 'uploads') continue;
    const at = { layout: 'velociraptor' as const, start: i, rest: i + 3 };
    const volume = percentDecoded(names[i + 2] ?? '');
    const shadow = /^\\\\\?\\GLOBALROOT\\Device\\(HarddiskVolumeShadowCopy\d{1,5})$/i.exec(volume)?.[1];
    if (shadow !== undefined) return { ...at, drive: DEFAULT_DRIVE, volumeShadow: shadow };
    const drive = /^(?:\\\\[.?]\\)?([A-Za-z]:)$/.exec(volume)?.[1];
    if (drive !== undefined) return { ...at, drive: drive.toUpperCase() };
  }
  return undefined;
}

/** acquire: `fs/c:/…`, without a letter `fs/$fs$/fs0/…` or `fs/$fs$/…`, and in old versions `sysvol/…`. */
function acquireVolume({ names }: Segments): Volume | undefined {
  for (let i = names.length - 3; i >= 0; i--) {
    const [name, next, afterNext] = names.slice(i, i + 3).map((segment) => segment.toLowerCase());
    const at = { layout: 'acquire' as const, start: i, drive: DEFAULT_DRIVE };
    if (name === 'sysvol' && isTopFolder(next ?? '')) {
      const start = (names[i - 1] ?? '').toLowerCase() === 'fs' ? i - 1 : i;
      return { ...at, start, rest: i + 1 };
    }
    if (name !== 'fs') continue;
    if (/^[a-z]:$/.test(next ?? '')) return { ...at, rest: i + 2, drive: (next ?? '').toUpperCase() };
    if (next === '$fs$') return { ...at, rest: /^fs\d+$/.test(afterNext ?? '') ? i + 3 : i + 2 };
  }
  return undefined;
}

/** KAPE: the letter as a folder, `C/Windows/…`; a shadow copy as `VSS1/…`, before or behind the letter. */
function kapeVolume({ names }: Segments): Volume | undefined {
  for (let i = names.length - 3; i >= 0; i--) {
    const [name = '', next = '', afterNext = ''] = names.slice(i, i + 3);
    const at = { layout: 'kape' as const, start: i };
    const letter = letterOf(name);
    if (letter !== undefined && isTopFolder(next)) {
      const before = names[i - 1] ?? '';
      const drive = { ...at, rest: i + 1, drive: letter };
      return isShadowFolder(before) ? { ...drive, start: i - 1, volumeShadow: before } : drive;
    }
    if (!isShadowFolder(name) || !isTopFolder(next)) continue;
    const outer = letterOf(names[i - 1] ?? '');
    if (outer !== undefined) return { ...at, start: i - 1, rest: i + 1, drive: outer, volumeShadow: name };
    if (afterNext !== '') return { ...at, rest: i + 1, drive: DEFAULT_DRIVE, volumeShadow: name };
  }
  return undefined;
}

/** A folder that stands at the top of a Windows volume, at any depth; the system's own folder tells more than another one. */
function plainVolume({ names }: Segments): Volume | undefined {
  const folders = names.slice(0, -1);
  const system = folders.findIndex(
    (name, i) => /^(?:windows|winnt)$/i.test(name) && isSystemFolder(folders[i + 1] ?? ''),
  );
  const top = system >= 0 ? system : folders.findIndex(isTopFolder);
  if (top < 0) return undefined;
  const drive = /^[A-Za-z]:$/.test(names[top - 1] ?? '') ? names[top - 1]?.toUpperCase() : undefined;
  return { layout: 'plain', start: drive === undefined ? top : top - 1, rest: top, drive: drive ?? DEFAULT_DRIVE };
}

/** The one that begins further in: a case folder may itself lie in `C/Users`. */
function deeper(kape: Volume | undefined, plain: Volume | undefined): Volume | undefined {
  if (kape === undefined || plain === undefined) return kape ?? plain;
  return plain.rest > kape.rest ? plain : kape;
}

/** The drive that a folder of one letter stands for. */
function letterOf(name: string): string | undefined {
  return /^[A-Za-z]$/.test(name) ? `${name.toUpperCase()}:` : undefined;
}

function isTopFolder(name: string): boolean {
  return TOP_FOLDERS.has(name.toLowerCase());
}

function isSystemFolder(name: string): boolean {
  return /^(?:system32|syswow64|sysnative)$/i.test(name);
}

function isShadowFolder(name: string): boolean {
  return /^VSS\d{1,4}$/i.test(name);
}

/** `%5C` and its like, as Velociraptor writes them; what is no valid encoding stays as it is. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  }
}
