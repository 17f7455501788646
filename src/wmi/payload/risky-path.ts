const FOLDERS =
  /(?:%(?:temp|tmp|appdata|localappdata|public)%|\$env:(?:temp|tmp|appdata|localappdata|public)\b|[\\/](?:temp|tmp|appdata|perflogs|\$?recycle\.bin|recycler)[\\/]|[\\/]users[\\/]public[\\/]|(?:[\\/]programdata|%programdata%|%allusersprofile%|\$env:programdata)[\\/][^\\/\s"'<>|,;)]{1,128}\.[a-z0-9]{1,5}(?![\\/\w.]))[^\s"'<>|,;)]{0,200}/i;
const UNC = /\\{2,4}([a-z0-9][\w.-]{0,253}|\[?[0-9a-f:]{2,45}\]?)(?:@[\w]{1,16}){0,2}(\\{1,2})([\w$-][\w$. -]{0,79})/gi;

/**
 * A path in Temp, AppData, Public, the root of ProgramData, the recycle bin or PerfLogs, or on another machine (P06).
 * Doubled backslashes are read as one. Undefined when there is none.
 */
export function riskyPath(text: string): string | undefined {
  const single = text.replace(/(?<=[^\\\s"'=(,>;|])\\\\(?=[^\\])/g, '\\');
  const folder = FOLDERS.exec(single);
  if (folder !== null) return pathAround(single, folder.index, folder[0]);
  return uncPath(text);
}

/** The drive in front of a folder, where one is written. */
function pathAround(text: string, at: number, found: string): string {
  let start = at;
  while (start > 0 && at - start < 200 && !/[\s"'<>|,;(=]/.test(text.charAt(start - 1))) start--;
  return text.slice(start, at) + found;
}

/** `\\host\share..` that is no WMI namespace, device or pipe, and no pattern of escapes. */
export function uncPath(text: string): string | undefined {
  for (const match of text.matchAll(UNC)) {
    const before = text.charAt(match.index - 1);
    if (before !== '' && !/[\s"'=(,>;:|<@]/.test(before)) continue;
    const slashes = /^\\+/.exec(match[0])?.[0].length ?? 0;
    const host = match[1] ?? '';
    const share = match[3] ?? '';
    if (slashes === 2 && match[2]?.length === 2) continue;
    if (before === ':' || host.length < 2 || /^(?:root|\.|\?)$/i.test(host) || /^root$/i.test(share)) continue;
    return match[0].trimEnd();
  }
  return undefined;
}
