import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './child.ts';
import { ClientOnServer, type ElasticClientProgram, greets } from './elastic-clients.ts';
import type { Evidence } from './evidence.ts';
import { LiveServer } from './live-server.ts';
import { checkLogClients } from './log-clients.ts';
import type { Tally } from './tally.ts';

const EVENTS = 500;

/** Node makes no certificates: where there is no openssl that does, nothing over TLS is tried, and this is why; false where there is. */
export const NO_OPENSSL: string | false =
  spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl that makes a certificate';

/** A certificate for loopback that signs itself, PEM files; undefined where there is no openssl. */
export async function selfSigned(
  folder: string,
): Promise<{ readonly certificate: string; readonly key: string } | undefined> {
  mkdirSync(folder, { recursive: true });
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  const asked = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const { code } = await runProgram('openssl', [...asked, ...names, '-keyout', key, '-out', certificate]);
  return code === 0 ? { certificate, key } : undefined;
}

export function tlsSettings({ certificate, key }: { readonly certificate: string; readonly key: string }): string {
  return `tls: { certificate: ${JSON.stringify(certificate)}, key: ${JSON.stringify(key)} }\n`;
}

/** Every client over https, those of JavaScript in `javaScript`, with a certificate that it was told to trust, and without having been told. */
export async function checkTls(
  tally: Tally,
  clients: readonly ElasticClientProgram[],
  evidence: Evidence,
  folder: string,
  javaScript: string | undefined,
): Promise<void> {
  if (clients.length === 0 && javaScript === undefined) return;
  const files = await selfSigned(folder);
  if (files === undefined) {
    tally.leaveOut('https', 'openssl could not make a certificate');
    return;
  }
  const server = await LiveServer.start(join(folder, 'server'), tlsSettings(files), files.certificate);
  try {
    for (const client of clients) {
      const sender = await server.addSender(`tls-${client.short}`);
      const on = new ClientOnServer(client, server, sender, files.certificate);
      await tally.check(`${client.name}: greets over https`, () => greets(on));
      await tally.check(`${client.name}: ${EVENTS} events over https are each counted once`, async () => {
        const { outcome, counted } = await on.run({ gzip: true, ids: true, file: evidence.events(EVENTS) });
        assert.deepEqual(outcome, { kind: 'sent', successful: EVENTS, statuses: [] });
        assert.deepEqual([counted.accepted, counted.read], [EVENTS, EVENTS]);
      });
    }
    if (javaScript !== undefined) await checkLogClients(tally, javaScript, server, evidence, files.certificate);
  } finally {
    await server.stop();
  }
}
