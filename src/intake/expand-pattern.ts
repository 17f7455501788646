import type { FilePort, FolderEntry } from './file-port.ts';
import { globMatcher, hasGlob, joinPath, rootOf, segmentsOf } from './path-text.ts';

/** Folders that `**` goes down. */
const MAX_PATTERN_DEPTH = 64;

/**
 * The paths that a pattern matches, in code unit order: `*`, `?` and `[a-z]` within a name, `**` for any folders between.
 * cmd.exe and PowerShell leave this to the program (PRODUCT 3). At most `maxPaths` come back.
 */
export async function expandPattern(pattern: string, port: FilePort, maxPaths: number): Promise<readonly string[]> {
  const { separator } = port;
  const segments = segmentsOf(pattern, separator);
  let fronts: string[] = [rootOf(pattern, separator)];
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    const next: string[] = [];
    for (const front of fronts) {
      if (next.length >= maxPaths) break;
      if (segment === '**') {
        await addFolders(front, port, next, maxPaths, isLast);
      } else if (hasGlob(segment, separator)) {
        const matches = globMatcher(segment, separator === '\\');
        for (const entry of await entriesOf(front, port)) {
          const mayHold = entry.kind === 'folder' || entry.kind === 'link';
          if ((isLast || mayHold) && matches(entry.name)) next.push(joinPath(front, entry.name, separator));
        }
      } else {
        const path = joinPath(front, segment, separator);
        if (await exists(path, port)) next.push(path);
      }
    }
    fronts = next.slice(0, maxPaths);
  }
  return [...new Set(fronts)].sort();
}

/** The folder and every folder below it; as the last segment `**` also names the files. */
async function addFolders(
  top: string,
  port: FilePort,
  into: string[],
  maxPaths: number,
  files: boolean,
): Promise<void> {
  const waiting = [{ path: top, depth: 0 }];
  for (let folder = waiting.pop(); folder !== undefined && into.length < maxPaths; folder = waiting.pop()) {
    if (!files) into.push(folder.path);
    for (const entry of await entriesOf(folder.path, port)) {
      const path = joinPath(folder.path, entry.name, port.separator);
      if (entry.kind === 'folder' && folder.depth < MAX_PATTERN_DEPTH) waiting.push({ path, depth: folder.depth + 1 });
      if (files && entry.kind === 'file') into.push(path);
    }
  }
}

async function entriesOf(folder: string, port: FilePort): Promise<readonly FolderEntry[]> {
  try {
    return await port.readFolder(folder === '' ? '.' : folder);
  } catch {
    // A part of a pattern that cannot be listed matches nothing; a pattern without any match is reported as a whole.
    return [];
  }
}

async function exists(path: string, port: FilePort): Promise<boolean> {
  try {
    return (await port.stat(path)) !== undefined;
  } catch {
    return false;
  }
}
