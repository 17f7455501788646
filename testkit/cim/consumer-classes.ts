import {
  arrayProperty,
  type CimType,
  type CimValue,
  type ClassModel,
  flag,
  keyProperty,
  type PropertyModel,
  property,
  type QualifierModel,
} from './model.ts';

const WRITE = flag('write');
const TEMPLATE = [flag('Template'), WRITE];
const DEPRECATED = [flag('DEPRECATED')];
const LOCALE: QualifierModel = { name: 'locale', type: 'sint32', value: 1033 };

function written(name: string, type: CimType, byDefault?: CimValue): PropertyModel {
  return byDefault === undefined
    ? property(name, type, { qualifiers: [WRITE] })
    : property(name, type, { qualifiers: [WRITE], byDefault });
}

function required(name: string, type: CimType, byDefault?: CimValue): PropertyModel {
  const qualifiers = [flag('not_null'), WRITE];
  return byDefault === undefined
    ? property(name, type, { qualifiers })
    : property(name, type, { qualifiers, byDefault });
}

function template(name: string): PropertyModel {
  return property(name, 'string', { qualifiers: TEMPLATE });
}

/** The five consumers of Windows with all their properties, as Windows Server 2022 lays them out (CIM 7.2). */
export const CONSUMER_CLASSES: readonly ClassModel[] = [
  {
    name: 'CommandLineEventConsumer',
    superclass: '__EventConsumer',
    properties: [
      keyProperty('Name'),
      written('ExecutablePath', 'string'),
      template('CommandLineTemplate'),
      written('UseDefaultErrorMode', 'boolean', false),
      property('CreateNewConsole', 'boolean', { byDefault: false, qualifiers: DEPRECATED }),
      written('CreateNewProcessGroup', 'boolean', false),
      written('CreateSeparateWowVdm', 'boolean', false),
      written('CreateSharedWowVdm', 'boolean', false),
      written('Priority', 'sint32', 32),
      written('WorkingDirectory', 'string'),
      property('DesktopName', 'string', { qualifiers: DEPRECATED }),
      template('WindowTitle'),
      ...['XCoordinate', 'YCoordinate', 'XSize', 'YSize', 'XNumCharacters', 'YNumCharacters'].map((name) =>
        written(name, 'uint32'),
      ),
      written('FillAttribute', 'uint32'),
      written('ShowWindowCommand', 'uint32'),
      written('ForceOnFeedback', 'boolean', false),
      written('ForceOffFeedback', 'boolean', false),
      written('RunInteractively', 'boolean', false),
      written('KillTimeout', 'uint32', 0),
    ],
  },
  {
    name: 'ActiveScriptEventConsumer',
    superclass: '__EventConsumer',
    qualifiers: [LOCALE],
    properties: [
      keyProperty('Name'),
      required('ScriptingEngine', 'string'),
      written('ScriptText', 'string'),
      written('ScriptFilename', 'string'),
      written('KillTimeout', 'uint32', 0),
    ],
  },
  {
    name: 'LogFileEventConsumer',
    superclass: '__EventConsumer',
    properties: [
      keyProperty('Name'),
      required('Filename', 'string'),
      property('Text', 'string', { qualifiers: [flag('Not_Null'), ...TEMPLATE] }),
      written('MaximumFileSize', 'uint64', 0n),
      written('IsUnicode', 'boolean'),
    ],
  },
  {
    name: 'NTEventLogEventConsumer',
    superclass: '__EventConsumer',
    properties: [
      keyProperty('Name'),
      written('UNCServerName', 'string'),
      required('SourceName', 'string'),
      required('EventID', 'uint32', 0),
      property('EventType', 'uint32', {
        byDefault: 1,
        qualifiers: [
          flag('NOT_NULL'),
          WRITE,
          { name: 'ValueMap', type: 'string', isArray: true, value: ['0', '1', '2', '4', '8', '16'] },
        ],
      }),
      required('Category', 'uint16'),
      required('NumberOfInsertionStrings', 'uint32', 0),
      arrayProperty('InsertionStringTemplates', 'string', { byDefault: [''], qualifiers: TEMPLATE }),
      written('NameOfRawDataProperty', 'string'),
      written('NameOfUserSIDProperty', 'string'),
    ],
  },
  {
    name: 'SMTPEventConsumer',
    superclass: '__EventConsumer',
    qualifiers: [LOCALE],
    properties: [
      keyProperty('Name'),
      required('SMTPServer', 'string'),
      ...['Subject', 'FromLine', 'ReplyToLine', 'Message', 'ToLine', 'CcLine', 'BccLine'].map(template),
      arrayProperty('HeaderFields', 'string', { qualifiers: [WRITE] }),
    ],
  },
];

/** Class id of the provider of each, the same in every Windows (CIM 7.4). */
export const CONSUMER_PROVIDERS: readonly {
  readonly consumer: string;
  readonly clsid: string;
  readonly hosting: string;
  readonly isPerUser?: boolean;
}[] = [
  { consumer: 'LogFileEventConsumer', clsid: '{266c72d4-62e8-11d1-ad89-00c04fd8fdff}', hosting: 'LocalSystemHost' },
  {
    consumer: 'ActiveScriptEventConsumer',
    clsid: '{266c72e7-62e8-11d1-ad89-00c04fd8fdff}',
    hosting: 'SelfHost',
    isPerUser: true,
  },
  { consumer: 'NTEventLogEventConsumer', clsid: '{266c72e6-62e8-11d1-ad89-00c04fd8fdff}', hosting: 'WmiCore' },
  { consumer: 'CommandLineEventConsumer', clsid: '{266c72e5-62e8-11d1-ad89-00c04fd8fdff}', hosting: 'LocalSystemHost' },
  { consumer: 'SMTPEventConsumer', clsid: '{C7A3A54B-0250-11d3-9CD1-00105A1F4801}', hosting: 'NetworkServiceHost' },
];
