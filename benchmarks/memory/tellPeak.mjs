// Loaded before a program with `node --import`: at its end it writes the peak of its resident memory, in bytes, to file descriptor 3.
import { writeSync } from 'node:fs';

process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS * 1024)));
