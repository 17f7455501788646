import { attributeOf, elementText } from './event-tree.ts';
import { asObject, own, valueAt } from './json-members.ts';
import { eventIdOf, readEvent } from './read-event.ts';
import { treeFields, treeHeader, treeSystem } from './system-tree.ts';
import type { Shape } from './types.ts';

/** S2: `Event.System` and `Event.EventData`, as evtx_dump and converters of its kind write an EVTX record (SERVE 2.1). */
export const evtxDumpJson: Shape = {
  id: 'S2',
  title: 'evtx_dump JSON',
  losses: [],
  proof: 'real sample',

  detect(unit) {
    if (unit.kind !== 'json') return undefined;
    const system = asObject(valueAt(unit.value, 'Event', 'System'));
    if (system === undefined || eventIdOf(elementText(system, 'EventID')) === undefined) return undefined;
    if (typeof attributeOf(system, 'Provider', 'Name') !== 'string') return undefined;
    return 'Event.System with Provider and EventID';
  },

  read(unit, source) {
    const event = unit.kind === 'json' ? asObject(own(unit.value, 'Event')) : undefined;
    const system = asObject(event?.['System']);
    if (event === undefined || system === undefined) return { kind: 'broken', reason: 'Event.System is no object' };
    return readEvent('S2', unit, source, treeHeader(system), {
      system: (field) => treeSystem(system, field),
      fields: () => treeFields(event, system),
    });
  },
};
