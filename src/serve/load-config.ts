import { join } from 'node:path';
import {
  type Configuration,
  configurationOf,
  type GivenValue,
  type LayerReading,
  readConfigText,
  readVariables,
} from '../config/index.ts';
import { CONFIG, MORE_CONFIG, moreConfigFiles, readIfThere } from './data-folder.ts';

export interface ConfigSources {
  readonly folder: string;
  /** `--config`: read instead of the folder's own file. */
  readonly file: string | undefined;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Settings of flags, by their dotted names. */
  readonly flags: readonly { readonly name: string; readonly flag: string; readonly value: GivenValue }[];
}

/** Puts the configuration together: file, `conf.d`, variables, flags, in this order (SERVE 6, 0.1: 15). Nothing else is read. */
export async function loadConfig({ folder, file, variables, flags }: ConfigSources): Promise<Configuration> {
  const path = file ?? join(folder, CONFIG);
  const text = await readIfThere(path);
  const layers: LayerReading[] = [];
  if (text !== undefined) layers.push(readConfigText(text, path));
  else if (file !== undefined) {
    const problem = { place: file, message: 'There is no such file.', action: 'Name the configuration that you mean.' };
    layers.push({ given: [], problems: [problem] });
  }
  for (const name of await moreConfigFiles(folder)) {
    const part = join(folder, MORE_CONFIG, name);
    layers.push(readConfigText((await readIfThere(part)) ?? '', part));
  }
  layers.push(readVariables(variables));
  layers.push({ given: flags.map(({ name, flag, value }) => ({ name, value, place: `--${flag}` })), problems: [] });
  return configurationOf(layers);
}
