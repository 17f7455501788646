import { attributeOf, elementText } from './event-tree.ts';
import { asObject, own } from './json-members.ts';
import { eventIdOf, readEvent } from './read-event.ts';
import { epochSeconds, statedTime } from './stated-time.ts';
import { treeFields, treeHeader, treeSystem } from './system-tree.ts';
import type { JsonUnit, Shape, StatedTime } from './types.ts';

/** S3: rows of Velociraptor's EVTX artefacts: `System` with `EventID.Value` and a time in seconds of 1970. */
export const velociraptor: Shape = {
  id: 'S3',
  title: 'Velociraptor',
  losses: [
    {
      code: 'ticks',
      what: 'times are decimal seconds, good to about a microsecond',
      close: 'collect the EVTX file',
      blinds: [],
    },
  ],
  proof: 'documentation only',

  detect(unit) {
    const system = unit.kind === 'json' ? asObject(own(unit.value, 'System')) : undefined;
    const id = asObject(system?.['EventID']);
    if (system === undefined || id === undefined || eventIdOf(own(id, 'Value')) === undefined) return undefined;
    if (typeof attributeOf(system, 'Provider', 'Name') !== 'string') return undefined;
    return 'System with Provider.Name and EventID.Value';
  },

  read(unit, source) {
    const system = unit.kind === 'json' ? asObject(own(unit.value, 'System')) : undefined;
    if (unit.kind !== 'json' || system === undefined) return { kind: 'broken', reason: 'System is no object' };
    return readEvent('S3', unit, source, treeHeader(system, timeOf(unit, elementText(system, 'TimeCreated'))), {
      losses: ['ticks'],
      system: (field) => treeSystem(system, field),
      fields: () => treeFields(unit.value, system),
    });
  },
};

/** The time from the digits of the number as it is written (SETTLED B10). */
function timeOf(unit: JsonUnit, direct: unknown): StatedTime | undefined {
  const system = asObject(own(unit.value, 'System')) ?? {};
  const value = attributeOf(system, 'TimeCreated', 'SystemTime') ?? direct;
  if (typeof value === 'string') {
    const time = epochSeconds(value) ?? statedTime(value);
    return time === undefined ? undefined : { ...time, zone: 'utc' };
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const written =
    unit.numberText?.('System', 'TimeCreated', 'SystemTime') ?? unit.numberText?.('System', 'TimeCreated');
  const time =
    epochSeconds(written ?? String(value)) ?? (typeof value === 'number' ? epochSeconds(value.toFixed(7)) : undefined);
  // The double in the tool has already lost the last digits.
  return time === undefined ? undefined : { ...time, precision: time.precision === 'ticks' ? 'ms' : time.precision };
}
