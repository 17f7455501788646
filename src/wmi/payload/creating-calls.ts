import { canonicalProperties } from '../consumers.ts';
import { parseMofInstances } from '../mof-reader.ts';
import { analysePayload } from './analyse.ts';
import { Budget } from './budget.ts';
import { plainCommand, splitCommands } from './cmd-text.ts';
import { type CreatingCall, creatingCall, partOfClass } from './creating-call.ts';
import { powershellCalls } from './creating-powershell.ts';
import { scriptCalls } from './creating-script.ts';
import { wmicCall } from './creating-wmic.ts';
import { languageOf } from './language.ts';
import { unwrapCommand } from './unwrap.ts';

const NAMES_CLASS = /__eventfilter|__filtertoconsumerbinding|eventconsumer|maliciouswmievent|wmibackdoor/i;
/** Encodings that could hide a class name; ordinary string building is not looked into. */
const HIDES =
  /frombase64string|-bxor|\[char(?:\[\])?\]|fromcharcode|#@~\^|[-/\u2013-\u2015]e(?:c|n[a-z]{0,12})?["']?\s{1,8}["']?[A-Za-z0-9+/]{40}/i;
const MAX_DEPTH = 6;
const MAX_CALLS = 512;
const MAX_HIDDEN_CHARS = 262_144;

/**
 * Calls in a script (4104 joined, 4103 payload, 800 text) or command line that create filters, consumers or bindings with
 * values. Definitions, parameters and help that only name the classes give none (DOMAIN 3.5). Order is that of the text;
 * calls from encoded layers stand at the layer's source.
 */
export function creatingCalls(text: string): readonly CreatingCall[] {
  const budget = new Budget();
  const bounded = text.length > budget.limits.inputChars ? text.slice(0, budget.limits.inputChars) : text;
  if (NAMES_CLASS.test(bounded)) {
    const found = callsIn(bounded, budget, 0);
    if (found.length > 0) return found.slice(0, MAX_CALLS);
  }
  return bounded.length <= MAX_HIDDEN_CHARS && HIDES.test(bounded) ? hiddenCalls(bounded, budget) : [];
}

function hiddenCalls(text: string, budget: Budget): readonly CreatingCall[] {
  const found: CreatingCall[] = [];
  let offset = 0;
  for (const layer of analysePayload(text).layers) {
    if (layer.depth === 1) offset = layer.offset;
    if (found.length > 0 || !NAMES_CLASS.test(layer.text)) continue;
    found.push(...callsIn(layer.text, budget, 0).map((call) => ({ ...call, offset })));
  }
  return found.slice(0, MAX_CALLS);
}

function callsIn(text: string, budget: Budget, depth: number): readonly CreatingCall[] {
  if (text.includes('CommandInvocation(')) return pipelineDetailCalls(text);
  const mof = mofCalls(text);
  if (mof.length > 0) return mof;
  const language = languageOf(text);
  const found =
    language === 'command'
      ? commandCalls(text, budget, depth)
      : language === 'vbscript' || language === 'jscript'
        ? scriptCalls(text, language, budget)
        : [];
  return found.length > 0 ? found : powershellCalls(text, budget);
}

/** Calls of a command line, through the programs that hand a command on. */
function commandCalls(line: string, budget: Budget, depth: number): readonly CreatingCall[] {
  if (depth > MAX_DEPTH || !budget.spend(1 + line.length)) return [];
  const { program, inner } = unwrapCommand(line);
  if (program === 'wmic') {
    const call = wmicCall(line, 0);
    return call === undefined ? [] : [call];
  }
  const found: CreatingCall[] = [];
  for (const item of inner) {
    if (!NAMES_CLASS.test(item.text)) continue;
    const calls =
      item.language === 'powershell'
        ? powershellCalls(unquoted(item.text), budget)
        : item.language === 'vbscript' || item.language === 'jscript'
          ? scriptCalls(item.text, item.language, budget)
          : commandCalls(item.text, budget, depth + 1);
    found.push(...calls.map((call) => ({ ...call, offset: item.at })));
  }
  if (inner.length > 0 || program === 'powershell' || program === 'pwsh') return found;
  const plain = plainCommand(line, budget).text;
  const segments = splitCommands(plain);
  if (segments.length === 1 && plain === line) return [];
  return segments.flatMap((segment) =>
    NAMES_CLASS.test(segment.text)
      ? commandCalls(segment.text, budget, depth + 1).map((call) => ({
          ...call,
          offset: plain === line ? segment.at : 0,
        }))
      : [],
  );
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  const body = /^&?\s{0,4}\{([\s\S]*)\}$/.exec(trimmed)?.[1];
  return body ?? trimmed;
}

/** MOF text that stands beside the `mofcomp` that compiles it; values that hold variables are not constant. */
function mofCalls(text: string): readonly CreatingCall[] {
  const first = /\binstance\s{1,16}of\s{1,16}(?:__eventfilter|__filtertoconsumerbinding|\w{1,80}consumer)\b/i.exec(
    text,
  );
  if (first === null || !/\bmofcomp\b/i.test(text)) return [];
  const namespace = /#pragma\s{1,8}namespace\s{0,8}\(\s{0,8}"([^"]{1,256})"/i.exec(text)?.[1]?.replace(/\\\\/g, '\\');
  const found: CreatingCall[] = [];
  for (const instance of parseMofInstances(text.slice(first.index)).instances) {
    if (partOfClass(instance.className) === undefined) continue;
    const properties = canonicalProperties(instance.properties);
    for (const [name, value] of properties) if (/\$[\w{(]/.test(value)) properties.delete(name);
    const call = creatingCall(instance.className, properties, { namespace, offset: first.index + instance.offset });
    if (call !== undefined) found.push(call);
  }
  return found;
}

const BOUND = 'ParameterBinding\\((?:Set-WmiInstance|New-CimInstance)\\): name=';
const BOUND_NAMESPACE = new RegExp(`${BOUND}"Namespace"; value="([^"\\r\\n]{1,256})"`, 'i');
const BOUND_HOST = new RegExp(`${BOUND}"ComputerName"; value="([^"\\r\\n]{1,256})"`, 'i');
const MADE_BINDING =
  /__FilterToConsumerBinding\.Consumer="((?:[^"\\\r\n]|\\.){1,2000})",Filter="((?:[^"\\\r\n]|\\.){1,2000})"/g;

/**
 * The pipeline details of 4103 and 800: bound parameters as PowerShell prints them. Tables are printed as their type only,
 * so that the one thing with values is the reference of the binding that was made and passed on.
 */
function pipelineDetailCalls(text: string): readonly CreatingCall[] {
  if (!/CommandInvocation\((?:Set-WmiInstance|New-CimInstance)\)/i.test(text)) return [];
  const namespace = BOUND_NAMESPACE.exec(text)?.[1];
  const host = BOUND_HOST.exec(text)?.[1];
  const found: CreatingCall[] = [];
  for (const match of text.matchAll(MADE_BINDING)) {
    const properties = new Map([
      ['Consumer', unescaped(match[1] ?? '')],
      ['Filter', unescaped(match[2] ?? '')],
    ]);
    const call = creatingCall('__FilterToConsumerBinding', properties, { namespace, host, offset: match.index });
    if (call !== undefined && found.length < MAX_CALLS) found.push(call);
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
