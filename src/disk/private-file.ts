import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';

/** Makes a folder that its owner alone may enter; one that is there already stays as its owner made it. */
export function makePrivateFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
}

/**
 * Makes an empty file of mode 0600 if there is none, else gives a file that is there this mode. SQLite gives its side files the mode of their
 * main file. An existing file is never opened: closing it would drop the locks that this process holds on it (fcntl(2)).
 */
export function makePrivateFile(path: string): 'made' | 'there' {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return 'made';
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    chmodSync(path, 0o600);
    return 'there';
  }
}
