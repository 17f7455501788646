import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Event, SystemField } from '../../src/windows/index.ts';
import {
  custom,
  type Element,
  type EventModel,
  element,
  fieldTexts,
  type Part,
  type PlainValue,
  powershell,
  recordOf,
  security,
  slot,
  sysmon,
  TYPE,
  textPart,
  value,
  wmi,
  writeEvents,
  writeLog,
} from '../../testkit/index.ts';
import { bodyXml, TIME } from './cases.ts';
import { renderXml } from './oracle.ts';
import { codesOf, layoutOf, newDecoder, readLog, unitsOf } from './read-log.ts';

const SYSTEM_FIELDS: readonly SystemField[] = [
  'ProviderGuid',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'ActivityID',
  'ProcessID',
  'ThreadID',
  'UserID',
  'Qualifiers',
];

/** One decoder for all: what it has read before must not show. */
const warm = [newDecoder()];

const anyText = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ maxLength: 30, unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** One value of any type whose canonical text the writer states. */
export const anyScalar: fc.Arbitrary<PlainValue> = fc.oneof(
  anyText.map(value.text),
  fc.integer({ min: -128, max: 127 }).map(value.int8),
  fc.integer({ min: 0, max: 255 }).map(value.uint8),
  fc.integer({ min: -32768, max: 32767 }).map(value.int16),
  fc.integer({ min: 0, max: 65535 }).map(value.uint16),
  fc.integer().map(value.int32),
  fc.nat({ max: 0xffffffff }).map(value.uint32),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(value.int64),
  u64.map(value.uint64),
  fc.float().map(value.float32),
  fc.double().map(value.float64),
  fc.nat({ max: 0xffffffff }).map((n) => value.bool(n)),
  fc.uint8Array({ maxLength: 40 }).map(value.binary),
  fc.uuid().map(value.guid),
  u64.map((n) => value.sizeT(n, 8)),
  fc.nat({ max: 0xffffffff }).map((n) => value.sizeT(BigInt(n), 4)),
  fc.bigInt({ min: 0n, max: 2650467743999999999n }).map((n) => value.filetime(n)),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }), fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 15 }))
    .map(([authority, subs]) => value.sid(['S', 1, authority, ...subs].join('-'))),
  fc.nat({ max: 0xffffffff }).map(value.hex32),
  u64.map(value.hex64),
);

const anyArray: fc.Arbitrary<PlainValue> = fc.oneof(
  fc
    .array(
      anyText.map((text) => text.replaceAll('\0', '0')),
      { maxLength: 5 },
    )
    .map((items) => value.textArray(items)),
  fc.array(fc.nat({ max: 65535 }).map(value.uint16), { maxLength: 5 }).map((items) => value.array(TYPE.uint16, items)),
  fc.array(u64.map(value.hex64), { maxLength: 5 }).map((items) => value.array(TYPE.hex64, items)),
  fc.array(fc.uuid().map(value.guid), { maxLength: 3 }).map((items) => value.array(TYPE.guid, items)),
);

const anyNull = fc.uint8Array({ maxLength: 20 }).map((bytes) => value.nothing(bytes));
const anyValue = fc.oneof(
  { weight: 8, arbitrary: anyScalar },
  { weight: 1, arbitrary: anyArray },
  { weight: 1, arbitrary: anyNull },
);
const anyName = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,12}$/);

/** The text of a template: never empty, because an empty text token and none are the same element. */
const anyTextPart = anyText.map((text) => textPart(text.replaceAll('\0', '') || 't'));

function anyElement(values: readonly PlainValue[], depth: number): fc.Arbitrary<Element> {
  const anySlot = fc
    .tuple(fc.nat({ max: values.length + 1 }), fc.boolean())
    .map(
      ([index, isOptional]): Part =>
        slot(index, values[index]?.type ?? TYPE.text, isOptional || index >= values.length),
    );
  const scalarSlot = anySlot.filter((part) => part.kind === 'slot' && values[part.index]?.items === undefined);
  const attribute = fc.tuple(anyName, fc.oneof(anyTextPart, scalarSlot));
  const child =
    depth > 2 ? fc.oneof(anyTextPart, anySlot) : fc.oneof(anyTextPart, anySlot, anyElement(values, depth + 1));
  return fc
    .tuple(
      anyName,
      fc.uniqueArray(attribute, { maxLength: 3, selector: ([name]) => name }),
      fc.array(child, { maxLength: 4 }),
    )
    .map(([name, attributes, content]) => element(name, Object.fromEntries(attributes), ...content));
}

/** A body of any shape with its values. */
const anyBody = fc.array(anyValue, { maxLength: 6 }).chain((values) =>
  fc.tuple(
    fc
      .array(anyElement(values, 0), { maxLength: 3 })
      .map((children) => element('UserData', {}, element('Root', {}, ...children))),
    fc.constant(values),
  ),
);

