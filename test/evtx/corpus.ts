import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The real captures beside the repository; tests that need them are skipped, with the reason, where they are absent. */
export const CORPUS: string = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'dev');

export const WITHOUT_CORPUS: string | false = existsSync(CORPUS) ? false : 'the corpus is not beside the repository';

/** Loose log files of the corpus, sorted. */
export function looseLogs(): string[] {
  return ['benign', 'malicious', 'negatives'].flatMap((folder) => {
    const path = join(CORPUS, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((name) => name.endsWith('.evtx'))
      .sort()
      .map((name) => join(path, name));
  });
}
