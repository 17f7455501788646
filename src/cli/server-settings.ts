import type { Configuration } from '../config/index.ts';
import { type ConfigSources, loadConfig } from '../serve/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { dataFolderOf } from './data-folder.ts';
import type { Environment } from './environment.ts';

/** Flags that are settings, by the names of both. */
const FLAGS: readonly (readonly [string, string])[] = [
  ['listen', 'listen'],
  ['public-url', 'publicUrl'],
  ['tls-cert', 'tls.certificate'],
  ['tls-key', 'tls.key'],
  ['pins', 'detection.pins'],
];

/** The folder of the server that is meant. */
export function folderOf(invocation: Invocation, { variables }: Environment): string {
  return dataFolderOf(flagValue(invocation, 'data'), variables);
}

/** The settings as `serve` would read them. */
export function settingsOf(invocation: Invocation, environment: Environment): Promise<Configuration> {
  return loadConfig({
    folder: folderOf(invocation, environment),
    file: flagValue(invocation, 'config'),
    variables: environment.variables,
    flags: [...textFlags(invocation), ...ruleFlags(invocation), ...consentFlags(invocation)],
  });
}

function textFlags(invocation: Invocation): ConfigSources['flags'] {
  return FLAGS.flatMap(([flag, name]) => {
    const value = flagValue(invocation, flag);
    return value === undefined ? [] : [{ name, flag, value }];
  });
}

function ruleFlags(invocation: Invocation): ConfigSources['flags'] {
  const rules = invocation.flags.get('rules');
  return [
    ...(rules === undefined ? [] : [{ name: 'detection.rules', flag: 'rules', value: rules }]),
    ...(isGiven(invocation, 'no-default-rules')
      ? [{ name: 'detection.defaultRules', flag: 'no-default-rules', value: false }]
      : []),
  ];
}

function consentFlags(invocation: Invocation): ConfigSources['flags'] {
  const flag = 'i-accept-unauthenticated';
  return isGiven(invocation, flag) ? [{ name: 'syslog.acceptUnauthenticated', flag, value: true }] : [];
}

/** What is wrong with settings, as messages. */
export function configProblems(configuration: Configuration): readonly UsageProblem[] {
  if (configuration.kind === 'settings') return [];
  return configuration.problems.map((problem) => ({ code: 'TRIAD-E-CONFIG', ...problem }));
}
