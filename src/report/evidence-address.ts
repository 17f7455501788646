import type { Evidence } from '../windows/index.ts';

/**
 * An argument that a person can paste: bare when it is harmless, in double quotes where that holds in every shell, else in
 * single quotes as a POSIX shell reads them. A file name is evidence too (L20).
 */
export function shellArgument(text: string): string {
  // A path that looks like a flag would be read as one, quoted or not.
  if (text.startsWith('-')) return shellArgument(`./${text}`);
  if (/^[\w./\\:@%+,=~][\w./\\:@%+,=~-]*$/.test(text)) return text;
  if (!/["$`!]|\\$/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Between the levels of a place: what is inside of what (SETTLED D9). */
const INTO = '!/';

/** `SRV-02.zip!/C/Windows/x.evtx`: the file, then the path inside it, and so on for an archive inside an archive. */
export function placeName({ file, container = [] }: Pick<Evidence, 'file' | 'container'>): string {
  return [file, ...container].join(INTO);
}

/** The path inside an input, as `--member` takes it. */
export function memberName(container: readonly string[]): string {
  return container.join(INTO);
}

/** Bytes as PRODUCT 6.4 writes an offset: `0x19c1000`. */
export function hex(offset: number): string {
  return `0x${offset.toString(16)}`;
}

/** The command that shows a cited record again (SETTLED A32), or undefined where the evidence has no address. */
export function dumpCommand(evidence: Evidence): string | undefined {
  if (evidence.repository !== undefined) return repositoryCommand(evidence, evidence.repository.generation);
  // An audit is a document, not a log.
  if (evidence.audit !== undefined) return undefined;
  const at =
    evidence.offset !== undefined
      ? `--offset ${hex(evidence.offset)}`
      : evidence.recordId !== undefined
        ? `--record ${evidence.recordId}`
        : undefined;
  if (at === undefined) return undefined;
  const { container = [] } = evidence;
  const member = container.length === 0 ? '' : ` --member ${shellArgument(memberName(container))}`;
  return `triad dump ${shellArgument(evidence.file)}${member} ${at}`;
}

/** The command that shows the generation of a repository in which an object stands. */
function repositoryCommand({ file, container }: Evidence, generation: number | undefined): string {
  const place = container === undefined ? folderOf(file) : file;
  return `triad repo ${shellArgument(place)}${generation === undefined ? '' : ` --generation ${generation}`}`;
}

function folderOf(path: string): string {
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return slash < 0 ? '.' : path.slice(0, Math.max(slash, 1));
}

/** Event ids whose record holds the content of a subscription: Sysmon 20, WMI-Activity 5861 (DOMAIN 2.1). */
const CONTENT = new Set(['microsoft-windows-sysmon/operational 20', 'microsoft-windows-wmi-activity/operational 5861']);

/** The record to look at first: one that holds the content, else the first that has an address. */
export function tellingRecord(evidence: readonly Evidence[]): Evidence | undefined {
  const addressed = evidence.filter((item) => dumpCommand(item) !== undefined);
  return (
    addressed.find((item) => CONTENT.has(`${item.channel?.toLowerCase() ?? ''} ${item.eventId ?? ''}`)) ?? addressed[0]
  );
}
