import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CaseEvent, eventOfCase } from '../../src/rules/index.ts';
import type { CompiledRule } from '../../src/sigma/index.ts';
import { EventMatcher, type Route, routesOf } from '../../src/taxonomy/index.ts';
import { type MadeRow, plainRows } from '../sigma-agreement/made-rows.ts';

/** An event that a rule of another tool fires on, made from the rule's own condition (SETTLED E14). */
export interface SolvedEvent {
  readonly ruleId: string;
  readonly event: CaseEvent;
}

/** Ways through a rule that are tried: its alternatives are many more. */
const WAYS = 24;
const WBEM = /^(?:wmic|wmiprvse|scrcons|mofcomp|wbemtest|unsecapp)\.exe$/i;

type Fields = readonly (readonly [name: string, value: string])[];

/** What a real event of each kind always has, of something that nobody would look at. Kinds that are not here are not made. */
const ORDINARY: ReadonlyMap<string, { readonly channel: string; readonly eventId: number; readonly data: Fields }> =
  new Map([
    [
      'process_creation/sysmon',
      {
        channel: 'Microsoft-Windows-Sysmon/Operational',
        eventId: 1,
        data: [
          ['RuleName', '-'],
          ['UtcTime', '2026-03-09 10:21:37.482'],
          ['ProcessGuid', '{6f1d2c8a-9c31-69ae-0011-00000000a100}'],
          ['ProcessId', '6204'],
          ['Image', 'C:\\Windows\\System32\\notepad.exe'],
          ['FileVersion', '10.0.19041.3636'],
          ['Description', '-'],
          ['Product', 'Microsoft® Windows® Operating System'],
          ['Company', 'Microsoft Corporation'],
          ['OriginalFileName', 'NOTEPAD.EXE'],
          ['CommandLine', 'notepad.exe'],
          ['CurrentDirectory', 'C:\\Users\\mlee\\'],
          ['User', 'CORP\\mlee'],
          ['LogonGuid', '{6f1d2c8a-8f02-69ae-f3a1-050000000000}'],
          ['LogonId', '0x5a1f3'],
          ['TerminalSessionId', '1'],
          ['IntegrityLevel', 'High'],
          ['Hashes', 'SHA256=5D1B7C2E60A8F3914E7D22B90C6F58A13B4E907D2C6A81F5E09B37D46C1F8A20'],
          ['ParentProcessGuid', '{6f1d2c8a-9c31-69ae-0010-00000000a100}'],
          ['ParentProcessId', '4880'],
          ['ParentImage', 'C:\\Windows\\System32\\cmd.exe'],
          ['ParentCommandLine', '"C:\\Windows\\system32\\cmd.exe"'],
          ['ParentUser', 'CORP\\mlee'],
        ],
      },
    ],
    [
      'file_event/sysmon',
      {
        channel: 'Microsoft-Windows-Sysmon/Operational',
        eventId: 11,
        data: [
          ['RuleName', '-'],
          ['UtcTime', '2026-03-09 10:21:37.482'],
          ['ProcessGuid', '{6f1d2c8a-9c31-69ae-0011-00000000a100}'],
          ['ProcessId', '6204'],
          ['Image', 'C:\\Windows\\System32\\notepad.exe'],
          ['TargetFilename', 'C:\\Users\\mlee\\Documents\\notes.txt'],
          ['CreationUtcTime', '2026-03-09 10:21:37.482'],
          ['User', 'CORP\\mlee'],
        ],
      },
    ],
    [
      'ps_script/powershell',
      {
        channel: 'Microsoft-Windows-PowerShell/Operational',
        eventId: 4104,
        data: [
          ['MessageNumber', '1'],
          ['MessageTotal', '1'],
          ['ScriptBlockText', 'Get-Date'],
          ['ScriptBlockId', '0a8d4f52-7f0c-4d0e-9c0a-2a3d3c1b7e55'],
          ['Path', ''],
        ],
      },
    ],
  ]);

