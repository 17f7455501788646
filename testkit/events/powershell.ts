import type { EventModel, Setting } from './model.ts';
import { type EventSource, eventData, modelOf } from './source.ts';

const OPERATIONAL: EventSource = {
  provider: 'Microsoft-Windows-PowerShell',
  providerGuid: 'A0C1853B-5C40-4B15-8766-3CF1C58F985A',
  channel: 'Microsoft-Windows-PowerShell/Operational',
  level: 5,
  keywords: 0n,
  userSid: 'S-1-5-21-1004336348-1177238915-682003330-1105',
  processId: 5120,
};

const CLASSIC: EventSource = {
  provider: 'PowerShell',
  channel: 'Windows PowerShell',
  level: 4,
  keywords: 0x80000000000000n,
  qualifiers: 0,
  processId: 0,
};

/** 4104: one part of a script block. */
export function scriptBlock(
  block: {
    readonly text: string;
    readonly id?: string;
    readonly number?: number;
    readonly total?: number;
    readonly path?: string;
    /** Level 3 marks a block that PowerShell finds suspicious. */
    readonly isSuspicious?: boolean;
  },
  setting: Setting = {},
): EventModel {
  return eventData(
    OPERATIONAL,
    4104,
    {
      version: 1,
      task: 2,
      opcode: 15,
      level: block.isSuspicious === true ? 3 : 5,
      layout: 'MessageNumber:i32 MessageTotal:i32 ScriptBlockText ScriptBlockId Path',
    },
    {
      MessageNumber: block.number ?? 1,
      MessageTotal: block.total ?? 1,
      ScriptBlockText: block.text,
      ScriptBlockId: block.id ?? '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
      Path: block.path ?? '',
    },
    setting,
  );
}

/** A long script in parts that share one id, as PowerShell logs it. */
export function scriptBlocks(text: string, partLength: number, id: string, setting: Setting = {}): EventModel[] {
  const total = Math.max(1, Math.ceil(text.length / partLength));
  return Array.from({ length: total }, (_, i) =>
    scriptBlock({ text: text.slice(i * partLength, (i + 1) * partLength), id, number: i + 1, total }, setting),
  );
}

/** 4103: a command ran, with its parameters. */
export function moduleLog(
  facts: {
    readonly payload: string;
    readonly commandName: string;
    readonly hostApplication: string;
    readonly user?: string;
  },
  setting: Setting = {},
): EventModel {
  const context = [
    ['Severity', 'Informational'],
    ['Host Name', 'ConsoleHost'],
    ['Host Version', '5.1.19041.4291'],
    ['Host ID', '2f1d0a52-0d6b-4a0c-8e6e-2d1f1f8a4c11'],
    ['Host Application', facts.hostApplication],
    ['Engine Version', '5.1.19041.4291'],
    ['Runspace ID', '0c9c4b8e-57c1-4d5d-9a52-6d1f2b0a7b30'],
    ['Pipeline ID', '4'],
    ['Command Name', facts.commandName],
    ['Command Type', 'Cmdlet'],
    ['Script Name', ''],
    ['Command Path', ''],
    ['Sequence Number', '18'],
    ['User', facts.user ?? 'CORP\\alice'],
    ['Connected User', ''],
    ['Shell ID', 'Microsoft.PowerShell'],
  ];
  return eventData(
    OPERATIONAL,
    4103,
    { version: 1, task: 106, opcode: 20, level: 4, layout: 'ContextInfo UserData Payload' },
    {
      ContextInfo: context.map(([name, value]) => `        ${name} = ${value}\r\n`).join(''),
      UserData: '',
      Payload: facts.payload,
    },
    setting,
  );
}

/** A 4103 or 4104 as PowerShell 7 logs it: in its own channel, with the same fields. */
export function inCore(model: EventModel): EventModel {
  return {
    ...model,
    provider: 'PowerShellCore',
    providerGuid: 'F90714A8-5509-434A-BF6D-B1624C8A19A2',
    channel: 'PowerShellCore/Operational',
  };
}

/** The lines that end the records of the classic log (DOMAIN 2.1). */
function contextLines(hostApplication: string, lines: readonly string[], hostName: string): string {
  return [
    ...lines,
    '',
    'SequenceNumber=13',
    '',
    `HostName=${hostName}`,
    'HostVersion=5.1.19041.4291',
    'HostId=2f1d0a52-0d6b-4a0c-8e6e-2d1f1f8a4c11',
    `HostApplication=${hostApplication}`,
    'EngineVersion=5.1.19041.4291',
    'RunspaceId=0c9c4b8e-57c1-4d5d-9a52-6d1f2b0a7b30',
    'PipelineId=',
    'CommandName=',
    'CommandType=',
    'ScriptName=',
    'CommandPath=',
    'CommandLine=',
  ]
    .map((line) => (line === '' ? '' : `\t${line}`))
    .join('\r\n');
}

/** 400: the engine started; 403: it stopped. `hostName` ServerRemoteHost is a remoting target. */
export function engineState(
  eventId: 400 | 403,
  hostApplication: string,
  setting: Setting & { readonly hostName?: string } = {},
): EventModel {
  const [now, before] = eventId === 400 ? ['Available', 'None'] : ['Stopped', 'Available'];
  const lines = [`NewEngineState=${now}`, `PreviousEngineState=${before}`];
  const items = [now, before, contextLines(hostApplication, lines, setting.hostName ?? 'ConsoleHost')];
  return modelOf(CLASSIC, eventId, { task: 4 }, { kind: 'classic', items }, setting);
}

/** 600: a provider started. */
export function providerState(provider: string, hostApplication: string, setting: Setting = {}): EventModel {
  const lines = [`ProviderName=${provider}`, 'NewProviderState=Started'];
  const items = [provider, 'Started', contextLines(hostApplication, lines, 'ConsoleHost')];
  return modelOf(CLASSIC, 600, { task: 6 }, { kind: 'classic', items }, setting);
}

/** 800: a pipeline ran. */
export function pipelineExecuted(
  facts: {
    readonly commandLine: string;
    readonly details: string;
    readonly hostApplication: string;
    readonly user?: string;
  },
  setting: Setting = {},
): EventModel {
  const context = [
    'DetailSequence=1',
    'DetailTotal=1',
    '',
    'SequenceNumber=15',
    '',
    `UserId=${facts.user ?? 'CORP\\alice'}`,
    'HostName=ConsoleHost',
    'HostVersion=5.1.19041.4291',
    'HostId=2f1d0a52-0d6b-4a0c-8e6e-2d1f1f8a4c11',
    `HostApplication=${facts.hostApplication}`,
    'EngineVersion=5.1.19041.4291',
    'RunspaceId=0c9c4b8e-57c1-4d5d-9a52-6d1f2b0a7b30',
    'PipelineId=4',
    'ScriptName=',
    `CommandLine=${facts.commandLine}`,
  ]
    .map((line) => (line === '' ? '' : `\t${line}`))
    .join('\r\n');
  return modelOf(
    CLASSIC,
    800,
    { task: 8 },
    { kind: 'classic', items: [facts.commandLine, context, facts.details] },
    setting,
  );
}
