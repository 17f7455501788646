import type { ClassLayout, LaidProperty } from './class-layout.ts';
import type { ClassDefinition, DeclaredProperty } from './class-record.ts';
import { type CimType, cimType, Heap } from './values.ts';

/** A class of subscriptions as every Windows ships it: what its instances look like when its own definition is lost. */
interface StockClass {
  /** From itself up to its root. */
  readonly chain: readonly string[];
  /** Under which `KI_` files its instances. */
  readonly keyedClass: string;
  /** `*` marks a key; behind `=` stands the default. In declaration order, slots packed (CIM 7.2, 12). */
  readonly properties: string;
}

const SYSTEM_SID = '[1,1,0,0,0,0,0,5,18,0,0,0]';
const RELATED = ['__IndicationRelated', '__SystemClass'];
const TIMER = ['__TimerInstruction', '__EventGenerator', ...RELATED];
const CONSUMER = `MachineName:string MaximumQueueSize:uint32 CreatorSID:uint8[]=${SYSTEM_SID} *Name:string`;

function consumer(name: string, properties: string): StockClass {
  return {
    chain: [name, '__EventConsumer', ...RELATED],
    keyedClass: name,
    properties: `${CONSUMER} ${properties}`,
  };
}

/** The classes by which a part of a subscription is known though no definition can be read, and those of namespaces. */
export function stockClassNames(): readonly string[] {
  return [...new Set([...STOCK_CLASSES.flatMap(({ chain }) => chain), '__NAMESPACE', '__thisNAMESPACE'])];
}

/** Equal on Windows 10, 11 and Server 2022, which a test holds. */
const STOCK_CLASSES: readonly StockClass[] = [
  {
    chain: ['__EventFilter', ...RELATED],
    keyedClass: '__EventFilter',
    properties: `*Name:string CreatorSID:uint8[]=${SYSTEM_SID} QueryLanguage:string Query:string EventNamespace:string EventAccess:string`,
  },
  {
    chain: ['__FilterToConsumerBinding', ...RELATED],
    keyedClass: '__FilterToConsumerBinding',
    properties: `*Filter:ref *Consumer:ref DeliveryQoS:uint32 DeliverSynchronously:boolean=false MaintainSecurityContext:boolean=false SlowDownProviders:boolean=false CreatorSID:uint8[]=${SYSTEM_SID}`,
  },
  {
    chain: ['__IntervalTimerInstruction', ...TIMER],
    keyedClass: '__TimerInstruction',
    properties: '*TimerId:string SkipIfPassed:boolean=false IntervalBetweenEvents:uint32',
  },
  {
    chain: ['__AbsoluteTimerInstruction', ...TIMER],
    keyedClass: '__TimerInstruction',
    properties: '*TimerId:string SkipIfPassed:boolean=false EventDateTime:datetime',
  },
  consumer(
    'CommandLineEventConsumer',
    'ExecutablePath:string CommandLineTemplate:string UseDefaultErrorMode:boolean=false CreateNewConsole:boolean=false CreateNewProcessGroup:boolean=false CreateSeparateWowVdm:boolean=false CreateSharedWowVdm:boolean=false Priority:sint32=32 WorkingDirectory:string DesktopName:string WindowTitle:string XCoordinate:uint32 YCoordinate:uint32 XSize:uint32 YSize:uint32 XNumCharacters:uint32 YNumCharacters:uint32 FillAttribute:uint32 ShowWindowCommand:uint32 ForceOnFeedback:boolean=false ForceOffFeedback:boolean=false RunInteractively:boolean=false KillTimeout:uint32=0',
  ),
  consumer(
    'ActiveScriptEventConsumer',
    'ScriptingEngine:string ScriptText:string ScriptFilename:string KillTimeout:uint32=0',
  ),
  consumer('LogFileEventConsumer', 'Filename:string Text:string MaximumFileSize:uint64=65535 IsUnicode:boolean'),
  consumer(
    'NTEventLogEventConsumer',
    'UNCServerName:string SourceName:string EventID:uint32=0 EventType:uint32=1 Category:uint16 NumberOfInsertionStrings:uint32=0 InsertionStringTemplates:string[]=[""] NameOfRawDataProperty:string NameOfUserSIDProperty:string',
  ),
  consumer(
    'SMTPEventConsumer',
    'SMTPServer:string Subject:string FromLine:string ReplyToLine:string Message:string ToLine:string CcLine:string BccLine:string HeaderFields:string[]',
  ),
];

