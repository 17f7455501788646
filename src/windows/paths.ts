/** The last component of a Windows path, without surrounding quotes: `C:\Windows\cmd.exe` gives `cmd.exe`. */
export function fileNameOf(path: string): string {
  const bare = path.trim().replaceAll('"', '');
  return bare.slice(Math.max(bare.lastIndexOf('\\'), bare.lastIndexOf('/')) + 1);
}

/** Folders behind variables whose value is the same on every machine but for the drive (DOMAIN 2.2 #39). */
const VARIABLES: ReadonlyMap<string, string> = new Map([
  ['%systemroot%', '\\windows'],
  ['%windir%', '\\windows'],
  ['%systemdrive%', ''],
  ['%programfiles%', '\\program files'],
  ['%programfiles(x86)%', '\\program files (x86)'],
  ['%programw6432%', '\\program files'],
  ['%programdata%', '\\programdata'],
  ['%allusersprofile%', '\\programdata'],
  ['%public%', '\\users\\public'],
  ['%comspec%', '\\windows\\system32\\cmd.exe'],
]);

const DEVICE_VOLUME = /^\\device\\(?:harddiskvolume\d{1,5}|bootdevice)(?=\\|$)/;
const DRIVE = /^[a-z]:(?=\\|$)/;

/**
 * The part of a path that all spellings of one file share: lower case, backslashes, known variables expanded, and the
 * volume left out (`\device\harddiskvolume2\`, `C:\`, `\??\C:\`, `\SystemRoot\`, `%systemroot%\`: DOMAIN 2.2 #39). A UNC
 * path keeps its host; 8.3 names stay as they are.
 */
export function canonicalTail(path: string): string {
  let text = path.trim().replaceAll('"', '').replaceAll('/', '\\').toLowerCase();
  if (text.startsWith('\\??\\') || text.startsWith('\\\\?\\') || text.startsWith('\\\\.\\')) text = text.slice(4);
  if (text.startsWith('unc\\')) return `\\\\${text.slice(4)}`;
  if (text.startsWith('%')) {
    const end = text.indexOf('%', 1) + 1;
    const folder = end > 1 ? VARIABLES.get(text.slice(0, end)) : undefined;
    if (folder !== undefined) text = folder + text.slice(end);
  } else if (text.startsWith('\\systemroot\\') || text === '\\systemroot') {
    text = `\\windows${text.slice('\\systemroot'.length)}`;
  }
  if (DEVICE_VOLUME.test(text)) return text.replace(DEVICE_VOLUME, '');
  return text.replace(DRIVE, '');
}

/** True when two paths name the same file as far as their text can tell (DOMAIN 2.2 #39). */
export function isSamePath(a: string, b: string): boolean {
  return canonicalTail(a) === canonicalTail(b);
}
