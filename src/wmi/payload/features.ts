import type { PayloadFeature } from '../types.ts';
import type { Language } from './language.ts';
import { obfuscationOf } from './obfuscation.ts';
import { riskyPath } from './risky-path.ts';

/** A text that is weighed: the payload itself or a decoded layer. */
export interface WeighedText {
  readonly text: string;
  readonly language: Language;
}

/** What the walk through the layers has seen. */
export interface Sightings {
  readonly texts: readonly WeighedText[];
  /** Programs where a program stands: first word of a command, argument of `Run`. */
  readonly programs: readonly {
    readonly programClass: 'interpreter' | 'lolbin' | 'discovery';
    readonly name: string;
    readonly match: string;
  }[];
  /** Calls that run text as code. */
  readonly runs: readonly string[];
  /** Encoded command options. */
  readonly encoded: readonly string[];
  /** Code found in bytes. */
  readonly code: readonly string[];
  /** The deepest chain of layers in which something was decoded, in words; empty below two. */
  readonly deepest: string;
}

const MAX_MATCH = 120;
export const POINT_CAP = 40;

interface Weight {
  readonly code: string;
  readonly points: number;
  readonly title: string;
  readonly find: (seen: Sightings) => string | undefined;
}

/** The first match of any pattern in any text. Patterns repeat within bounds only. */
function anyText(...patterns: readonly RegExp[]): (seen: Sightings) => string | undefined {
  return ({ texts }) => {
    for (const { text } of texts) {
      for (const pattern of patterns) {
        const found = pattern.exec(text);
        if (found !== null) return found[0];
      }
    }
    return undefined;
  };
}

