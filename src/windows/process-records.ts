import type { Event } from './event.ts';
import { imageTail, PROVIDER_HOST, SCRIPT_HOST } from './image.ts';
import { programClassOf } from './programs.ts';

/**
 * Which records of processes, and of what they did, a join or an analytic can use. A predicate sees one record and no other,
 * so it goes by the program; each reads the field that tells most first.
 */

/** Programs whose objects can be made to run commands from afar by DCOM (R07). */
const DCOM_HOSTS: ReadonlySet<string> = new Set(['mmc.exe', 'excel.exe', 'iexplore.exe', 'explorer.exe']);

export function isDcomHost(image: string | undefined): boolean {
  return DCOM_HOSTS.has(imageTail(image));
}

/** True for a process that a local COM server was started as: `mmc.exe -Embedding`. */
export function isEmbedding(commandLine: string | undefined): boolean {
  return commandLine !== undefined && /[-/]Embedding\b/i.test(commandLine);
}

/** A start that may lie below a process that WMI or DCOM started: of those, interpreters and LOLBins start others. */
export function isDescendantOfInterest(
  image: string | undefined,
  parent: string | undefined,
  line: string | undefined,
): boolean {
  const parentTail = imageTail(parent);
  if (parentTail === '') return false;
  const parentClass = programClassOf(parentTail);
  if (parentClass === 'interpreter' || parentClass === 'lolbin') return true;
  // Explorer starts whatever a person opens: only what can carry a command on tells of a caller.
  if (parentTail === 'explorer.exe') return image !== undefined && programClassOf(image) !== undefined;
  if (DCOM_HOSTS.has(parentTail)) return true;
  return DCOM_HOSTS.has(imageTail(image)) && isEmbedding(line);
}

/** A process whose end a join asks for: hosts of WMI, of DCOM, and the programs that WMI is made to start. */
export function isEndOfInterest(image: string | undefined): boolean {
  const tail = imageTail(image);
  return tail === PROVIDER_HOST || tail === SCRIPT_HOST || DCOM_HOSTS.has(tail) || programClassOf(tail) !== undefined;
}

/** A DLL beside the provider host that takes the place of the true one in System32 (S10). */
export const PLANTED_DLL = '\\wbem\\wbemcomn.dll';

export function isPlantedDll(path: string | undefined): boolean {
  return path !== undefined && path.length >= PLANTED_DLL.length && path.toLowerCase().endsWith(PLANTED_DLL);
}

/** What a script consumer loads when its script uses .NET, and what it loads for the objects of the script host (S06). */
const CLR_FILES: ReadonlySet<string> = new Set(['clr.dll', 'mscoree.dll', 'mscorwks.dll']);
const SCRIPT_FILES: ReadonlySet<string> = new Set(['wshom.ocx', 'scrrun.dll']);

/** What a DLL in a script host tells: the .NET runtime, objects of the script host, or nothing. */
export function scriptLoadOf(path: string | undefined): 'clr' | 'scripting' | undefined {
  const tail = imageTail(path);
  if (CLR_FILES.has(tail)) return 'clr';
  return SCRIPT_FILES.has(tail) ? 'scripting' : undefined;
}

/** Sysmon 7. */
export function isLoadOfInterest(event: Event): boolean {
  const loaded = event.get('ImageLoaded');
  if (isPlantedDll(loaded)) return true;
  return scriptLoadOf(loaded) !== undefined && imageTail(event.get('Image')) === SCRIPT_HOST;
}

const READ_MEMORY = 0x10;

/** True for rights on a process that read its memory, or a call from code that no module holds (M01). */
export function readsMemory(grantedAccess: string | undefined, callTrace: () => string | undefined): boolean {
  const mask = Number.parseInt(grantedAccess ?? '', 16);
  return (mask & READ_MEMORY) !== 0 || callTrace()?.includes('UNKNOWN(') === true;
}

/** Sysmon 10: the credentials of a machine are in the memory of lsass. */
export function isAccessOfInterest(event: Event): boolean {
  if (imageTail(event.get('TargetImage')) !== 'lsass.exe') return false;
  return readsMemory(event.get('GrantedAccess'), () => event.get('CallTrace'));
}

/** Sysmon 11: what the script host writes, what comes over the network (written by System), and the planted DLL. */
export function isFileOfInterest(event: Event): boolean {
  const tail = imageTail(event.get('Image'));
  if (tail === SCRIPT_HOST || tail === 'system') return true;
  return isPlantedDll(event.get('TargetFilename'));
}

/** Every script host asks lsass for its token by this pipe when it starts (measured): it tells nothing. */
const ORDINARY_PIPES: ReadonlySet<string> = new Set(['\\lsass']);

/** Sysmon 17 and 18: pipes of the script host. */
export function isPipeOfInterest(event: Event): boolean {
  if (imageTail(event.get('Image')) !== SCRIPT_HOST) return false;
  const pipe = event.get('PipeName');
  return pipe !== undefined && !ORDINARY_PIPES.has(pipe.toLowerCase());
}
