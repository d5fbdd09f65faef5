import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { readMonth } from './dataset.ts';

/** Packs a month's folder into one compressed file, as the repository carries it. Usage: node pack.ts FOLDER OUT.json.gz */
const [folder, out] = process.argv.slice(2);
if (!folder || !out) throw new Error('usage: pack.ts FOLDER OUT.json.gz');
writeFileSync(out, gzipSync(JSON.stringify(readMonth(folder)), { level: 9 }));
