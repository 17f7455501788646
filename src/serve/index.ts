export { ADDRESS, dataFolderOf, LOCAL_TOKEN, readIfThere } from './data-folder.ts';
export { type ConfigSources, loadConfig } from './load-config.ts';
export { METRICS, type MetricRow } from './metric-table.ts';
export { type Reload, type RunningServer, type ServeRequest, type ServeStart, startServer } from './server.ts';