/** Template and values -> bytes -> XML, against the plain renderer. `spoil` plants a defect. */
export function assertTrees(runs: number, seed: number, spoil?: (xml: string) => string): void {
  fc.assert(
    fc.property(fc.array(anyBody, { minLength: 1, maxLength: 3 }), (bodies) => {
      const records = bodies.map(([root, values]) => recordOf(custom.withElement(root, values, { time: TIME })));
      const read = readLog(writeLog(records).bytes, { warm });
      assert.deepEqual(
        read.records.map(({ xml }) => spoil?.(bodyXml(xml)) ?? bodyXml(xml)),
        bodies.map(([root, values]) => renderXml(root, values)),
      );
      for (const { json } of read.records) JSON.parse(json);
    }),
    // A planted defect need not be made small.
    { numRuns: runs, seed, endOnFailure: spoil !== undefined },
  );
}

/** Values -> bytes -> texts of fields, none of them flagged. */
export function assertValues(runs: number, seed: number): void {
  fc.assert(
    fc.property(fc.array(anyScalar, { minLength: 1, maxLength: 20 }), (values) => {
      const read = readLog(writeLog([recordOf(custom.withValues(values, { time: TIME }))]).bytes, { warm });
      assert.deepEqual(
        read.records.map(({ fields }) => fields),
        [values.map((item, i) => [`v${i}`, item.text])],
      );
      assert.deepEqual(codesOf(read), []);
    }),
    { numRuns: runs, seed },
  );
}

const anyModel: fc.Arbitrary<EventModel> = fc
  .tuple(anyText, anyText, fc.nat({ max: 0xffff }), u64, fc.nat({ max: 5 }), fc.bigInt({ min: 0n, max: 10n ** 15n }))
  .map(([a, b, n, id, kind, ticks]) => {
    const setting = { time: 134177796001234567n + ticks, computer: n % 2 === 0 ? 'A' : 'B' };
    if (kind === 0) return sysmon.process({ pid: n, image: a, commandLine: b, logonId: id }, setting);
    if (kind === 1) return sysmon.filter({ name: a, query: b }, setting);
    if (kind === 2)
      return wmi.binding(
        { name: a, query: b },
        { class: 'CommandLineEventConsumer', name: b, properties: { CommandLineTemplate: a } },
        setting,
      );
    if (kind === 3)
      return security.event(4624, { TargetUserName: a, TargetLogonId: id, IpAddress: b, LogonType: n }, setting);
    if (kind === 4) return powershell.engineState(400, a.replaceAll('\0', ''), setting);
    return wmi.event(5858, { Operation: a, User: b, ClientProcessId: n, Id: null }, setting);
  });

/** A detached event says the same after its turn as the view did, and `get` and `all` agree with `entries`. */
export function assertDetached(runs: number, seed: number): void {
  const said = (event: Event) => ({
    key: [
      event.provider,
      event.channel,
      event.eventId,
      event.version,
      event.computer,
      event.recordId,
      event.recordClass,
    ],
    times: [event.timeMs, event.timeTicks, event.createdMs, event.createdTicks],
    place: event.place,
    system: SYSTEM_FIELDS.map((field) => event.system(field)),
    fields: event.entries(),
  });
  fc.assert(
    fc.property(fc.array(anyModel, { minLength: 1, maxLength: 8 }), (models) => {
      const { bytes } = writeEvents(models);
      const kept: [ReturnType<typeof said>, Event][] = [];
      for (const unit of unitsOf(bytes, layoutOf(bytes))) {
        newDecoder().decodeUnit(unit, { onRecord: (view) => kept.push([said(view), view.detach()]) });
        unit.bytes.fill(0xee);
      }
      for (const [before, event] of kept) {
        assert.deepEqual(said(event), before);
        assert.equal(event.detach(), event);
        for (const [name] of before.fields) {
          const all = before.fields.filter(([other]) => other === name).map(([, text]) => text);
          assert.deepEqual([event.get(name), event.all(name)], [all[0], all]);
        }
        assert.equal(event.get('no such field'), undefined);
      }
    }),
    { numRuns: runs, seed },
  );
}

/** Events as the makers give them -> bytes -> the same fields in order. */
export function assertEvents(runs: number, seed: number): void {
  fc.assert(
    fc.property(fc.array(anyModel, { minLength: 1, maxLength: 12 }), (models) => {
      const read = readLog(writeEvents(models).bytes, { warm, unitSlots: 1 });
      assert.deepEqual(
        read.records.map(({ provider, channel, eventId, computer, fields }) => ({
          provider,
          channel,
          eventId,
          computer,
          fields,
        })),
        models.map((model) => ({
          provider: model.provider,
          channel: model.channel,
          eventId: model.eventId,
          computer: model.computer,
          fields: fieldTexts(model),
        })),
      );
    }),
    { numRuns: runs, seed },
  );
}
