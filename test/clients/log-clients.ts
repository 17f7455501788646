import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runProgram } from './child.ts';
import type { Evidence } from './evidence.ts';
import type { Counts, LiveServer } from './live-server.ts';
import type { LogOutcome, LogTask } from './log-task.ts';
import type { Tally } from './tally.ts';

/** Names for the tally. */
const NAMES: Readonly<Record<LogTask['client'], string>> = {
  'otlp-json': '@opentelemetry/exporter-logs-otlp-http',
  'otlp-protobuf': '@opentelemetry/exporter-logs-otlp-proto',
  splunk: 'splunk-logging',
};

const EVENTS = 2000;
const BATCH = 250;
const REQUESTS = EVENTS / BATCH;

interface Run {
  readonly outcome: LogOutcome;
  readonly counted: Pick<Counts, 'accepted' | 'read' | 'deadLetters' | 'again' | 'refusedKeys'>;
}

/** The clients of OTLP and HEC against a server; `certificate` is what they trust. */
export async function checkLogClients(
  tally: Tally,
  folder: string,
  server: LiveServer,
  evidence: Evidence,
  certificate?: string,
): Promise<void> {
  const how = certificate === undefined ? '' : ' over https';
  for (const client of ['otlp-json', 'otlp-protobuf', 'splunk'] as const) {
    const { secret } = await server.addSender(`log-${client}`);
    const run = async (asked: Partial<LogTask>): Promise<Run> => {
      const task = { client, url: server.url, secret, batch: BATCH, gzip: false, file: '', ...asked };
      const before = await server.counts();
      const trust = certificate === undefined ? {} : { variables: { NODE_EXTRA_CA_CERTS: certificate } };
      const program = [join(import.meta.dirname, 'log-client.ts'), folder];
      const { code, out, err } = await runProgram(process.execPath, program, { input: JSON.stringify(task), ...trust });
      assert.equal(code, 0, `the client ended with ${code}: ${err.slice(0, 2000)}`);
      return { outcome: JSON.parse(out) as LogOutcome, counted: less(await server.counts(), before) };
    };
    const name = NAMES[client];
    // The logger of Splunk packs nothing.
    for (const gzip of client === 'splunk' ? [false] : [false, true]) {
      const file = evidence.events(EVENTS);
      const form = `${gzip ? 'gzip' : 'plain'}${how}`;
      await tally.check(`${name}: ${EVENTS} events (${form}) are each counted once`, async () => {
        const { outcome, counted } = await run({ file, gzip });
        assert.deepEqual(outcome, { well: REQUESTS, errors: [] });
        assert.deepEqual(counted, { accepted: EVENTS, read: EVENTS, deadLetters: 0, again: 0, refusedKeys: 0 });
      });
      await tally.check(`${name}: the same again (${form}) adds nothing`, async () => {
        const { outcome, counted } = await run({ file, gzip });
        assert.deepEqual(outcome, { well: REQUESTS, errors: [] });
        assert.deepEqual(counted, { accepted: 0, read: 0, deadLetters: 0, again: REQUESTS, refusedKeys: 0 });
      });
    }
    await tally.check(`${name}: a wrong key${how} is told, and nothing is taken`, async () => {
      const wrong = `${secret.slice(0, -10)}${'0'.repeat(10)}`;
      const { outcome, counted } = await run({ secret: wrong, file: evidence.events(10) });
      assert.equal(outcome.well, 0);
      assert.match(outcome.errors[0] ?? '', client === 'splunk' ? /^4 Invalid token/ : /^401/);
      assert.deepEqual([counted.accepted, counted.refusedKeys > 0], [0, true]);
    });
    await tally.check(`${name}: a line that is no event${how} is a dead letter`, async () => {
      const { outcome, counted } = await run({ file: evidence.around('just words') });
      assert.deepEqual(outcome, { well: 1, errors: [] });
      assert.deepEqual([counted.accepted, counted.read, counted.deadLetters], [3, 2, 1]);
    });
    await tally.check(`${name}: an event of more than 1 MiB${how} is told, and the others are kept`, async () => {
      const { outcome, counted } = await run({ file: evidence.around(evidence.tooLarge()) });
      // A partial success is a success to the exporters; HEC names the event.
      if (client === 'splunk') assert.match(outcome.errors[0] ?? '', /^6 Invalid data format/);
      else assert.deepEqual(outcome, { well: 1, errors: [] });
      assert.deepEqual([counted.accepted, counted.read], [2, 2]);
    });
  }
}

function less(after: Counts, before: Counts): Run['counted'] {
  return {
    accepted: after.accepted - before.accepted,
    read: after.read - before.read,
    deadLetters: after.deadLetters - before.deadLetters,
    again: after.again - before.again,
    refusedKeys: after.refusedKeys - before.refusedKeys,
  };
}
