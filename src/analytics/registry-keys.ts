/** What a key of the registry is for, as far as a remote caller's interest in it goes (DOMAIN 3.2 R08, SETTLED C12). */
export interface RegistryPlace {
  readonly kind: 'autostart' | 'lsa' | 'amsi' | 'services' | 'crash control' | 'WMI' | 'other';
  /** Canonical, lower case: `hklm\software\…`, the current control set, users by SID. */
  readonly path: string;
}

const HIVES: readonly (readonly [RegExp, string])[] = [
  [/^\\registry\\machine(?=\\|$)/, 'hklm'],
  [/^\\registry\\user(?=\\|$)/, 'hku'],
  [/^(?:hkey_local_machine|hklm)(?=\\|$)/, 'hklm'],
  [/^(?:hkey_users|hku)(?=\\|$)/, 'hku'],
];

/** Run keys, Winlogon, and the program of a service: what starts by itself. */
const AUTOSTART =
  /\\(?:wow6432node\\)?microsoft\\(?:windows|windows nt)\\currentversion\\(?:run|runonce|runonceex|runservices|policies\\explorer\\run)(?:\\|$)|\\microsoft\\windows nt\\currentversion\\winlogon(?:\\|$)/;
const SERVICE_PROGRAM = /\\services\\[^\\]{1,256}(?:\\parameters)?\\(?:imagepath|servicedll|failurecommand)$/;
/** A service itself, or what says how it starts; below it services keep what they like (`bam` writes at every process start: measured). */
const SERVICES =
  /\\system\\currentcontrolset\\services\\[^\\]{1,256}(?:\\(?:start|type|objectname|delayedautostart|dependonservice|failureactions|errorcontrol))?$/;
const LSA = /^hklm\\(?:system\\currentcontrolset\\control\\lsa(?:\\|$)|security(?:\\|$)|sam(?:\\|$))/;
const AMSI = /\\windows script\\settings(?:\\amsienable)?$/;
const CRASH = /\\control\\crashcontrol(?:\\|$)/;
/** Of WBEM: what WMI compiles again by itself and where it keeps itself; drivers write WDM when they are read (measured). */
const WMI = /\\microsoft\\wbem\\cimom(?:\\|$)/;
/** Read by whatever starts a process, and set by it (measured). */
const ENVIRONMENT = /\\control\\session manager\\environment(?:\\|$)/;
/** Opened with every right by whatever loads the sockets of Windows (measured). */
const SOCKETS = /\\services\\winsock2\\parameters(?:\\|$)/;

/** Where a key or value lies; undefined for those that say nothing of a caller. */
export function registryPlaceOf(name: string): RegistryPlace | undefined {
  let path = name.trim().toLowerCase();
  for (const [pattern, hive] of HIVES) path = path.replace(pattern, hive);
  path = path.replace(/^hklm\\system\\controlset\d{3}(?=\\|$)/, 'hklm\\system\\currentcontrolset');
  if (ENVIRONMENT.test(path) || SOCKETS.test(path) || path === 'hklm' || path === 'hku') return undefined;
  if (AUTOSTART.test(path) || SERVICE_PROGRAM.test(path)) return { kind: 'autostart', path };
  if (LSA.test(path)) return { kind: 'lsa', path };
  if (AMSI.test(path)) return { kind: 'amsi', path };
  if (SERVICES.test(path)) return { kind: 'services', path };
  if (CRASH.test(path)) return { kind: 'crash control', path };
  if (WMI.test(path)) return { kind: 'WMI', path };
  return { kind: 'other', path };
}

/** SID of the user whose part of the registry it is. */
export function userOfPlace({ path }: RegistryPlace): string | undefined {
  return /^hku\\(s-1-(?:5-21|12-1)-[\d-]{1,160})(?:_classes)?(?:\\|$)/.exec(path)?.[1]?.toUpperCase();
}

/** DELETE, WRITE_DAC, WRITE_OWNER, and of a key: set value, create sub-key, create link. */
const WRITE_WORDS = /%%(?:1537|1539|1540|4433|4434|4437)(?!\d)/;
const WRITE_BITS = 0x10000 | 0x40000 | 0x80000 | 0x2 | 0x4 | 0x20;

/** True where the rights, as a list of `%%` or as a number, change a key; one that only reads is no change. */
export function changesKey(accessMask: string | undefined, accessList: string | undefined): boolean {
  if (WRITE_WORDS.test(accessMask ?? '') || WRITE_WORDS.test(accessList ?? '')) return true;
  const mask = Number(accessMask?.trim() ?? '');
  return Number.isSafeInteger(mask) && (mask & WRITE_BITS) !== 0;
}
