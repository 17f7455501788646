import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome, RefusalCode, State } from '../state/index.ts';
import { ADDRESS, ADMIN_PASSWORD, FIRST_KEY, LOCAL_TOKEN, writePrivate } from './data-folder.ts';
import { makeFirstKey } from './first-key.ts';
import type { Log } from './log.ts';
import { makeFirstAdmin } from './people/first-admin.ts';
import type { PasswordHasher } from './people/password-hasher.ts';
import type { FirstSecret, ServeRequest } from './serve-request.ts';

export interface SecretParts {
  readonly state: Pick<State, 'call'>;
  readonly log: Log;
  readonly request: Pick<ServeRequest, 'folder' | 'nowMs' | 'random' | 'settings' | 'makesAdmin' | 'showSecret'>;
  readonly hasher: Pick<PasswordHasher, 'make'>;
  /** The token of this machine, and where the server listens. */
  readonly token: string;
  readonly url: string;
}

/**
 * Makes what a new store begins with, and writes what verbs of this machine find the server by; gives why it cannot, in sentences. The account comes before
 * anybody finds the address: to hash a password takes a third of a second.
 */
export async function keepSecrets(parts: SecretParts): Promise<string | undefined> {
  const { state, request, hasher, token, url } = parts;
  const { folder, nowMs, random, settings, makesAdmin = false } = request;
  const account = makesAdmin
    ? await made(parts, ACCOUNT, (keep) => makeFirstAdmin(state, { hasher, nowMs, random, keep }))
    : NOTHING;
  if (account.problem !== undefined) return account.problem;
  const lifetimeMs = settings.keys.lifetime;
  const problem =
    (await problemOf('The token of this machine cannot be written', async () => {
      await writePrivate(join(folder, LOCAL_TOKEN), `${token}\n`);
      await writePrivate(join(folder, ADDRESS), `${url}\n`);
    })) ?? (await made(parts, KEY, (keep) => makeFirstKey(state, { nowMs, random, lifetimeMs, keep }))).problem;
  return problem === undefined || !account.isForTerminal ? problem : `${problem} ${UNSHOWN}`;
}

/** A terminal shows secrets once the server runs. */
const UNSHOWN =
  'The account admin is there, and its password was shown nowhere: once the server runs, triad user reset admin gives it another.';

interface Made {
  readonly problem: string | undefined;
  /** The secret lies in no file. */
  readonly isForTerminal: boolean;
}

const NOTHING: Made = { problem: undefined, isForTerminal: false };

interface First {
  readonly secret: FirstSecret;
  readonly file: string;
  readonly what: string;
  /** How to get another, where nobody saw this one. */
  readonly again: string;
}

const ACCOUNT: First = {
  secret: 'admin password',
  file: ADMIN_PASSWORD,
  what: 'The account admin',
  again: 'triad user reset admin gives it another password',
};
const KEY: First = {
  secret: 'first key',
  file: FIRST_KEY,
  what: 'The first key',
  again: 'triad key add --sender first makes another',
};

/** Refusals after which the change may stand in the store all the same. */
const UNKNOWN: ReadonlySet<string> = new Set<RefusalCode>(['io', 'died']);

/** Makes one of them. A secret that the store does not know in the end is left nowhere: it would open nothing. Where that is not known, it stays. */
async function made(
  { log, request }: SecretParts,
  { secret, file, what, again }: First,
  make: (keep: (text: string) => Promise<void>) => Promise<Outcome<boolean>>,
): Promise<Made> {
  const path = join(request.folder, file);
  const places = new Set<'terminal' | 'file'>();
  let isUnknown = false;
  const problem = await problemOf(`${what} cannot be made`, async () => {
    const outcome = await make(async (text) => {
      // Without a terminal it goes to a file for this user alone.
      places.add(request.showSecret(secret, text) ? 'terminal' : 'file');
      if (places.has('file')) await writePrivate(path, `${text}\n`);
    });
    if (outcome.kind === 'refused') {
      isUnknown = UNKNOWN.has(outcome.code);
      throw new Error(outcome.message);
    }
    if (places.has('file')) log.info(`${secret} written`, { path });
  });
  const isForTerminal = places.has('terminal');
  if (problem === undefined) return { problem, isForTerminal };
  if (isUnknown && places.has('file'))
    return { problem: `${problem} It may be made all the same, by what stands in ${path}.`, isForTerminal: false };
  if (isUnknown && isForTerminal)
    return { problem: `${problem} It may be made all the same: ${again}.`, isForTerminal };
  if (!places.has('file')) return { problem, isForTerminal };
  const left = await problemOf(`${path} is worth nothing, and stays`, () => rm(path, { force: true }));
  return { problem: left === undefined ? problem : `${problem} ${left}`, isForTerminal: false };
}

/** Does something of a start; gives why it failed, in a sentence. */
async function problemOf(what: string, work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return `${what}: ${why.replace(/\.$/, '')}.`;
  }
}
