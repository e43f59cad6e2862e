import { WorkspaceModel, loadParser } from '../server/src/core/index.js';
import { readScript } from '../server/src/core/sql/read.js';
import { parseDotenv } from '../server/src/database/dotenv.js';
import { passwordIn } from '../server/src/database/passwordFile.js';
await loadParser();
const N = Number(process.argv[2] ?? 200000);
const rep = (s: string, n = Math.floor(N / s.length)) => s.repeat(n);
const cases: Record<string,string> = {
 dollars: rep('$'), dollarTag: rep('$a'), dollarPairs: rep('$a$ '), quotes: rep("'"), dquotes: rep('"'), opens: rep('('), brackets: rep('['), braces: rep('${'), braces2: rep('${a'), comments: rep('/*'), dashes: rep('-'), dashlines: rep('--\n'), semis: rep(';'), backs: rep('\\'), backlines: rep('\\a\n'), colons: rep(':a'), spaces: rep(' '), spacesEnd: 'SELECT'+rep(' ')+'x', newlines: rep('\n'), crlf: rep('\r\n'), sel: rep('SELECT 1;'), copy: rep('COPY a FROM stdin;\n'), e: rep("E'\\'"), nul: rep('\0'), nonbmp: rep('💥'), badstmts: rep('FOO ;\n'), badlines: rep('FOO\n'), ignore: rep('-- lockstep-ignore x\n'), ignore2: '-- lockstep' + rep(' ') , goose: rep('-- +goose Up\n'), begin: rep('BEGIN;'), beginAtomic: rep('BEGIN ATOMIC '), func: rep('CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;'), doblk: rep('DO $$ BEGIN PERFORM 1; END $$;'), cases: 'SELECT ' + rep('CASE WHEN '), nots: 'SELECT ' + rep('NOT ') + '1', parens: 'SELECT ' + rep('(').slice(0,50000) + '1' + rep(')').slice(0,50000), plus: 'SELECT 1' + rep('+1'), alter: rep('ALTER TABLE t ADD COLUMN a int;'), alters: 'ALTER TABLE t ' + rep('ADD COLUMN a int,') + 'ADD b int', create: rep('CREATE TABLE t (a int);'), values: 'INSERT INTO t VALUES ' + rep("(1,'x'),") + '(1)', likes: "UPDATE t SET a = '" + rep('a,') + "'", do1: 'DO $$ BEGIN ' + rep('LOOP ') + ' END $$;', do2: 'DO $$ BEGIN ' + rep('IF a THEN ') + '$$;', ph: rep(':'), unidash: rep('\u2028'), meta: rep('\\if\n'), tabs: rep('\t')+'x', slash: rep('/'), star: rep('*/'), ident: 'SELECT '+rep('a'), dots: 'SELECT ' + rep('a.') + 'a', ands: 'SELECT 1 WHERE ' + rep('a=1 AND ')+'b=1', joins: 'SELECT * FROM a ' + rep('JOIN b ON true '), unions: 'SELECT 1 ' + rep('UNION ALL SELECT 1 '), sub: rep('SELECT * FROM (').slice(0,30000), arr: 'SELECT ' + rep('ARRAY[').slice(0,30000),
};
for (const [name, text] of Object.entries(cases)) {
  const errors: unknown[] = [];
  const m = new WorkspaceModel('file:///w', {pgVersion:14,rules:{},migrations:[],baseline:undefined}, ()=>new Date(0), e=>errors.push(e));
  m.setFile('file:///w/migrations/001_a.sql','migrations/001_a.sql','CREATE TABLE t (x int);'); m.setFile('file:///w/migrations/001_a.down.sql','migrations/001_a.down.sql','DROP TABLE t;');
  m.setFile('file:///w/migrations/002_b.down.sql','migrations/002_b.down.sql','SELECT 1;');
  const t0 = performance.now(); let a = 0, b = 0, n = 0;
  try { readScript(text); a = performance.now() - t0; m.setFile('file:///w/migrations/002_b.sql','migrations/002_b.sql',text); n = m.findings('file:///w/migrations/002_b.sql').length; b = performance.now() - t0 - a; } catch (e) { console.log(name, 'THREW', String(e).slice(0,200)); }
  if (a + b > 400 || errors.length) console.log(name.padEnd(12), Math.round(a), Math.round(b), n, errors.length ? String(errors[0]).slice(0,300) : '');
}
for (const [n, t] of Object.entries({q: rep('A="'), nl: rep('A=\n'), sp: rep('A= '), h: 'A=x' + rep(' #'), b: rep('A=`'), e: rep('export '), bs: 'A="' + rep('\\')})) { const t0 = performance.now(); parseDotenv(t); const ms = performance.now()-t0; if (ms > 200) console.log('dotenv', n, Math.round(ms)); }
for (const [n, t] of Object.entries({c: rep(':'), b: rep('\\'), a: rep('a')})) { const t0 = performance.now(); passwordIn(t, {host:'h',port:1,database:'d',user:'u'} as never); const ms = performance.now()-t0; if (ms > 200) console.log('pgpass', n, Math.round(ms)); }
console.log('done');
