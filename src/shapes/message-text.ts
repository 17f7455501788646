import { labelledMessageFields } from './message-labels.ts';
import { powershellMessageFields } from './message-powershell.ts';
import { sysmonMessageFields } from './message-sysmon.ts';
import { wmiActivityMessageFields } from './message-wmi-activity.ts';
import type { MessageReader } from './read-event.ts';

/**
 * The fields of an event in its rendered message, named as in EVTX: for shapes that lost them (DOMAIN 2.2 #34). Told by
 * structure, never by the language (SETTLED B15). Undefined where the text is none of that event.
 */
export const readMessage: MessageReader = (provider, eventId, message) => {
  switch (provider.toLowerCase()) {
    case 'microsoft-windows-sysmon':
      return sysmonMessageFields(eventId, message);
    case 'microsoft-windows-wmi-activity':
      return wmiActivityMessageFields(eventId, message);
    case 'microsoft-windows-powershell':
    case 'powershellcore':
    case 'powershell':
      return powershellMessageFields(eventId, message);
    default:
      if (provider === 'Service Control Manager' && eventId === 7036) return serviceStateFields(message);
      return labelledMessageFields(provider, eventId, message);
  }
};

/** 7036 has only its sentence; only the English one is known. */
function serviceStateFields(message: string): ReturnType<MessageReader> {
  const found = /^The (.{1,256}) service entered the (.{1,64}) state\.?$/.exec(message.trim());
  return found === null
    ? undefined
    : [
        ['param1', found[1] ?? ''],
        ['param2', found[2] ?? ''],
      ];
}
