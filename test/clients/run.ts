/**
 * `npm run test:clients`: official clients and shippers against a real `triad serve`. What cannot be installed is skipped with its
 * reason. Ends with `N passed, N failed`, and `, N skipped` where something was; exits 1 when anything failed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCurl } from './curl.ts';
import {
  checkClient,
  checkPressure,
  type ElasticClientProgram,
  javaScriptClient,
  pythonClient,
} from './elastic-clients.ts';
import { Evidence } from './evidence.ts';
import { type Installed, installJavaScript, installPython, installRsyslog } from './install.ts';
import { LiveServer } from './live-server.ts';
import { checkLogClients } from './log-clients.ts';
import { checkOutbox } from './outbox.ts';
import { checkRsyslog } from './rsyslog.ts';
import { checkSyslog } from './syslog.ts';
import { Tally } from './tally.ts';
import { checkTls } from './tls.ts';

const tally = new Tally();
const folder = mkdtempSync(join(tmpdir(), 'triad-clients-'));
try {
  await runAll();
} catch (cause) {
  // A server that does not start, or a bug of this run: the counts are printed nevertheless.
  await tally.check('the run goes through', () => Promise.reject(cause));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`\n${tally.line}\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function runAll(): Promise<void> {
  const [javaScript, python] = await Promise.all([installJavaScript(), installPython()]);
  const clients = elasticClients(javaScript, python);
  const folderOfLogClients = javaScript.kind === 'absent' ? undefined : javaScript.path;
  if (folderOfLogClients === undefined) tally.leaveOut('exporters of OpenTelemetry and splunk-logging', 'as above');
  else await checkOutbox(tally, folderOfLogClients);
  const events = join(folder, 'events');
  mkdirSync(events);
  const evidence = new Evidence(events);
  await withServer('plain', '', async (server) => {
    for (const client of clients) await checkClient(tally, client, server, evidence);
    await checkCurl(tally, server, evidence);
    if (folderOfLogClients !== undefined) await checkLogClients(tally, folderOfLogClients, server, evidence);
  });
  await withServer(
    'pressed',
    'limits: { bodiesBytes: 1 MiB, decodedBytes: 1 MiB, bodyBytes: 1 MiB }\n',
    async (server) => {
      for (const client of clients) await checkPressure(tally, client, server, evidence);
    },
  );
  await checkTls(tally, clients, evidence, join(folder, 'tls'), folderOfLogClients);
  const rsyslog = await installRsyslog();
  if (rsyslog.kind === 'absent') tally.leaveOut('rsyslog', rsyslog.reason);
  else {
    await checkRsyslog(tally, rsyslog.path, evidence, join(folder, 'rsyslog'));
    await checkSyslog(tally, rsyslog.path, evidence, join(folder, 'syslog'));
  }
}

function elasticClients(javaScript: Installed, python: Installed): readonly ElasticClientProgram[] {
  const clients: ElasticClientProgram[] = [];
  if (javaScript.kind === 'absent') tally.leaveOut('@elastic/elasticsearch 8 and 9', javaScript.reason);
  else clients.push(javaScriptClient(javaScript.path, 8), javaScriptClient(javaScript.path, 9));
  if (python.kind === 'absent') tally.leaveOut('elasticsearch for Python', python.reason);
  else clients.push(pythonClient(python.path));
  return clients;
}

/** A server for some checks; that it ends cleanly is one of them. A server that does not start fails the run. */
async function withServer(name: string, yaml: string, act: (server: LiveServer) => Promise<void>): Promise<void> {
  const server = await LiveServer.start(join(folder, name), yaml);
  let code: number | null = null;
  try {
    await act(server);
  } finally {
    code = await server.stop();
  }
  await tally.check(`the server (${name}) ends with 0`, async () => {
    if (code !== 0) throw new Error(`it ended with ${code}`);
  });
}
