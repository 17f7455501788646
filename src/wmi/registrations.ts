import type { WmiObject } from '../windows/index.ts';
import { standardConsumer } from './consumers.ts';
import { parseReference, referenceName } from './reference.ts';

/** What Windows registers for its own consumers: the same on every machine that was at hand (CIM-REPOSITORY 7.4). */
interface StockProvider {
  readonly clsid: string;
  readonly hostingModel: string;
}

const STOCK: ReadonlyMap<string, StockProvider> = new Map([
  ['logfileeventconsumer', { clsid: '{266c72d4-62e8-11d1-ad89-00c04fd8fdff}', hostingModel: 'localsystemhost' }],
  ['activescripteventconsumer', { clsid: '{266c72e7-62e8-11d1-ad89-00c04fd8fdff}', hostingModel: 'selfhost' }],
  ['nteventlogeventconsumer', { clsid: '{266c72e6-62e8-11d1-ad89-00c04fd8fdff}', hostingModel: 'wmicore' }],
  ['commandlineeventconsumer', { clsid: '{266c72e5-62e8-11d1-ad89-00c04fd8fdff}', hostingModel: 'localsystemhost' }],
  ['smtpeventconsumer', { clsid: '{c7a3a54b-0250-11d3-9cd1-00105a1f4801}', hostingModel: 'networkservicehost' }],
]);

/** Consumer classes of Windows beside the five: that of XP's updating consumers (SETTLED D7). */
const STOCK_CLASSES: ReadonlySet<string> = new Set(['__eventconsumer', 'msft_ucscenariocontrol']);

/** True for a consumer class that Windows itself brings. */
export function isStockConsumerClass(className: string): boolean {
  return standardConsumer(className) !== undefined || STOCK_CLASSES.has(className.toLowerCase());
}

/** True for a provider that bears the name of one of Windows' own consumers, whatever else it says. */
export function isConsumerProviderName(name: string): boolean {
  return STOCK.has(name.toLowerCase());
}

/**
 * Why a `__Win32Provider` under the name of one of Windows' consumers is not Windows' own, in a clause; undefined for the
 * genuine one and for every other provider.
 */
export function oddProvider({ properties }: WmiObject): string | undefined {
  const name = textOf(properties, 'Name');
  const stock = name === undefined ? undefined : STOCK.get(name.toLowerCase());
  if (name === undefined || stock === undefined) return undefined;
  const clsid = textOf(properties, 'CLSID');
  if (clsid !== undefined && clsid.toLowerCase() !== stock.clsid) {
    return `the provider ${name} is loaded from ${clsid}, Windows' own is ${stock.clsid}`;
  }
  // XP states no hosting model.
  const hosting = textOf(properties, 'HostingModel');
  if (hosting !== undefined && hosting.toLowerCase() !== stock.hostingModel) {
    return `the provider ${name} runs as ${hosting}, Windows' own as ${stock.hostingModel}`;
  }
  return undefined;
}

/**
 * Why an `__EventConsumerProviderRegistration` is none of those of Windows, in a clause: another provider behind a known consumer
 * class, or a provider for a class of its own. Undefined for Windows' own.
 */
export function oddConsumerRegistration({ properties }: WmiObject): string | undefined {
  const reference = parseReference(textOf(properties, 'provider') ?? '');
  const provider = reference === undefined ? undefined : referenceName(reference);
  const value = properties.get('ConsumerClassNames') ?? [];
  const classes = typeof value === 'string' ? [value] : value;
  const shown = provider === undefined ? 'a provider that it does not name' : `the provider ${provider}`;
  for (const className of classes) {
    if (STOCK.has(className.toLowerCase())) {
      if (provider?.toLowerCase() !== className.toLowerCase()) return `${shown} is registered for ${className}`;
    } else if (!isStockConsumerClass(className)) return `${shown} is registered for the consumer class ${className}`;
  }
  if (provider !== undefined && STOCK.has(provider.toLowerCase()) && classes.length === 0) {
    return `${shown} is registered for no class`;
  }
  return undefined;
}

function textOf(properties: WmiObject['properties'], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of properties)
    if (key.toLowerCase() === wanted) return typeof value === 'string' ? value : undefined;
  return undefined;
}
