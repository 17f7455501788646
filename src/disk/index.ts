export { type Bound, Database, type DatabaseOptions } from './database.ts';
export { DiskError, diskCodeOf, diskSentence, isMissing } from './disk-trouble.ts';
export { type DiskCode, type Done, done, type Refused } from './outcome.ts';
export { makePrivateFile, makePrivateFolder } from './private-file.ts';
