import { imageTail } from './image.ts';

/** What a program is to an attacker (DOMAIN 5): one table for P03, OR2, R01 and S05. */
export type ProgramClass = 'interpreter' | 'lolbin' | 'discovery';

const INTERPRETERS =
  'cmd powershell powershell_ise pwsh wscript cscript mshta scrcons python pythonw perl ruby node bash wsl';
const LOLBINS =
  'rundll32 regsvr32 regasm regsvcs installutil msbuild certutil bitsadmin msiexec wmic mofcomp schtasks at sc reg odbcconf cmstp forfiles pcalua hh csc vbc jsc xwizard mavinject esentutl expand extrac32 curl ftp tftp winrs';
const DISCOVERY =
  'net net1 whoami ipconfig systeminfo tasklist nltest quser query arp nbtstat netstat hostname dsquery';

const CLASSES: ReadonlyMap<string, ProgramClass> = new Map<string, ProgramClass>([
  ...INTERPRETERS.split(' ').map((name): [string, ProgramClass] => [name, 'interpreter']),
  ...LOLBINS.split(' ').map((name): [string, ProgramClass] => [name, 'lolbin']),
  ...DISCOVERY.split(' ').map((name): [string, ProgramClass] => [name, 'discovery']),
]);

/** `python`, `python3`, `python3.11`, `pythonw2.7`. */
const PYTHON = /^pythonw?[\d.]{1,8}$/;

/** File name in lower case without `.exe` or `.com` (and `.mui`, which resource files add to OriginalFileName). */
export function programStem(imageOrFileName: string): string {
  let name = imageTail(imageOrFileName.trim());
  if (name.endsWith('.mui')) name = name.slice(0, -4);
  return name.endsWith('.exe') || name.endsWith('.com') ? name.slice(0, -4) : name;
}

function classOfStem(stem: string): ProgramClass | undefined {
  return CLASSES.get(stem) ?? (PYTHON.test(stem) ? 'interpreter' : undefined);
}

/**
 * The class of a program by its file name (a path is cut to it), else by the OriginalFileName of its version resource, so
 * that a renamed copy keeps its class. Undefined for anything else.
 */
export function programClassOf(imageOrFileName: string, originalFileName?: string): ProgramClass | undefined {
  const byName = classOfStem(programStem(imageOrFileName));
  if (byName !== undefined || originalFileName === undefined) return byName;
  return classOfStem(programStem(originalFileName));
}
