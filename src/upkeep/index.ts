export { type BackupOutcome, type BackupRequest, backUp } from './back-up.ts';
export { checkFolder, type FolderRequest } from './check-folder.ts';
export { checkStore, type StoreRequest } from './check-store.ts';
export { type Check, fail, ok, warn } from './finding.ts';
export { type BackedUpFile, type BackupManifest, MANIFEST } from './manifest.ts';
export { type KeptReading, readKept } from './read-kept.ts';
export { placeProblem, type RestoreOutcome, type RestoreRequest, restore } from './restore.ts';
export { unfinishedRestore } from './staging.ts';
export { type BackupReading, readBackup, verifyBackup } from './verify-backup.ts';
