import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BundledRules, nodeFilePort } from '../hunt/index.ts';
import { digestOfTexts, type RuleGroup, readCompiledRules } from '../intake/index.ts';
import { loadRuleSources } from '../rules/index.ts';

/** What the pack is called in a result. */
const BUNDLE = 'triad';

/**
 * The rules that come with the program, named as they lie in it (`rules/NAME.yml`): compiled in a release, by their texts in a
 * checkout.
 * @throws where they are not there, or not those of this program: it is not whole then.
 */
export async function bundledRules(): Promise<BundledRules> {
  // The compiler rewrites import specifiers only, so the extension is taken from the running file.
  return import.meta.url.endsWith('.js') ? await releasedRules() : await checkedOutRules();
}

async function releasedRules(): Promise<BundledRules> {
  const reading = readCompiledRules(await readFile(new URL('../rules.pack', import.meta.url)), { isOwn: true });
  if (reading.kind === 'trouble') throw new Error(`the rules of this program cannot be read: ${reading.message}`);
  const { compiling, from } = reading.rules;
  return bundle({ kind: 'compiled', compiling }, from.files, from.sha256);
}

async function checkedOutRules(): Promise<BundledRules> {
  const folder = fileURLToPath(new URL('../../rules', import.meta.url));
  const { sources, problems } = await loadRuleSources([folder], nodeFilePort(folder));
  const [problem] = problems;
  if (problem !== undefined) throw new Error(`the rules of this program cannot be read: ${problem.message}`);
  const named = sources.map(({ file, text }) => ({ file: file.replace(/^.*[\\/](?=[^\\/]+$)/, 'rules/'), text }));
  return bundle({ kind: 'texts', sources: named, licenses: new Map() }, named.length, digestOfTexts(named));
}

function bundle(group: RuleGroup, count: number, sha256: string): BundledRules {
  return { rules: { groups: [group], selection: {} }, stated: { bundle: BUNDLE, count, sha256 } };
}