const DOWNLOAD = anyText(
  /\bnet\.webclient\b|\bdownload(?:string|file|data)(?:async|taskasync)?\b/i,
  /\b(?:invoke-webrequest|invoke-restmethod|start-bitstransfer)\b|(?:^|[\s|;&({"'=])(?:iwr|irm|wget)\s{1,8}[-"'$h(]/im,
  /\b(?:msxml2\.|microsoft\.)?(?:server)?xmlhttp\b|\bwinhttp(?:\.winhttprequest)?\b/i,
  /\bbitsadmin(?:\.exe)?\b|\burldownloadtofile[aw]?\b/i,
  /\bcertutil(?:\.exe)?["']?\s[^\r\n]{0,200}?[-/](?:urlcache|verifyctl)\b/i,
  /\bcurl(?:\.exe)?["']?\s[^\r\n|&]{0,200}?(?:https?|hxxps?|ftp):\/\//i,
);

const ACCOUNT = anyText(
  /\bnet1?(?:\.exe)?["']?\s{1,8}(?:user|localgroup|group|accounts)\s[^\r\n&|]{0,200}?\/(?:add|delete|active)\b/i,
  /\bnet1?(?:\.exe)?["']?\s{1,8}user\s{1,8}(?![/?])["']?[\w.$@\\-]{1,64}["']?\s{1,8}(?![/>&|?])\S{1,128}/i,
  /\b(?:new|set|remove|enable|disable)-localuser\b|\b(?:add|remove)-localgroupmember\b|\b(?:new|set|remove)-aduser\b/i,
  /\buseraccount\b[^\r\n]{0,200}?\b(?:set\s{1,8}\w{1,32}\s{0,4}=|call\s{1,8}rename|delete)\b/i,
  /\bwin32_useraccount\b[\s\S]{0,300}?(?:\.put_?\b|\.rename\b|\bset-wmiinstance\b|\bset-ciminstance\b)/i,
);

/** P01 to P18 in code order (DOMAIN 5). */
const WEIGHTS: readonly Weight[] = [
  { code: 'P01', points: 25, title: 'encoded command', find: ({ encoded }) => encoded[0] },
  {
    code: 'P02',
    points: 5,
    title: 'hidden window, no profile or policy bypass',
    find: anyText(
      /[-/\u2013-\u2015]w(?:in(?:dowstyle|do|d)?|i)?[\s:]{1,8}["']?(?:hidden|hidde|hidd|hid|1)\b/i,
      /(?:^|\s)[-/\u2013-\u2015](?:nop|noprofile|noprofil|noprofi|noprof|nopro|nopr)(?=\s|$|["'])/i,
      /[-/\u2013-\u2015](?:ep|ex[a-z]{0,13})[\s:]{1,8}["']?(?:bypass|unrestricted)\b/i,
    ),
  },
  {
    code: 'P03',
    points: 8,
    title: 'script interpreter or LOLBin as program',
    find: ({ programs }) => programs.find((item) => item.programClass !== 'discovery')?.match,
  },
  { code: 'P04', points: 20, title: 'download', find: DOWNLOAD },
  { code: 'P05', points: 15, title: 'runs downloaded or decoded text', find: ({ runs }) => runs[0] },
  {
    code: 'P06',
    points: 10,
    title: 'path that anyone can write, or on another machine',
    find: ({ texts }) => {
      for (const { text } of texts) {
        const found = riskyPath(text);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  },
  { code: 'P07', points: 20, title: 'account change', find: ACCOUNT },
  {
    code: 'P08',
    points: 25,
    title: 'code in memory',
    find: (seen) =>
      anyText(
        /\bvirtualalloc(?:ex)?\b|\bcreate(?:remote)?thread\b|\bbinaryformatter\b/i,
        /reflection\.assembly\]?\s{0,4}(?:::|\.)\s{0,4}(?:load|unsafeload)\w{0,16}/i,
      )(seen) ?? seen.code[0],
  },
  {
    code: 'P09',
    points: 30,
    title: 'credentials',
    find: anyText(
      /(?<!\\system32\\)\blsass(?:\.exe)?\b|\bsekurlsa\b/i,
      /\bcomsvcs(?:\.dll)?\b[^\r\n]{0,120}?(?:minidump|#\+?0{0,8}24)/i,
      /\breg(?:\.exe)?["']?\s{1,8}save\s{1,8}["']?(?:hklm|hkey_local_machine)\\(?:sam|security|system)\b/i,
    ),
  },
  {
    code: 'P10',
    points: 25,
    title: 'AMSI or logging tampering',
    find: anyText(
      /\bamsi(?:utils|initfailed|enable|scanbuffer|context|session)\b|\bamsi\.dll\b/i,
      /\b(?:enable)?(?:scriptblock|module)(?:invocation)?logging\b|\bcachedgrouppolicysettings\b|\betweventwrite\b/i,
      /\b(?:set|add)-mppreference\b[^\r\n]{0,80}?-(?:disable|exclusion)\w{1,40}|\bdisablerealtimemonitoring\b/i,
      /\bauditpol(?:\.exe)?\b[^\r\n]{0,160}?(?:\/clear|:disable)|\bwevtutil(?:\.exe)?\b[^\r\n]{0,160}?\/e:false/i,
    ),
  },
  {
    code: 'P11',
    points: 10,
    title: 'two or more layers',
    find: ({ deepest }) => (deepest === '' ? undefined : deepest),
  },
  {
    code: 'P12',
    points: 10,
    title: 'obfuscated text',
    find: ({ texts }) => {
      for (const { text, language } of texts) {
        const why = obfuscationOf(text, language);
        if (why !== undefined) return why;
      }
      return undefined;
    },
  },
  {
    code: 'P13',
    points: 10,
    title: 'IP address or raw port',
    find: ({ texts }) => {
      for (const { text } of texts) {
        const found = bareAddress(text);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  },
  {
    code: 'P14',
    points: 10,
    title: 'persistence',
    find: anyText(
      /\bcurrentversion\\{1,2}(?:policies\\{1,2}explorer\\{1,2})?run(?:once|onceex|services)?\b|\bwinlogon\\{1,2}(?:shell|userinit)\b/i,
      /\bschtasks(?:\.exe)?["']?\s[^\r\n]{0,80}?\/create\b|\bsc(?:\.exe)?["']?\s{1,8}(?:\\\\\S{1,64}\s{1,8})?create\b/i,
      /\b(?:register|new)-scheduledtask\b|\bnew-service\b|\bimage file execution options\b/i,
      /\b__eventfilter\b|\b__filtertoconsumerbinding\b|\b\w{1,40}eventconsumer\b/i,
      /\bstart menu\\{1,2}programs\\{1,2}startup\b/i,
    ),
  },
  {
    code: 'P15',
    points: 20,
    title: 'data from a WMI property or the registry',
    find: anyText(
      /\[wmiclass\][\s\S]{0,200}?\.properties\b/i,
      /\b(?:get-itemproperty|get-itempropertyvalue|regread|getstringvalue|getbinaryvalue)\b(?=[\s\S]{0,2000}?(?:frombase64string|\biex\b|invoke-expression|\bexecute(?:global)?[ (]|\beval\())/i,
      /(?:frombase64string|\biex\b|invoke-expression|\bexecute(?:global)?[ (]|\beval\()(?=[\s\S]{0,400}?\b(?:get-itemproperty|get-itempropertyvalue|regread|getstringvalue|getbinaryvalue)\b)/i,
    ),
  },
  {
    code: 'P16',
    points: 5,
    title: 'discovery',
    find: ({ programs }) =>
      programs.find(
        ({ programClass, name, match }) =>
          programClass === 'discovery' &&
          !(/^net1?$/.test(name) && /\s(?:\/add|\/delete|\/active|start|stop)\b/i.test(match)) &&
          !(/^net1?$/.test(name) && ACCOUNT({ ...EMPTY, texts: [{ text: match, language: 'command' }] }) !== undefined),
      )?.match,
  },
  {
    code: 'P17',
    points: 30,
    title: 'clears logs or deletes shadow copies',
    find: anyText(
      /\bwevtutil(?:\.exe)?["']?\s{1,8}(?:cl|clear-log)\b|\b(?:clear|remove|limit)-eventlog\b|\bcleareventlog\b/i,
      /\bvssadmin(?:\.exe)?["']?\s{1,8}(?:delete|resize)\b|\bshadowcopy\b[^\r\n]{0,120}?\bdelete\b|\bwbadmin(?:\.exe)?["']?\s{1,8}delete\b/i,
      /\bwin32_shadowcopy\b[\s\S]{0,300}?(?:\.delete_?\b|\bremove-(?:wmiobject|ciminstance)\b)/i,
    ),
  },
  {
    code: 'P18',
    points: 20,
    title: 'ends processes or services',
    find: ({ texts }) => {
      for (const { text } of texts) {
        const found =
          /\b(?:stop-process|spps|stop-service|taskkill|tskill|stopservice)\b/i.exec(text) ??
          /\bnet1?(?:\.exe)?["']?\s{1,8}stop\b|\bsc(?:\.exe)?["']?\s{1,8}stop\b/i.exec(text) ??
          (/\bwin32_process\b|\bwmic(?:\.exe)?\b[^\r\n]{0,80}\bprocess\b/i.test(text)
            ? /\.terminate\b|\bcall\s{1,8}terminate\b|\bprocess\b[^\r\n]{0,120}\bdelete\b/i.exec(text)
            : null);
        if (found !== null) return found[0];
      }
      return undefined;
    },
  },
];

const EMPTY: Sightings = { texts: [], programs: [], runs: [], encoded: [], code: [], deepest: '' };

/** The weights that a payload earned, each once, in code order, with the text that earned it (at most 120 characters). */
export function featuresOf(seen: Sightings): readonly PayloadFeature[] {
  const features: PayloadFeature[] = [];
  for (const { code, points, title, find } of WEIGHTS) {
    const match = find(seen);
    if (match !== undefined) features.push({ code, points, title, match: shortened(match) });
  }
  return features;
}

/** The sum of the weights, at most 40. */
export function pointsOf(features: readonly PayloadFeature[]): number {
  return Math.min(
    POINT_CAP,
    features.reduce((sum, feature) => sum + feature.points, 0),
  );
}

export function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= MAX_MATCH ? line : `${line.slice(0, MAX_MATCH - 1)}…`.toWellFormed();
}

/** A link to an address or with a port, else an IPv4 address that is no version number; loopback does not count. */
function bareAddress(text: string): string | undefined {
  const link =
    /\b(?:https?|hxxps?|ftp|tcp):\/\/(?:[^\s/"'@]{1,64}@)?(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]{2,45}\])(?::\d{1,5})?|\b(?:https?|hxxps?):\/\/[\w.-]{1,253}:\d{1,5}/gi;
  for (const match of text.matchAll(link)) if (!/\/\/(?:127\.|localhost|\[::1\])/i.test(match[0])) return match[0];
  for (const match of text.matchAll(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\.\d|\w)/g)) {
    const octets = match[0].split('.').map(Number);
    const [a = 0, b = 0, c = 0, d = 0] = octets;
    if (octets.some((octet) => octet > 255) || a === 0 || a === 127 || (b === 0 && c === 0 && d === 0)) continue;
    if (
      /(?:version|ver|v|engine|runtime)["']?[\s:=]{0,4}["']?$/i.test(
        text.slice(Math.max(0, match.index - 16), match.index),
      )
    )
      continue;
    return match[0];
  }
  return undefined;
}
