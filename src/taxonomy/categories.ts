import { type Route, route } from './route.ts';
import {
  BINDING_5861,
  CONNECTION_5156,
  CREATION_4688,
  DEFENDER,
  DNS_CLIENT,
  POWERSHELL_CHANNELS,
  PROCESS_OBJECT,
  powershell,
  powershellClassic,
  registry4657,
  sysmon,
  sysmonOfType,
  TERMINATION_4689,
  VALUE_CHANGED,
  VALUE_DELETED,
  VALUE_NEW,
} from './sources.ts';
import { ZEEK_DNS_QUERIES } from './zeek-logs.ts';

/** A category of Sigma with the events that it means (SIGMA 6.1). */
export interface Category {
  readonly name: string;
  /** `windows`: not of a rule for another product. `any`: the category needs no product. */
  readonly product: 'windows' | 'any';
  readonly routes: readonly Route[];
  /** Why there are no routes. */
  readonly without?: string;
}

const [POWERSHELL, POWERSHELL_CORE] = POWERSHELL_CHANNELS;

type Sources = Readonly<Record<string, Parameters<typeof routeOf>[2]>>;

function routeOf(category: string, source: string, parts: Omit<Parameters<typeof route>[0], 'id'>): Route {
  return route({ ...parts, id: `${category}/${source}` });
}

function category(name: string, sources: Sources, product: Category['product'] = 'windows'): Category {
  return { name, product, routes: Object.entries(sources).map(([source, parts]) => routeOf(name, source, parts)) };
}

function without(name: string, reason: string): Category {
  return { name, product: 'windows', routes: [], without: reason };
}

const KERNEL_FILE = 'it comes from the trace provider Microsoft-Windows-Kernel-File, which keeps no event log';

export const CATEGORIES: readonly Category[] = [
  category('process_creation', { sysmon: sysmon([1]), security: CREATION_4688 }),
  category('file_change', { sysmon: sysmon([2]) }),
  category('network_connection', { sysmon: sysmon([3]), security: CONNECTION_5156 }),
  category('sysmon_status', { sysmon: sysmon([4, 16]) }),
  category('process_termination', { sysmon: sysmon([5]), security: TERMINATION_4689 }),
  category('driver_load', { sysmon: sysmon([6]) }),
  category('image_load', { sysmon: sysmon([7]) }),
  category('create_remote_thread', { sysmon: sysmon([8]) }),
  category('raw_access_thread', { sysmon: sysmon([9]) }),
  category('raw_access_read', { sysmon: sysmon([9]) }),
  category('process_access', { sysmon: sysmon([10]), security: PROCESS_OBJECT }),
  category('file_event', { sysmon: sysmon([11]) }),
  category('registry_add', { sysmon: sysmon([12], ['CreateKey']), security: registry4657([VALUE_NEW]) }),
  category('registry_delete', {
    sysmon: sysmon([12], ['DeleteKey', 'DeleteValue']),
    security: registry4657([VALUE_DELETED]),
  }),
  category('registry_set', {
    sysmon: sysmonOfType(13, 'SetValue'),
    security: registry4657([VALUE_NEW, VALUE_CHANGED]),
  }),
  category('registry_rename', { sysmon: sysmonOfType(14, 'RenameKey') }),
  category('registry_event', { sysmon: sysmon([12, 13, 14]), security: registry4657() }),
  category('create_stream_hash', { sysmon: sysmon([15]) }),
  category('pipe_created', { sysmon: sysmon([17, 18]) }),
  category('wmi_event', { sysmon: sysmon([19, 20, 21]), 'wmi-activity': BINDING_5861 }),
  category('dns_query', { sysmon: sysmon([22]), 'dns-client': DNS_CLIENT }),
  category('file_delete', { sysmon: sysmon([23]) }),
  category('clipboard_capture', { sysmon: sysmon([24]) }),
  category('process_tampering', { sysmon: sysmon([25]) }),
  category('file_delete_detected', { sysmon: sysmon([26]) }),
  category('file_block_executable', { sysmon: sysmon([27]) }),
  category('file_block_shredding', { sysmon: sysmon([28]) }),
  category('file_executable_detected', { sysmon: sysmon([29]) }),
  category('sysmon_error', { sysmon: sysmon([255]) }),
  category('ps_module', { powershell: powershell(POWERSHELL, 4103), core: powershell(POWERSHELL_CORE, 4103) }),
  category('ps_script', { powershell: powershell(POWERSHELL, 4104), core: powershell(POWERSHELL_CORE, 4104) }),
  category('ps_classic_start', { classic: powershellClassic(400) }),
  category('ps_classic_provider_start', { classic: powershellClassic(600) }),
  category('ps_classic_script', { classic: powershellClassic(800) }),
  category('antivirus', { defender: DEFENDER }, 'any'),
  category('dns', { zeek: ZEEK_DNS_QUERIES }, 'any'),
  without('file_access', KERNEL_FILE),
  without('file_rename', KERNEL_FILE),
];

const BY_NAME: ReadonlyMap<string, Category> = new Map(CATEGORIES.map((entry) => [entry.name, entry]));

/** The category of this name in lower case. */
export function categoryOf(name: string): Category | undefined {
  return BY_NAME.get(name);
}
