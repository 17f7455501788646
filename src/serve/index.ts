export { ADDRESS, LOCAL_TOKEN, readIfThere } from './data-folder.ts';
export { type ConfigSources, loadConfig } from './load-config.ts';
export { METRICS, type MetricRow } from './metric-table.ts';
export type { RunningServer } from './running-server.ts';
export type { FirstSecret, Reading, Reload, ServeRequest } from './serve-request.ts';
export { type ServeStart, startServer } from './start-server.ts';
