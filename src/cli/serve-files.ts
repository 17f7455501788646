import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Settings } from '../config/index.ts';
import type { Reload } from '../serve/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import { bundledRules } from './bundled-rules.ts';
import type { Environment } from './environment.ts';
import { ruleFlagsOf } from './rule-flags.ts';

/** What the settings name and what is read again at a reload. */
export async function loadServeFiles(
  settings: Settings,
  invocation: Invocation,
  environment: Environment,
): Promise<Reload | { readonly problems: readonly UsageProblem[] }> {
  const tls = await tlsOf(settings);
  const { rules: paths, defaultRules } = settings.detection;
  const named = { ...invocation, flags: new Map(paths.length === 0 ? [] : [['rules', paths]]) };
  const ruled = await ruleFlagsOf(named, environment);
  const problems = [...(tls !== undefined && 'problems' in tls ? tls.problems : []), ...ruled.problems];
  if (problems.length > 0 || (tls !== undefined && 'problems' in tls)) return { problems };
  return { tls, rules: ruled.rules, pack: defaultRules ? (await bundledRules()).rules : undefined };
}

async function tlsOf(
  settings: Settings,
): Promise<{ certificate: string; key: string } | { problems: readonly UsageProblem[] } | undefined> {
  const { certificate, key } = settings.tls;
  if (certificate === undefined || key === undefined) return undefined;
  const problems: UsageProblem[] = [];
  const read = async (path: string): Promise<string> => {
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      problems.push({ code: 'TRIAD-E-SERVE-TLS', place: path, message, action: 'Name a PEM file that can be read.' });
      return '';
    }
  };
  const texts = { certificate: await read(certificate), key: await read(key) };
  if (problems.length > 0) return { problems };
  try {
    createSecureContext({ cert: texts.certificate, key: texts.key });
    return texts;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const action = 'Name a certificate and the key that belongs to it, both PEM and whole.';
    return { problems: [{ code: 'TRIAD-E-SERVE-TLS', place: certificate, message, action }] };
  }
}
