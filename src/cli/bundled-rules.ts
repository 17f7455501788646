import { fileURLToPath } from 'node:url';
import { type BundledRules, nodeFilePort } from '../hunt/index.ts';
import { loadRuleSources } from '../rules/index.ts';
import { digestOf } from './rule-flags.ts';

/** What the pack is called in a result. */
const BUNDLE = 'triad';

/**
 * The rules that come with the program, named as they lie in it (`rules/NAME.yml`).
 * @throws where they are not there: a program without them is not whole.
 */
export async function bundledRules(): Promise<BundledRules> {
  const folder = fileURLToPath(new URL('../../rules', import.meta.url));
  const { sources, problems } = await loadRuleSources([folder], nodeFilePort(folder));
  const [problem] = problems;
  if (problem !== undefined) throw new Error(`the rules of this program cannot be read: ${problem.message}`);
  const named = sources.map(({ file, text }) => ({ file: file.replace(/^.*[\\/](?=[^\\/]+$)/, 'rules/'), text }));
  return {
    rules: { sources: named, options: {}, selection: {}, licenses: new Map() },
    stated: { bundle: BUNDLE, count: named.length, sha256: digestOf(named) },
  };
}
