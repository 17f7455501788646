import { sysmonMessageFields } from './message-sysmon.ts';
import { wmiActivityMessageFields } from './message-wmi-activity.ts';
import type { MessageReader } from './read-event.ts';

/**
 * The fields of an event in its rendered message, named as in EVTX: for shapes that lost them (DOMAIN 2.2 #34). Undefined
 * where the text is none of that event.
 */
export const readMessage: MessageReader = (provider, eventId, message) => {
  switch (provider.toLowerCase()) {
    case 'microsoft-windows-sysmon':
      return sysmonMessageFields(eventId, message);
    case 'microsoft-windows-wmi-activity':
      return wmiActivityMessageFields(eventId, message);
    default:
      return undefined;
  }
};
