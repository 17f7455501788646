import { baseName } from './path-text.ts';

/** What is needed whole and at random places, and so is kept and not read from front to back (SETTLED D9). */
export type KeptRole = 'repository' | 'audit' | 'mof';

/**
 * A file that stays readable until its run ends. `read` fills the whole of `into` from `position` on; fewer bytes come back
 * only at the end of the file. What the disk does not give is thrown, with Node's `code`.
 */
export interface KeptFile {
  readonly bytes: number;
  read(into: Uint8Array, position: number): number;
}

/** True for the start and name of an audit of live subscriptions: the room that reads audits decides. */
export type IsAudit = (head: Uint8Array, name: string) => boolean;

/** The files that a repository is made of; other names in its folder are none of its business (CIM 1). */
const REPOSITORY_NAME = /^(?:OBJECTS\.(?:DATA|MAP)|INDEX\.(?:BTR|MAP)|MAPPING\d\.MAP|MAPPING\.VER|CIM\.RE[CP])$/i;

/** True for the name of a file of a repository, in any case, without its folders. */
export function isRepositoryName(name: string): boolean {
  return REPOSITORY_NAME.test(name);
}

/** The role of a file that no mark at its start tells; undefined for what is read from front to back, or not at all. */
export function keptRoleOf(head: Uint8Array, path: string, isAudit?: IsAudit): KeptRole | undefined {
  const name = baseName(path);
  if (isRepositoryName(name)) return 'repository';
  if (/\.mof$/i.test(name)) return 'mof';
  return isAudit?.(head, name) === true ? 'audit' : undefined;
}
