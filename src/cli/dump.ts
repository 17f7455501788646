import { tmpdir } from 'node:os';
import { type DumpFilter, dump, nodeFilePort } from '../hunt/index.ts';
import { placeName, plural } from '../report/index.ts';
import type { RecordId } from '../windows/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { commonFlags, pathProblems, talkOf } from './common.ts';
import type { Environment } from './environment.ts';
import { evidenceProblems } from './evidence-outputs.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';
import { textFlags } from './text-flags.ts';

/** Messages of one code that are told; the rest is a count. */
const TOLD = 3;

/** `triad dump PATH...` */
export async function runDump(invocation: Invocation, environment: Environment): Promise<number> {
  const { filter, problems } = readFilter(invocation, environment.wallMs());
  const texts = await textFlags(invocation);
  problems.push(...texts.problems);
  const output = flagValue(invocation, 'output') ?? '-';
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) problems.push(wrongOutput);
  if (problems.length > 0) return refuse(environment, problems);
  const port = nodeFilePort(process.cwd());
  const overwritten = await evidenceProblems([['output', output]], invocation.operands, port);
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const format = flagValue(invocation, 'format') === 'xml' ? 'xml' : 'jsonl';
  const talk = talkOf(invocation, environment);
  const interrupt = listenForInterrupt(() => talk.line('stopping  what was printed so far stays'));
  const sink = openSink(output, environment.stdout);
  interrupt.onSecond(() => sink.discard());
  let isBegun = false;
  const begin = async (): Promise<void> => {
    if (isBegun || format !== 'xml') return;
    isBegun = true;
    await sink.write('<?xml version="1.0" encoding="UTF-8"?>\n<Events>\n');
  };
  try {
    const outcome = await dump({
      paths: invocation.operands,
      port,
      filter,
      format,
      carve: !isGiven(invocation, 'no-carve'),
      ...(texts.maps.length === 0 ? {} : { maps: texts.maps }),
      ...(texts.assumedZone === undefined ? {} : { assumedZone: texts.assumedZone }),
      ...(texts.passwords.length === 0 ? {} : { passwords: texts.passwords }),
      temporaryFolder: tmpdir(),
      signal: interrupt.signal,
      write: async (text) => {
        await begin();
        await sink.write(text);
      },
      isWanted: () => sink.isOpen,
      onTemporaryFolder: (folder) => interrupt.addFolder(folder),
    });
    if (outcome.kind !== 'done') {
      sink.discard();
      if (outcome.kind === 'problems') return refuse(environment, pathProblems(outcome.problems));
      talk.say('error', {
        code: 'TRIAD-E-IO-NOTHING-READ',
        place: invocation.operands.join(', '),
        message: 'No event log was found, so nothing was printed.',
        action: 'Name .evtx files, or a folder or archive that holds some.',
      });
      return 3;
    }
    if (outcome.printed === 0 && isOneAddress(filter) && interrupt.code === undefined) {
      sink.discard();
      return refuse(environment, [
        {
          code: 'TRIAD-E-ARG-NO-RECORD',
          place:
            filter.offset === undefined ? `--record ${filter.recordId}` : `--offset 0x${filter.offset.toString(16)}`,
          message: 'No record of these inputs is there.',
          action: 'Copy the line "again" of a card, or look for it by --event-id and --from.',
        },
      ]);
    }
    await begin();
    if (format === 'xml') await sink.write('</Events>\n');
    await sink.commit();
    const told = new Map<string, number>();
    for (const anomaly of outcome.anomalies) {
      const count = (told.get(anomaly.code) ?? 0) + 1;
      told.set(anomaly.code, count);
      if (isGiven(invocation, 'quiet') || count > TOLD) continue;
      const place = placeName(anomaly);
      const at = anomaly.offset === undefined ? '' : `, 0x${anomaly.offset.toString(16)}`;
      talk.say(anomaly.level, { code: anomaly.code, place: place + at, message: anomaly.message, action: '' });
    }
    for (const [code, count] of told) if (count > TOLD) talk.line(`and ${count - TOLD} more of ${code}`);
    talk.line(
      `${plural(outcome.printed, 'record')} printed, ${outcome.skippedByFilter} left out by the filter, ${outcome.rejected} unreadable`,
    );
    return interrupt.code ?? 0;
  } finally {
    interrupt.release();
  }
}

/** True when one record was asked for by its address, so that none is a mistake and no answer (PRODUCT 5). */
function isOneAddress(filter: DumpFilter): boolean {
  return filter.recordId !== undefined || filter.offset !== undefined;
}

function readFilter(invocation: Invocation, runStartMs: number): { filter: DumpFilter; problems: UsageProblem[] } {
  const { from, to, problems: found } = commonFlags(invocation, runStartMs);
  const problems = [...found];
  const number = (flag: string, text: string): number | undefined => {
    const value = /^(?:\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value)) return value;
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: `--${flag}`,
      message: `"${text}" is no number.`,
      action: 'Write digits, or 0x and hex digits.',
    });
    return undefined;
  };
  const ids = (invocation.flags.get('event-id') ?? [])
    .flatMap((text) => text.split(','))
    .map((text) => number('event-id', text.trim()));
  const offsetText = flagValue(invocation, 'offset');
  const offset = offsetText === undefined ? undefined : number('offset', offsetText);
  const recordText = flagValue(invocation, 'record');
  const recordId: RecordId | undefined =
    recordText === undefined
      ? undefined
      : /^\d{17,20}$/.test(recordText)
        ? BigInt(recordText).toString()
        : number('record', recordText);
  const member = flagValue(invocation, 'member');
  const filter: DumpFilter = {
    channels: new Set((invocation.flags.get('channel') ?? []).flatMap(channelNames)),
    eventIds: new Set(ids.filter((id) => id !== undefined)),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(recordId === undefined ? {} : { recordId }),
    ...(offset === undefined ? {} : { offset }),
    ...(member === undefined ? {} : { member }),
  };
  return { filter, problems };
}

/** A channel by its whole name, or by the short one that the other verbs print: Sysmon, WMI-Activity, PowerShell. */
function channelNames(text: string): readonly string[] {
  const name = text.toLowerCase();
  return name.includes('/') ? [name] : [name, `microsoft-windows-${name}/operational`];
}
