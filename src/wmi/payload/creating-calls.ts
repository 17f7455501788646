import { Budget } from './budget.ts';
import { parsePowerShellLine, programName, wordsOf } from './command-line.ts';
import { type CreatingCall, creatingCall } from './creating-call.ts';
import { powershellCalls } from './creating-powershell.ts';
import { wmicCall } from './creating-wmic.ts';
import { parseWmiPath } from './wmi-path.ts';

const WORTH_READING = /__eventfilter|__filtertoconsumerbinding|eventconsumer|maliciouswmievent|wmibackdoor/i;

/**
 * Calls in a script (4104 joined, 4103 payload, 800 text) or command line that create filters, consumers or bindings with
 * values. Definitions, parameters and help that only name the classes give none (DOMAIN 3.5). Order is that of the text.
 */
export function creatingCalls(text: string, budget: Budget = new Budget()): readonly CreatingCall[] {
  const bounded = text.length > budget.limits.inputChars ? text.slice(0, budget.limits.inputChars) : text;
  if (!WORTH_READING.test(bounded)) return [];
  if (bounded.includes('CommandInvocation(')) return pipelineDetailCalls(bounded);
  const words = wordsOf(bounded);
  const program = programName(words[0]?.text ?? '');
  if (program === 'wmic') {
    const call = wmicCall(bounded, 0);
    return call === undefined ? [] : [call];
  }
  if (program === 'powershell' || program === 'pwsh') {
    const { command } = parsePowerShellLine(words.slice(1));
    return command === undefined
      ? []
      : powershellCalls(command.text, budget).map((call) => ({ ...call, offset: command.at }));
  }
  return powershellCalls(bounded, budget);
}

/**
 * The pipeline details of 4103 and 800: bound parameters as PowerShell prints them. Tables are printed as their type only,
 * so that the one thing with values is the reference of the binding that was made and passed on.
 */
function pipelineDetailCalls(text: string): readonly CreatingCall[] {
  const creator = /CommandInvocation\((?:Set-WmiInstance|New-CimInstance)\)/i.exec(text);
  if (creator === null) return [];
  const namespace =
    /ParameterBinding\((?:Set-WmiInstance|New-CimInstance)\): name="Namespace"; value="([^"\r\n]{1,256})"/i.exec(
      text,
    )?.[1];
  const host =
    /ParameterBinding\((?:Set-WmiInstance|New-CimInstance)\): name="ComputerName"; value="([^"\r\n]{1,256})"/i.exec(
      text,
    )?.[1];
  const found: CreatingCall[] = [];
  const marker =
    /__FilterToConsumerBinding\.Consumer="((?:[^"\\\r\n]|\\.){1,2000})",Filter="((?:[^"\\\r\n]|\\.){1,2000})"/g;
  for (const match of text.matchAll(marker)) {
    const properties = new Map([
      ['Consumer', unescapeReference(match[1] ?? '')],
      ['Filter', unescapeReference(match[2] ?? '')],
    ]);
    const place = parseWmiPath(namespace ?? '');
    const call = creatingCall('__FilterToConsumerBinding', properties, {
      namespace: place.namespace ?? namespace,
      host: host ?? place.host,
      offset: match.index,
    });
    if (call !== undefined && found.length < 256) found.push(call);
  }
  return found;
}

function unescapeReference(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
