import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import { startServer } from '../../src/serve/index.ts';
import { selfSigned } from '../clients/tls.ts';
import { root } from '../house/tree.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines, serveRequest, temporaryFolder, until, winlogbeat } from './running-server.ts';
import { incidentsOfHunt, toldByServer } from './told-incidents.ts';

const PIN = `{ subscription: ${'a'.repeat(64)}, hosts: ['*'], owner: al, reason: agent, created: 2026-01-01, review: 2027-06-01 }`;

test('rules are taken anew in the middle of a chain without losing anything', async (context) => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 10 });
  const lines = linesOf(events);
  const expected = incidentsOfHunt(
    await huntFolder(folderWith(context, [['sent.jsonl', Buffer.from(lines.join('\n'))]])),
  );
  const { rules: pack } = await bundledRules();
  const server = await runServer(context, { yaml: 'detection: { lateness: 24h, heldTime: 90d }', pack });
  const half = Math.floor(lines.length / 2);
  await sendLines(server, lines.slice(0, half));
  await server.server.reload({ rules: undefined, pack: undefined, tls: undefined });
  await sendLines(server, lines.slice(half));
  await server.server.finish();
  assert.deepEqual(await toldByServer(server), expected);
  await server.server.reload({ rules: undefined, pack, tls: undefined });
  assert.equal((await sendLines(server, [winlogbeat(1)])).status, 200);
  await server.server.finish();
  const { json } = await ask(server, 'GET', '/v1/health/detail');
  assert.equal((json as { status: string }).status, 'ok');
});

test('two reloads at once are made one after the other: the rules of the last one stay', async (context) => {
  const { rules: pack } = await bundledRules();
  const { events } = campaign(['a triad that fires and is removed'], { acts: 10 });
  const server = await runServer(context, { yaml: 'detection: { lateness: 24h, heldTime: 90d }', pack: undefined });
  // The first takes longer: rules are compiled for it.
  await Promise.all([
    server.server.reload({ rules: pack, pack: undefined, tls: undefined }),
    server.server.reload({ rules: undefined, pack, tls: undefined }),
  ]);
  await sendLines(server, linesOf(events));
  await server.server.finish();
  const { json } = await ask(server, 'GET', '/v1/rules?limit=1000');
  const { items: rows } = json as { readonly items: readonly { readonly origin: string }[] };
  assert.ok(rows.length > 0);
  assert.deepEqual([...new Set(rows.map(({ origin }) => origin))], ['pack']);
});

test('certificates are taken anew: who connects from then on sees the new one, and who is connected stays', async (context) => {
  const folder = temporaryFolder(context);
  const files = [await selfSigned(join(folder, 'one')), await selfSigned(join(folder, 'two'))];
  const [one, other] = files.map(
    (made) => made && { certificate: readFileSync(made.certificate, 'utf8'), key: readFileSync(made.key, 'utf8') },
  );
  // Node makes no certificates: without openssl there is nothing to connect with.
  if (!one || !other) return context.skip('there is no openssl that makes a certificate');
  const { passwordCost: _, ...request } = serveRequest(join(folder, 'data'), '', [], []);
  const started = await startServer({ ...request, pack: undefined, sinks: [], nowMs: () => Date.now(), tls: one });
  if (started.kind === 'refused') assert.fail(started.message);
  const { server } = started;
  context.after(() => server.stop());
  assert.match(server.url, /^https:/);
  const kept = await connected(server.url);
  assert.equal(kept.getPeerCertificate().fingerprint256, new X509Certificate(one.certificate).fingerprint256);
  await server.reload({ rules: undefined, pack: undefined, tls: other });
  const next = await connected(server.url);
  assert.equal(next.getPeerCertificate().fingerprint256, new X509Certificate(other.certificate).fingerprint256);
  kept.write('GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
  const answer = await new Promise<string>((resolve) => kept.once('data', (part: Buffer) => resolve(part.toString())));
  assert.match(answer, /^HTTP\/1\.1 200/);
  next.destroy();
});

/** A connection of its own, whoever the certificate is from. */
function connected(url: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(url);
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => resolve(socket));
    socket.once('error', reject);
  });
}

test('SIGHUP with broken settings is told, and everything stays; SIGTERM ends with 0', async (context) => {
  const folder = temporaryFolder(context);
  const program = join(root, 'bin', 'triad.js');
  const child = spawn(process.execPath, [program, 'serve', '--data', folder, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  context.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString();
  });
  await until(() => existsSync(join(folder, 'address')) && said.includes('"listening"'), 'it listens');
  const url = readFileSync(join(folder, 'address'), 'utf8').trim();
  const key = readFileSync(join(folder, 'first-key'), 'utf8').trim();
  writeFileSync(join(folder, 'triad.yaml'), 'syslog: { connections: 7 }\nread: { zone: UTC }\n');
  child.kill('SIGHUP');
  await until(
    () => said.includes('Changed, and not taken while the server runs: syslog.connections.'),
    'what counts from the next start is told',
  );
  writeFileSync(join(folder, 'triad.yaml'), 'lissen: x\n');
  child.kill('SIGHUP');
  await until(() => said.includes('There is no setting "lissen"'), 'the problem is told');
  assert.equal((await sendLines({ url, key }, [winlogbeat(1)])).status, 200);
  writeFileSync(join(folder, 'triad.yaml'), 'detection: { defaultRules: false }\n');
  child.kill('SIGHUP');
  await until(() => said.includes('"event":"reloaded","rules":false,"pack":false'), 'the rules are gone');
  writeFileSync(join(folder, 'pins.yaml'), 'version: 1\npins: [{ subscription: x }]\n');
  child.kill('SIGHUP');
  await until(() => /TRIAD-E-PIN {3}\S*pins\.yaml:2:/.test(said), 'a wrong pin is told, and the server goes on');
  writeFileSync(join(folder, 'pins.yaml'), `version: 1\npins: [${PIN}]\n`);
  child.kill('SIGHUP');
  await until(() => said.includes('"pins":1'), 'the pin is taken');
  assert.equal((await sendLines({ url, key }, [winlogbeat(2)])).status, 200);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  assert.match(said, /"event":"stopped"/);
});
