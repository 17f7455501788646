import { Worker } from 'node:worker_threads';
import { type HandedRules, handRules } from './handed-rules.ts';
import { type LoadedRules, loadedRules } from './loaded-rules.ts';
import type { RuleSet } from './rule-set.ts';
import { type SharedRules, sharedRules } from './shared-rules.ts';

/** Rules in the two forms in which threads take them, what says which records match and all of it; and what there is to tell of them. */
export interface RulesForThreads {
  readonly shared: SharedRules;
  readonly handed: HandedRules;
  readonly loaded: LoadedRules;
}

/** Compiles them here: some seconds for all public rules by their texts. */
export function rulesForThreads(set: RuleSet): RulesForThreads {
  return { shared: sharedRules(set), handed: handRules(set), loaded: loadedRules(set) };
}

/**
 * The same, compiled in a thread of its own, so that whoever asks goes on with other work. Rules that were compiled before take a part of a second, and are
 * readied here: what they are made of does not travel.
 */
export function rulesFromThread(set: RuleSet): Promise<RulesForThreads> {
  if (!set.groups.every(({ kind }) => kind === 'texts')) return Promise.resolve(rulesForThreads(set));
  // The compiler rewrites import specifiers only, so the extension is taken from the running file.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./rules-worker.${extension}`, import.meta.url), {
    workerData: set,
    name: 'rules',
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that compiles rules ended with code ${code}`)));
  });
}
