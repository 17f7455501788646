import { programClassOf } from '../../windows/index.ts';
import { type Folded, textOf } from './powershell-value.ts';

/** Programs that PowerShell runs by name and does not take for one of its own aliases. */
export function isNativeProgram(name: string): boolean {
  return programClassOf(name) !== undefined && !/^(?:sc|curl|at|node|expand|query|cat)$/.test(name);
}

/** The command line among the arguments of a WMI method call. */
export function commandOf(folded: Folded): string | undefined {
  const { value } = folded;
  if (value instanceof Map) {
    const command = value.get('commandline')?.value;
    return command === undefined ? undefined : textOf(command);
  }
  const list = Array.isArray(value) ? value[0] : value;
  return typeof list === 'string' && /\s|\.exe|\\/.test(list) ? list : undefined;
}

/** `& { .. }` as PowerShell passes it is left alone; one pair of quotes around all of it goes. */
export function unquoted(text: string): string {
  const trimmed = text.trim();
  const quote = trimmed.charAt(0);
  const isWhole =
    (quote === '"' || quote === "'") && trimmed.length > 1 && trimmed.indexOf(quote, 1) === trimmed.length - 1;
  return isWhole ? trimmed.slice(1, -1) : text;
}
