import type { Budget } from './budget.ts';
import type { Call } from './powershell-listener.ts';
import { construct } from './powershell-method.ts';
import { matchName } from './powershell-names.ts';
import { type Folded, isArray, type Table, textOf } from './powershell-value.ts';

/** What a command may ask and change of the variables around it. */
export interface Variables {
  variable(name: string): Folded | undefined;
  setVariable(name: string, value: Folded | undefined): void;
}

/** The value of a cmdlet that only looks up, passes on or makes a stream of constants; undefined for any other. */
export function commandValue(call: Call, ports: Variables, budget: Budget): Folded | undefined {
  const [first] = call.positional;
  switch (call.name) {
    case 'write-output':
      return first ?? call.input;
    case 'out-string':
    case 'out-null':
      return call.name === 'out-null' ? undefined : call.input;
    case 'get-command':
    case 'get-alias': {
      const wanted = first === undefined ? undefined : textOf(first.value);
      if (first === undefined || wanted === undefined) return undefined;
      const found = /[*?]/.test(wanted) ? matchName(wanted, 'command') : wanted;
      return found === undefined ? undefined : { value: found, steps: first.steps };
    }
    case 'get-variable': {
      const wanted = first === undefined ? undefined : textOf(first.value);
      if (wanted === undefined) return undefined;
      if (call.named.has('valueonly') || call.named.has('value') || call.named.has('v')) {
        return ports.variable(wanted.toLowerCase());
      }
      const found = matchName(wanted, 'variable') ?? wanted;
      const entries: Table = new Map([['name', { key: 'Name', value: found }]]);
      const value = ports.variable(found.toLowerCase());
      if (value !== undefined) entries.set('value', { key: 'Value', value: value.value });
      return { value: entries, steps: [] };
    }
    case 'set-variable':
    case 'new-variable': {
      const variable = call.named.get('name') ?? first;
      const given = call.named.get('value') ?? (call.named.has('name') ? first : call.positional[1]);
      const name = variable === undefined ? undefined : textOf(variable.value);
      if (name !== undefined) ports.setVariable(name.toLowerCase(), given);
      return undefined;
    }
    case 'new-object': {
      const type = textOf((call.named.get('typename') ?? first)?.value ?? []);
      const rest = call.named.get('argumentlist') ?? (call.named.has('typename') ? first : call.positional[1]);
      if (type === undefined || rest === undefined) return undefined;
      const list = isArray(rest.value) ? rest.value : [rest.value];
      return construct(
        type,
        list.map((value) => ({ value, steps: rest.steps })),
        budget,
      );
    }
    default:
      return undefined;
  }
}
