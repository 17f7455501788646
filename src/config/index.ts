export { type ArchiveClass, archiveClassesOf, readArchiveClass } from './archive-class.ts';
export { changedSettings, TAKEN_AT_RELOAD } from './changed-settings.ts';
export { type Configuration, configurationOf, type Explained } from './layers.ts';
export { isLoopback } from './loopback.ts';
export {
  type ConfigProblem,
  type Given,
  type LayerReading,
  readConfigText,
  readVariables,
  variableOf,
} from './read-settings.ts';
export type { GivenValue, ListenAddress, Setting } from './setting.ts';
export {
  ANY_NAME,
  allSettings,
  type LimitSettings,
  type LogLevel,
  type Settings,
  type SyslogSettings,
  type WatchSettings,
} from './settings.ts';
export type { SinkKind, SinkSettings } from './sink-settings.ts';
