/** Of Windows, with a drive, a share, a device or a variable before it; no character that a name there cannot have. */
const OF_WINDOWS = /^(?:\\\\[?.]\\)?(?:[a-z]:|%\w+%|\\\\?[^\\/:*?"<>|]+)(?:\\[^\\/:*?"<>|]+)+$/i;
const OF_UNIX = /^(?:\/[^/\s]+){2,}$/;

/** A path as its folders, with the last separator, and the name of its file; undefined of a text that is none. Both together are the text. */
export function pathParts(text: string): readonly [folders: string, file: string] | undefined {
  const isOfWindows = OF_WINDOWS.test(text);
  if (!isOfWindows && !OF_UNIX.test(text)) return undefined;
  const at = text.lastIndexOf(isOfWindows ? '\\' : '/') + 1;
  return [text.slice(0, at), text.slice(at)];
}
