import type { SarifArtifactLocation } from './document.ts';

/**
 * Where a file is, as a URI: relative as the path was given, or `file:` where it was whole. What lies in an archive follows
 * behind `!/`, as everywhere (SETTLED D9). Both separators of Windows are read as one.
 */
export function artifactLocation(file: string, container: readonly string[], base?: string): SarifArtifactLocation {
  const inside = container.map((member) => `!/${memberUri(member)}`).join('');
  const whole = wholeUri(file);
  if (whole !== undefined) return { uri: `${whole}${inside}` };
  return { uri: `${pathUri(file)}${inside}`, ...(base === undefined ? {} : { uriBaseId: base }) };
}

/** `file:` of a path that names its root: of POSIX, of a drive, of a share. */
function wholeUri(path: string): string | undefined {
  if (/^[A-Za-z]:[\\/]/.test(path)) return `file:///${path.slice(0, 2)}${pathUri(path.slice(2))}`;
  const share = /^(?:\\\\|\/\/)([^\\/]+)(.*)$/s.exec(path);
  if (share !== null) return `file://${encoded(share[1] ?? '')}${pathUri(share[2] ?? '')}`;
  return path.startsWith('/') ? `file://${pathUri(path)}` : undefined;
}

function pathUri(path: string): string {
  return path.split(/[\\/]/).map(encoded).join('/');
}

/** A member whose name would climb out of its archive when the URI is resolved is one segment of it (L20). */
function memberUri(member: string): string {
  const segments = member.split(/[\\/]/);
  if (!segments.some((segment) => segment === '.' || segment === '..')) return pathUri(member);
  return segments.length === 1 ? `${encoded(member)}%2F` : segments.map(encoded).join('%2F');
}

function encoded(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
