import { attributeOf, elementText } from './event-tree.ts';
import { asObject, own } from './json-members.ts';
import { eventIdOf, readEvent } from './read-event.ts';
import { treeFields, treeHeader, treeSystem } from './system-tree.ts';
import type { Shape } from './types.ts';

/** S21: OpenWEC's Json format: `OpenWEC` with the sender beside `System`, `EventData`, or UserData as a string of XML. */
export const openwec: Shape = {
  id: 'S21',
  title: 'OpenWEC JSON',
  losses: [],
  proof: 'documentation only',

  detect(unit) {
    if (unit.kind !== 'json' || asObject(own(unit.value, 'OpenWEC')) === undefined) return undefined;
    const system = asObject(own(unit.value, 'System'));
    if (system === undefined || eventIdOf(elementText(system, 'EventID')) === undefined) return undefined;
    return typeof attributeOf(system, 'Provider', 'Name') === 'string'
      ? 'OpenWEC beside System with Provider and EventID'
      : undefined;
  },

  read(unit, source) {
    const system = unit.kind === 'json' ? asObject(own(unit.value, 'System')) : undefined;
    if (unit.kind !== 'json' || system === undefined) return { kind: 'broken', reason: 'System is no object' };
    return readEvent('S21', unit, source, treeHeader(system), {
      system: (field) => treeSystem(system, field),
      fields: () => treeFields(unit.value, system),
    });
  },
};
