import { WorkspaceModel, loadParser } from '../server/src/core/index.js';
await loadParser();
const which = process.argv[2]!;
const text = { nl: '\n'.repeat(50000), alters: 'ALTER TABLE t ' + 'ADD COLUMN a int,'.repeat(2500) + 'ADD b int', dots: '\u2028'.repeat(30000) }[which]!;
const m = new WorkspaceModel('file:///w', {pgVersion:14,rules:{},migrations:[],baseline:undefined}, ()=>new Date(0), e=>console.log(e));
m.setFile('file:///w/migrations/001_a.sql','migrations/001_a.sql','CREATE TABLE t (x int);'); m.setFile('file:///w/migrations/001_a.down.sql','migrations/001_a.down.sql','DROP TABLE t;');
m.setFile('file:///w/migrations/002_b.down.sql','migrations/002_b.down.sql','SELECT 1;');
m.setFile('file:///w/migrations/002_b.sql','migrations/002_b.sql',text);
console.time('x'); m.findings('file:///w/migrations/002_b.sql'); console.timeEnd('x');
