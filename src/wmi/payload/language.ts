import { programClassOf } from '../../windows/index.ts';
import { programName } from './command-line.ts';
import type { Dialect } from './script-tokens.ts';

export type Language = Dialect | 'powershell' | 'command' | 'unknown';

const LOOKED_AT = 65536;

const SIGNS: readonly (readonly [Exclude<Language, 'command' | 'unknown'>, RegExp])[] = [
  [
    'powershell',
    /\$(?:[a-z_{(]|env:)|\b(?:get|set|new|invoke|add|remove|start|stop|write|import|register|out|select|where|foreach)-[a-z]|\[(?:char|convert|string|int|byte|array|text\.|io\.|system\.|net\.|wmiclass)|::[a-z]|\s-(?:join|split|replace|creplace|f|bxor)\b|"-f\s?['"]|\biex\b|@['"{(]/gi,
  ],
  [
    'vbscript',
    /\b(?:dim|set|end (?:if|sub|function)|createobject|getobject|on error resume next|strreverse|chrw?\(|execute(?:global)?\b|wscript\.|vbcrlf|option explicit|for each|then\b|loop\b)|["\w)]\s?&\s?(?:["(]|chr)/gi,
  ],
  [
    'jscript',
    /\bvar\s|\bfunction\s?\(|new activexobject|string\.fromcharcode|\beval\(|===|\}\s?;|\bunescape\(|\.split\(|\bnew function\b|\bcatch\s?\(/gi,
  ],
];

/** The script language that a text looks like, by counting what only that language writes. */
export function scriptLanguageOf(text: string): Exclude<Language, 'command'> {
  const head = text.slice(0, LOOKED_AT);
  let best: Exclude<Language, 'command'> = 'unknown';
  let most = 0;
  for (const [language, pattern] of SIGNS) {
    let count = 0;
    for (const _ of head.matchAll(pattern)) if (++count >= 200) break;
    if (count > most) {
      most = count;
      best = language;
    }
  }
  return best;
}

/** Commands of cmd itself, as a line begins with them. */
const CMD_WORD =
  /^[\s@(]{0,16}(?:set\s{1,8}\w{1,64}=|(?:call|echo|for\s{1,8}\/f|start|copy|del|erase|move|ren|rd|rmdir|md|mkdir|cd|type|if\s{1,8}(?:not\s|exist\s|defined\s))(?:\s|\b))/i;

/** What a text is: a command line where it begins with a program, else the script language that it looks like. */
export function languageOf(text: string): Language {
  const first = /^\s{0,64}(?:"([^"]{1,520})"|'([^']{1,520})'|(\S{1,520}))/.exec(text);
  const word = first?.[1] ?? first?.[2] ?? first?.[3] ?? '';
  const script = scriptLanguageOf(text);
  if (CMD_WORD.test(text) && (/&&|%\w{1,64}(?::[^%]{1,64})?%|\^/.test(text) || script === 'unknown')) return 'command';
  if (isProgramWord(word, script, first?.[1] !== undefined)) return 'command';
  if (script !== 'unknown') return script;
  return /\^[\w^]|%[\w:~,-]{1,64}%/.test(text) ? 'command' : 'unknown';
}

function isProgramWord(word: string, script: Language, isQuoted: boolean): boolean {
  const plain = word.replace(/[\^"]/g, '');
  if (/^(?:[a-z]:[\\/]|\\\\|%\w{1,32}%)[^|<>*?]{1,500}\.(?:exe|com|bat|cmd|vbs|js|scr|ps1)$/i.test(plain)) return true;
  if (/^[^\s'$(){}[\],;=]{1,128}\.(?:exe|com|bat|cmd)$/i.test(plain)) return true;
  if (/^%{1,2}comspec%{1,2}$/i.test(plain)) return true;
  if (isQuoted || /[=(;,'$]/.test(plain)) return false;
  const name = programName(plain);
  if (programClassOf(name) === undefined) return false;
  // Words such as `at`, `node` or `expand` begin sentences and scripts too.
  return script === 'unknown' || !/^(?:at|node|expand|query)$/.test(name);
}
