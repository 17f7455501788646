import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateMember, zipMembers } from '../../bench/zip-members.ts';
import type { RuleSource } from '../../src/sigma/index.ts';

const ARCHIVE = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'sigmahq', 'rules_all.zip');

/** False when SigmaHQ's rules are beside the checkout; they are never part of it. */
export const skip: string | false = existsSync(ARCHIVE) ? false : 'the corpus is not beside the repository';

/** Rules of SigmaHQ's live folders (`rules*`), or of one folder. */
export function corpusRules(folder: RegExp = /^rules/): readonly RuleSource[] {
  return zipMembers(readFileSync(ARCHIVE))
    .filter(({ name }) => folder.test(name) && /\.ya?ml$/.test(name))
    .map((member) => ({ file: member.name, text: inflateMember(member).toString('utf8') }));
}