const CODES: Readonly<Record<string, number>> = {
  string: 0x08,
  uint32: 0x13,
  uint16: 0x12,
  sint32: 0x03,
  uint64: 0x15,
  boolean: 0x0b,
  ref: 0x66,
  datetime: 0x65,
  'uint8[]': 0x2011,
  'string[]': 0x2008,
};

const NO_QUALIFIERS = Buffer.from([4, 0, 0, 0]);

/** The layouts of the stock classes. */
export function stockLayouts(): readonly ClassLayout[] {
  return STOCK_CLASSES.map(layoutOf);
}

function layoutOf({ chain, keyedClass, properties }: StockClass): ClassLayout {
  const specs = properties.split(' ').map((text) => {
    const [, star, name = '', type = '', value] = /^(\*?)(\w+):([\w[\]]+)(?:=(.*))?$/.exec(text) ?? [];
    return { name, isKey: star === '*', type: typeOf(type), value };
  });
  const nullBytes = Math.ceil(specs.length / 4);
  const valueBytes = specs.reduce((sum, { type }) => sum + type.slotBytes, 0);
  const defaults = Buffer.alloc(nullBytes + valueBytes);
  const heap: Buffer[] = [];
  let heapBytes = 0;
  const laid: { declared: DeclaredProperty; isKey: boolean }[] = [];
  let offset = 0;
  for (const [index, { name, type, isKey, value }] of specs.entries()) {
    const at = nullBytes + offset;
    if (value === undefined) defaults[index >> 2] = (defaults[index >> 2] ?? 0) | (1 << (2 * (index & 3)));
    else if (type.isArray) {
      const items = arrayBytes(value, heapBytes);
      defaults.writeUInt32LE(heapBytes, at);
      heap.push(items);
      heapBytes += items.length;
    } else if (type.name !== 'boolean') defaults.writeUInt32LE(Number(value), at);
    laid.push({ declared: { name, type, index, offset, qualifiers: NO_QUALIFIERS }, isKey });
    offset += type.slotBytes;
  }
  const definitions = chain.map(
    (name, i): ClassDefinition => ({
      name,
      superName: chain[i + 1],
      timestamp: 0n,
      properties: i === 0 ? laid.map(({ declared }) => declared) : [],
      defaults: i === 0 ? defaults : Buffer.alloc(0),
      heap: new Heap(i === 0 ? Buffer.concat(heap) : Buffer.alloc(0)),
      qualifiers: NO_QUALIFIERS,
      methodBytes: 0,
    }),
  );
  const [leaf] = definitions;
  if (leaf === undefined) throw new RangeError('a stock class has a name');
  return {
    name: leaf.name,
    chain: definitions,
    properties: laid.map(({ declared, isKey }): LaidProperty => {
      const { name, type, offset: slot } = declared;
      return { name, type, offset: slot, isKey, declaredBy: leaf, declared };
    }),
    nullBytes,
    valueBytes,
    keyedClass,
  };
}

function typeOf(name: string): CimType {
  const type = cimType(CODES[name] ?? 0);
  if (type === undefined) throw new RangeError(`a stock class has a property of the type ${name}`);
  return type;
}

/** An array in a heap that has so many bytes before it: numbers of one byte, or one empty text. */
function arrayBytes(json: string, before: number): Buffer {
  const values = JSON.parse(json) as readonly unknown[];
  const head = Buffer.alloc(4);
  head.writeUInt32LE(values.length);
  if (typeof values[0] === 'number') return Buffer.concat([head, Buffer.from(values.map(Number))]);
  const reference = Buffer.alloc(4);
  reference.writeUInt32LE(before + 8);
  return Buffer.concat([head, reference, Buffer.alloc(2)]);
}
