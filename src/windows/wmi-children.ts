import { splitCommandLine } from './command-line.ts';
import { canonicalTail } from './paths.ts';
import { programClassOf } from './programs.ts';

/** A started child of WmiPrvSE.exe, as a record shows it. */
export interface WmiChild {
  readonly image: string;
  /** Undefined where the record holds none: then only rules that need no arguments can exclude it. */
  readonly commandLine?: string | undefined;
}

interface WmiChildExclusion {
  readonly reason: string;
  /** `tail` is the image's canonical tail, `args` the arguments in lower case (undefined when unknown). */
  readonly holds: (tail: string, args: readonly string[] | undefined) => boolean;
}

const CSC = /^\\windows\\microsoft\.net\\framework(?:64)?\\v[\d.]{1,20}\\csc\.exe$/;
const VENDOR = /^\\program files(?: \(x86\))?\\(?:hp|hewlett-packard|dell)\\/;
const REMOTE = /^(?:https?:|ftp:|file:|\\\\|\/\/)/;
const CHAINING = /[&|]/;

/** True for a program that lies at this place below System32 or SysWOW64. */
function isSystemProgram(tail: string, name: string): boolean {
  return tail === `\\windows\\system32\\${name}` || tail === `\\windows\\syswow64\\${name}`;
}

/** The command that a `cmd /c` runs is a scan that only lists: no chaining, no interpreter, no LOLBin. */
function isPlainListing(args: readonly string[]): boolean {
  return args.every((arg) => {
    if (CHAINING.test(arg)) return false;
    return arg.split(' ').every((word) => {
      const kind = programClassOf(word);
      return kind === undefined || kind === 'discovery';
    });
  });
}

/**
 * Children of WmiPrvSE.exe that are not attacks (DOMAIN 2.2 #46). Each needs the place of the image and, where an attacker
 * could use the same program, the shape of the arguments: a word in a command line alone excludes nothing.
 */
const EXCLUSIONS: readonly WmiChildExclusion[] = [
  {
    reason: 'Windows Error Reporting: a provider crashed',
    holds: (tail) => isSystemProgram(tail, 'werfault.exe'),
  },
  {
    reason: 'a nested provider host',
    holds: (tail) => isSystemProgram(tail, 'wbem\\wmiprvse.exe'),
  },
  {
    reason: 'mofcomp on a .mof file in C:\\Windows\\TEMP: set-up of SQL Server or the SCCM client',
    holds: (tail, args) => {
      if (!isSystemProgram(tail, 'wbem\\mofcomp.exe')) return false;
      const file = args?.at(-1);
      if (
        file === undefined ||
        !file.endsWith('.mof') ||
        args?.some((arg) => arg.startsWith('-n') || arg.startsWith('/n'))
      ) {
        return false;
      }
      return canonicalTail(file).startsWith('\\windows\\temp\\');
    },
  },
  {
    reason: 'the C# compiler that .NET starts for generated serialisers',
    holds: (tail, args) =>
      CSC.test(tail) &&
      args?.includes('/noconfig') === true &&
      args.some((a) => a.startsWith('@') && a.endsWith('.cmdline')),
  },
  {
    reason: 'power settings read by a vendor tool or management agent',
    holds: (tail) => isSystemProgram(tail, 'powercfg.exe'),
  },
  {
    reason: 'installation of a local package by a management agent',
    holds: (tail, args) => {
      if (!isSystemProgram(tail, 'msiexec.exe') || args === undefined) return false;
      const at = args.findIndex((arg) => arg === '/i' || arg === '-i');
      const target = at < 0 ? undefined : args[at + 1];
      return (
        target !== undefined && !args.some((arg) => REMOTE.test(arg) || arg.includes('=\\\\') || arg.includes('=http'))
      );
    },
  },
  {
    reason: 'launcher of the SCCM client',
    holds: (tail) =>
      tail.startsWith('\\windows\\ccm\\') && /^\\windows\\ccm\\(?:[^\\]+\\){0,3}ccm[a-z0-9]*\.exe$/.test(tail),
  },
  {
    reason: 'a tool of HP or Dell in Program Files',
    holds: (tail) => VENDOR.test(tail),
  },
  {
    reason: 'a Tenable scan that lists connections',
    holds: (tail, args) =>
      isSystemProgram(tail, 'cmd.exe') &&
      args?.some((arg) => arg.includes('tenable_mw_scan')) === true &&
      isPlainListing(args),
  },
];

/**
 * Why a child of WmiPrvSE.exe is no finding (SETTLED A3, DOMAIN 2.2 #46), or undefined when no exclusion holds. The caller
 * has made sure that the parent is WmiPrvSE.exe.
 */
export function excludedWmiChild(child: WmiChild): string | undefined {
  const tail = canonicalTail(child.image);
  const args =
    child.commandLine === undefined
      ? undefined
      : splitCommandLine(child.commandLine).args.map((arg) => arg.toLowerCase());
  return EXCLUSIONS.find((exclusion) => exclusion.holds(tail, args))?.reason;
}
