import { join } from 'node:path';
import { type NewKeyDocument, type SenderDocument, type SenderPage, shipperSettings } from '../api/index.ts';
import { ADDRESS, readIfThere } from '../serve/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { hostsOf, senderTable } from './sender-text.ts';
import { askServer } from './server-client.ts';
import { listQuery, shortTime, tellAnswer } from './server-rows.ts';
import { folderOf, settingsOf } from './server-settings.ts';

/** `triad sender add|list|revoke|hosts`: asks the running server. */
export async function runSender(invocation: Invocation, environment: Environment): Promise<number> {
  const id = invocation.operands[0] ?? '';
  switch (invocation.command.verb) {
    case 'sender add':
      return await add(invocation, environment, id);
    case 'sender list':
      return await tellAnswer(
        invocation,
        environment,
        () => askServer(invocation, environment, 'GET', `/v1/senders${listQuery(invocation)}`),
        (json) => senderTable(json as SenderPage),
      );
    case 'sender hosts':
      return await changeHosts(invocation, environment, id);
    default:
      return await tellAnswer(
        invocation,
        environment,
        () => askServer(invocation, environment, 'POST', `/v1/senders/${encodeURIComponent(id)}/revoke`),
        (json) => `Sender ${(json as SenderDocument).id} is revoked, with all of its keys.\n`,
      );
  }
}

async function add(invocation: Invocation, environment: Environment, id: string): Promise<number> {
  const hosts = invocation.flags.get('host');
  const name = flagValue(invocation, 'name');
  const note = flagValue(invocation, 'note');
  const body = {
    id,
    ...(name === undefined ? {} : { name }),
    ...(note === undefined ? {} : { note }),
    ...(hosts === undefined ? {} : { hosts }),
    ...(isGiven(invocation, 'relay') ? { isRelay: true } : {}),
  };
  const shipper = flagValue(invocation, 'print');
  const address = await addressFor(invocation, environment);
  return await tellAnswer(
    invocation,
    environment,
    () => askServer(invocation, environment, 'POST', '/v1/senders', body),
    (json) => {
      const key = json as NewKeyDocument;
      if (shipper !== undefined) {
        if (ANYWHERE.test(address)) environment.stderr.write(ONLY_HERE);
        return shipperSettings(shipper, address.replace(ANYWHERE, '//127.0.0.1:'), key);
      }
      const expires = shortTime(key.expires);
      return `Sender ${id} is added. Its key, which is shown this once and is good until ${expires} UTC:\n${key.secret}\n`;
    },
  );
}

async function changeHosts(invocation: Invocation, environment: Environment, id: string): Promise<number> {
  const add = invocation.flags.get('add');
  const remove = invocation.flags.get('remove');
  const body = {
    ...(add === undefined ? {} : { add }),
    ...(remove === undefined ? {} : { remove }),
    ...(isGiven(invocation, 'any') ? { any: true } : {}),
  };
  return await tellAnswer(
    invocation,
    environment,
    () => askServer(invocation, environment, 'POST', `/v1/senders/${encodeURIComponent(id)}/hosts`, body),
    (json) => `Sender ${id} may speak for ${hostsOf(json as SenderDocument)}, in what is read from now on.\n`,
  );
}

/** All addresses of this machine: where a server listens, and no place to send to. */
const ANYWHERE = /\/\/(?:0\.0\.0\.0|\[::\]):/;
const ONLY_HERE =
  'The server has no publicUrl, so it answers what is sent from this machine alone, and these settings lead there. Set publicUrl (--public-url) for other machines.\n';

/** Where a shipper reaches the server: by its public address where it has one, else by the one that it listens on. */
async function addressFor(invocation: Invocation, environment: Environment): Promise<string> {
  const configuration = await settingsOf(invocation, environment);
  const publicUrl = configuration.kind === 'settings' ? configuration.settings.publicUrl : undefined;
  return publicUrl ?? ((await readIfThere(join(folderOf(invocation, environment), ADDRESS))) ?? '').trim();
}