/** Kinds whose events can be made, for the test that nothing of ours fires on them as they are. */
export const ORDINARY_EVENTS: readonly CaseEvent[] = [...ORDINARY.values()];

/** Events for each rule on the first of its log sources that can be made, each held against the rule itself. */
export function solvedEvents(rules: readonly CompiledRule[]): readonly SolvedEvent[] {
  const matcher = new EventMatcher({ rules: [...rules], correlations: [] });
  return rules.flatMap((rule) => {
    const routing = routesOf(rule.logsource);
    const route = 'refused' in routing ? undefined : routing.routes.find(({ id }) => ORDINARY.has(id));
    const ruleId = rule.metadata.id;
    if (route === undefined || ruleId === undefined) return [];
    return plainRows(rule, route, WAYS).flatMap((row) => {
      const event = eventOf(route, row);
      const isFired = matcher.match(eventOfCase(event, 1)).some((hit) => hit.rule === rule);
      return isFired ? [{ ruleId, event }] : [];
    });
  });
}

function eventOf(route: Route, { values }: MadeRow): CaseEvent {
  const ordinary = ORDINARY.get(route.id);
  if (ordinary === undefined) throw new RangeError(`no ordinary event of ${route.id}`);
  const wanted = new Map([...values].map(([name, value]) => [name, placed(String(value ?? ''))]));
  completeProgram(wanted);
  const data: (readonly [string, string])[] = ordinary.data.map(([name, value]) => [name, wanted.get(name) ?? value]);
  for (const [name, value] of wanted) if (!data.some(([key]) => key === name)) data.push([name, value]);
  return { ...ordinary, data };
}

/** A program by its name alone lies where Windows has it. */
function placed(value: string): string {
  const name = /^\s*\\([\w-]+\.exe)\s*$/i.exec(value)?.[1];
  if (name === undefined) return value;
  return `C:\\Windows\\System32\\${WBEM.test(name) ? 'wbem\\' : ''}${name}`;
}

/** A process has one name: in its path, in its file, and in front of its command line. */
function completeProgram(wanted: Map<string, string>): void {
  const original = wanted.get('OriginalFileName');
  const line = wanted.get('CommandLine');
  const started = /^\s*([\w-]+?)(?:\.exe)?(?=\s)/i.exec(line ?? '')?.[1];
  const told = wanted.get('Image') ?? (original === undefined ? undefined : placed(`\\${original}`));
  const image = told ?? (started === undefined ? undefined : placed(`\\${started}.exe`));
  if (image === undefined) return;
  const name = image.split('\\').at(-1) ?? image;
  wanted.set('Image', image);
  wanted.set('OriginalFileName', original ?? name);
  const isNamed = told === undefined || line?.toLowerCase().includes(name.toLowerCase()) === true;
  if (line !== undefined && !isNamed) wanted.set('CommandLine', `${name} ${line}`);
}

/** Writes events as JSON Lines, each of a host of its own, and hands the path over; the file is gone after the call. */
export function withEventsFile<T>(events: readonly CaseEvent[], use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'triad-solved-'));
  try {
    const path = join(folder, 'solved.jsonl');
    writeFileSync(path, events.map((event, at) => `${JSON.stringify(lineOf(event, at + 1))}\n`).join(''));
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lineOf({ eventId, channel, data }: CaseEvent, recordId: number): unknown {
  const { provider, version } = eventOfCase({ eventId, channel, data }, recordId);
  return {
    Event: {
      System: {
        Provider: { '#attributes': { Name: provider } },
        EventID: eventId,
        Version: version,
        Level: 4,
        TimeCreated: { '#attributes': { SystemTime: new Date(Date.UTC(2026, 2, 9, recordId)).toISOString() } },
        EventRecordID: recordId,
        Channel: channel,
        Computer: `HOST-${recordId}.corp.example`,
      },
      EventData: Object.fromEntries(data),
    },
  };
}
