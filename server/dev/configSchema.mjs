// Writes server/config.schema.json from server/src/config/schema.ts: npx tsx server/dev/configSchema.mjs
import { writeFileSync } from 'node:fs';
import { fileSchema } from '../src/config/schema.ts';

writeFileSync(new URL('../config.schema.json', import.meta.url), `${JSON.stringify(fileSchema(), null, 2)}\n`);
