export { type MemoryEntry, MemoryFiles } from './memory-files.ts';
export { type TarPart, writeTar } from './tar-writer.ts';
export { writeZip, type ZipOddities, type ZipPart } from './zip-writer.ts';
