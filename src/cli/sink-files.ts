import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings, SinkSettings } from '../config/index.ts';
import type { SinkRule } from '../outbox/index.ts';
import { isOpenPlain, MOST_SIGNING_KEYS, readSigningKey, type Sink } from '../sinks/index.ts';
import type { UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';

type Read = { readonly text: string } | { readonly problem: UsageProblem };

const CODE = 'TRIAD-E-SERVE-SINK';
const CREDENTIALS = '$CREDENTIALS_DIRECTORY/';

/** The sinks of the settings with what their secrets say. What is wrong names the place, never what stands there. */
export async function sinksOf(
  { sinks }: Settings,
  variables: Environment['variables'],
): Promise<{ readonly sinks: readonly Sink[] } | { readonly problems: readonly UsageProblem[] }> {
  const problems: UsageProblem[] = [];
  const ready: Sink[] = [];
  for (const [name, settings] of Object.entries(sinks)) {
    const read = async (setting: 'url' | 'secret' | 'authority', text: string): Promise<string | undefined> => {
      const found = await readReference({ text, place: `sinks.${name}.${setting}`, variables });
      if ('text' in found) return found.text;
      problems.push(found.problem);
      return undefined;
    };
    const { kind, url, secret, authority } = settings;
    if (kind === undefined) continue;
    const sink = sinkOf(
      name,
      { ...settings, kind },
      {
        url: url === undefined ? undefined : await read('url', url),
        secret: secret === undefined ? undefined : await read('secret', secret),
        authority: authority === undefined ? undefined : await read('authority', `file:${authority}`),
      },
    );
    problems.push(...problemsOf(name, sink), ...keyProblemsOf(name, sink, secret));
    ready.push(sink);
  }
  return problems.length > 0 ? { problems } : { sinks: ready };
}

interface Secrets {
  readonly url: string | undefined;
  readonly secret: string | undefined;
  readonly authority: string | undefined;
}

function sinkOf(
  name: string,
  settings: SinkSettings & { readonly kind: Sink['kind'] },
  { url, secret, authority }: Secrets,
): Sink {
  const { kind, address, tls, format, index, gzip, allow, timeout, perMinute, level, scope, hosts, tells } = settings;
  return {
    // The settings have taken no other words.
    rule: { name, level, scope: scope as SinkRule['scope'], hosts, tells: tells as SinkRule['tells'] },
    kind,
    url,
    address,
    isTls: tls,
    secrets:
      kind === 'webhook'
        ? (secret ?? '').split(/\s+/).filter((word) => word !== '')
        : secret === undefined
          ? []
          : [secret],
    format,
    index,
    isPacked: gzip,
    allow,
    authority,
    timeoutMs: timeout,
    perMinute,
  };
}

function problemsOf(name: string, { kind, url, address, isTls, secrets, allow }: Sink): readonly UsageProblem[] {
  const problems: UsageProblem[] = [];
  const wrong = (setting: string, message: string, action: string): void => {
    problems.push({ code: CODE, place: `sinks.${name}.${setting}`, message, action });
  };
  if (url !== undefined && !isTarget(url, allow)) {
    wrong(
      'url',
      'What stands there is no address that messages can be posted to.',
      'An https address; http only to what allow names.',
    );
  }
  if (address !== undefined && !isTls && !isOpenPlain(address.host, allow)) {
    wrong('address', 'Without TLS nothing is sent there.', 'Use TLS, or name the address in allow.');
  }
  if (
    kind !== 'webhook' &&
    secrets.some((secret) => !/^[\x21-\x7e]+(?: [\x21-\x7e]+)?$/.test(secret) || secret.length > 4096)
  ) {
    wrong('secret', 'What stands there cannot be sent in a header.', 'One line of printable characters.');
  }
  return problems;
}

/** Keys of a webhook that are none: which of those that stand there, and why, without a character of it. */
function keyProblemsOf(name: string, { kind, secrets }: Sink, reference: string | undefined): readonly UsageProblem[] {
  if (kind !== 'webhook' || reference === undefined) return [];
  const place = `sinks.${name}.secret`;
  // So many are told by their number alone: a file that is no list of keys would be a problem a word.
  if (secrets.length > MOST_SIGNING_KEYS) {
    const message = `In ${placeOfKeys(reference)} stand ${secrets.length} keys; a webhook has at most ${MOST_SIGNING_KEYS}, for each signs each message.`;
    return [{ code: CODE, place, message, action: 'Keep those that receivers know.' }];
  }
  return secrets.flatMap((secret, at) => {
    const key = readSigningKey(secret);
    if (!('why' in key)) return [];
    const message = `Key ${at + 1} of ${secrets.length} in ${placeOfKeys(reference)} is no signing key: ${key.why}.`;
    return [{ code: CODE, place, message, action: KEY_FORMS }];
  });
}

const KEY_FORMS =
  'whsec_ and the base64 of 24 to 64 random bytes, or whsk_ and that of an Ed25519 key (docs/outbox.md); while one is replaced the new one and the old one.';

function placeOfKeys(reference: string): string {
  return reference.startsWith('env:') ? `the variable ${reference.slice(4)}` : reference.slice('file:'.length);
}

function isTarget(text: string, allow: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hostname } = new URL(text);
  const isOpen = protocol === 'https:' || (protocol === 'http:' && isOpenPlain(hostname, allow));
  return isOpen && username === '' && password === '';
}

/** What a reference leads to, without space around it; a text that is none stands for itself. */
async function readReference({
  text,
  place,
  variables,
}: {
  readonly text: string;
  readonly place: string;
  readonly variables: Environment['variables'];
}): Promise<Read> {
  const problem = (message: string, action: string): Read => ({ problem: { code: CODE, place, message, action } });
  if (text.startsWith('env:')) {
    const found = variables[text.slice(4)]?.trim() ?? '';
    return found === '' ? problem(`The variable ${text.slice(4)} is empty or not set.`, 'Set it.') : { text: found };
  }
  if (!text.startsWith('file:')) return { text };
  const named = text.slice(5);
  const folder = variables['CREDENTIALS_DIRECTORY'];
  const path =
    named.startsWith(CREDENTIALS) && folder !== undefined ? join(folder, named.slice(CREDENTIALS.length)) : named;
  try {
    const found = (await readFile(path, 'utf8')).trim();
    return found === '' ? problem(`${path} is empty.`, 'Put the secret into it.') : { text: found };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return problem(message, 'Name a file that can be read.');
  }
}
