/**
 * The last part of a program's path, lower case, without quotes: `wmiprvse.exe`. Volume prefixes, variables and the
 * slash's direction do not matter (DOMAIN 2.2 #39); an absent or empty path gives ''.
 */
export function imageTail(path: string | undefined): string {
  if (path === undefined) return '';
  const text = path.endsWith('"') ? path.slice(0, -1) : path;
  return text.slice(Math.max(text.lastIndexOf('\\'), text.lastIndexOf('/'), text.lastIndexOf('"')) + 1).toLowerCase();
}

/** The provider host: its children are what WMI started (DOMAIN 1.1). */
export const PROVIDER_HOST = 'wmiprvse.exe';

/** The host of script consumers. */
export const SCRIPT_HOST = 'scrcons.exe';
