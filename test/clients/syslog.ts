import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../serve/running-server.ts';
import { endChild } from './child.ts';
import type { Evidence } from './evidence.ts';
import { installSyslogNg } from './install.ts';
import { LiveServer } from './live-server.ts';
import type { Tally } from './tally.ts';
import { selfSigned, tlsSettings } from './tls.ts';

const EVENTS = 2000;
/** Ports of loopback that nothing else of these tests uses. */
const PORT = 55_514;

interface Setup {
  /** Settings of the server for syslog, and what its certificate is. */
  readonly yaml: string;
  readonly certificate?: string;
  /** Configuration of the client that reads `input` and sends to the port. */
  config(input: string): string;
}

type Program = (folder: string, config: string) => ChildProcess;

/** omfwd of rsyslog with both framings and over TLS, and syslog-ng where it can be had: each line once, and nothing lost at a clean end. */
export async function checkSyslog(tally: Tally, program: string, evidence: Evidence, folder: string): Promise<void> {
  const rsyslog: Program = (at, config) => {
    writeFileSync(join(at, 'rsyslog.conf'), config);
    return spawn(program, ['-n', '-f', join(at, 'rsyslog.conf'), '-i', join(at, 'pid')], { stdio: 'ignore' });
  };
  const plain = `syslog: { listen: "127.0.0.1:${PORT}" }\n`;
  const spool = join(folder, 'spool');
  mkdirSync(spool, { recursive: true });
  for (const framing of ['traditional', 'octet-counted']) {
    const setup = { yaml: plain, config: (input: string) => omfwd(spool, input, `TCP_Framing="${framing}"`) };
    await tally.check(`rsyslog omfwd, ${framing}: ${EVENTS} lines are each counted once`, async () => {
      await sendAll(rsyslog, setup, evidence, join(folder, framing));
    });
  }
  const files = await selfSigned(join(folder, 'certificate'));
  if (files === undefined) tally.leaveOut('rsyslog omfwd over TLS', 'openssl could not make a certificate');
  else {
    const tls = `StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/certvalid" TCP_Framing="octet-counted"`;
    const setup = {
      yaml: `${tlsSettings(files)}syslog: { listenTls: "127.0.0.1:${PORT}" }\n`,
      certificate: files.certificate,
      config: (input: string) => omfwd(spool, input, tls, ` defaultNetstreamDriverCAFile="${files.certificate}"`),
    };
    await tally.check(`rsyslog omfwd over TLS: ${EVENTS} lines are each counted once`, async () => {
      await sendAll(rsyslog, setup, evidence, join(folder, 'tls'));
    });
  }
  const syslogNg = await installSyslogNg();
  if (syslogNg.kind === 'absent') {
    tally.leaveOut('syslog-ng', syslogNg.reason);
    return;
  }
  await tally.check(`syslog-ng: ${EVENTS} lines are each counted once`, async () => {
    const start: Program = (at, config) => {
      writeFileSync(join(at, 'syslog-ng.conf'), config);
      const files = [
        '-f',
        join(at, 'syslog-ng.conf'),
        '-R',
        join(at, 'state'),
        '-c',
        join(at, 'ctl'),
        '-p',
        join(at, 'pid'),
      ];
      return spawn(syslogNg.path, ['-F', '--no-caps', ...files], { stdio: 'ignore' });
    };
    await sendAll(start, { yaml: plain, config: syslogNgConfig }, evidence, join(folder, 'syslog-ng'));
  });
}

async function sendAll(
  start: Program,
  { yaml, certificate, config }: Setup,
  evidence: Evidence,
  folder: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const server = await LiveServer.start(join(folder, 'server'), yaml, certificate);
  try {
    const input = join(folder, 'events.json');
    writeFileSync(input, readFileSync(evidence.events(EVENTS)));
    const client = start(folder, config(input));
    try {
      await until(async () => (await server.counts()).accepted >= EVENTS, 'every line is taken');
    } finally {
      await endChild(client);
    }
    const { accepted, read, deadLetters } = await server.counts();
    assert.deepEqual([accepted, read, deadLetters], [EVENTS, EVENTS, 0]);
  } finally {
    await server.stop();
  }
}

function omfwd(spool: string, input: string, settings: string, globals = ''): string {
  return [
    `global(workDirectory="${spool}" maxMessageSize="1m"${globals})`,
    'module(load="imfile" pollingInterval="1")',
    'template(name="triad" type="string" string="<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% %APP-NAME% - - - %msg%")',
    'ruleset(name="triad") {',
    `  action(type="omfwd" target="127.0.0.1" port="${PORT}" protocol="tcp" template="triad" ${settings}`,
    '         action.resumeRetryCount="-1" action.resumeInterval="1")',
    '}',
    `input(type="imfile" file="${input}" tag="windows" ruleset="triad" persistStateInterval="0")`,
    '',
  ].join('\n');
}

/** RFC 5424 with octet counting. */
function syslogNgConfig(input: string): string {
  return [
    '@version: 3.38',
    'options { log-msg-size(1048576); };',
    `source s { file("${input}" follow-freq(1) flags(no-parse)); };`,
    `destination d { syslog("127.0.0.1" port(${PORT}) transport("tcp")); };`,
    'log { source(s); destination(d); };',
    '',
  ].join('\n');
}
