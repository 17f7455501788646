export { type MemoryEntry, MemoryFiles } from './memory-files.ts';
export { SEVEN_ZIP_SAMPLES } from './seven-zip-samples.ts';
export { type TarPart, writeTar } from './tar-writer.ts';
export { writeZip, type ZipOddities, type ZipPart } from './zip-writer.ts';
