import { hasMark } from '../core/migrations/tally.js';
import type { Candidate, ForeignTool, Mark } from '../core/migrations/tool.js';
import type { LedgerTrace } from './ledger.js';

/** Tools whose folders are not plain layouts, and which Lockstep does not read yet. */
export const foreign: readonly ForeignTool[] = [
  {
    id: 'supabase',
    title: 'Supabase CLI',
    evidence: [],
    detect: ({ folder }) => /(^|\/)supabase\/migrations$/.test(folder),
  },
  {
    id: 'hasura',
    title: 'Hasura',
    evidence: [],
    // Epoch milliseconds; the state is kept by its server.
    detect: ({ paths }) => paths.size > 0 && [...paths].every((path) => /^\d{13}_[^/]*\/(up|down)\.sql$/.test(path)),
  },
  { id: 'prisma', title: 'Prisma', evidence: [], nested: ['migration.sql'], detect: named(/^[^/]+\/migration\.sql$/) },
  marked('liquibase', 'Liquibase', [
    { pattern: /^liquibase\s+formatted\b/i, means: 'other' },
    { pattern: /^changeset\s+\S+:\S/i, means: 'up' },
  ]),
  marked('drizzle', 'Drizzle', [{ pattern: /^> statement-breakpoint/, means: 'other' }]),
  marked('atlas', 'Atlas', [{ pattern: /^atlas:(txmode|checkpoint|delimiter)\b/, means: 'other' }]),
  marked('micrate', 'micrate', [
    { pattern: /^\+micrate\s+up\b/i, means: 'up' },
    { pattern: /^\+micrate\s+down\b/i, means: 'down' },
  ]),
  marked('mybatis', 'MyBatis Migrations', [{ pattern: /^\/\/\s*@undo\b/i, means: 'down' }]),
];

function named(pattern: RegExp): (candidate: Candidate) => boolean {
  return ({ paths }) => [...paths].some((path) => pattern.test(path));
}

function marked(id: string, title: string, marks: readonly Mark[]): ForeignTool {
  return { id, title, evidence: [], marks, detect: (candidate) => hasMark(candidate, marks) };
}

/** Their tracking tables, by default names (see the tools' own sources), and those of tools whose migrations are code. */
export const foreignTraces: readonly LedgerTrace[] = [
  trace('refinery', 'refinery', 'refinery_schema_history', 'version', 'applied_on'),
  trace('liquibase', 'Liquibase', 'databasechangelog', 'author', 'md5sum'),
  trace('prisma', 'Prisma', '_prisma_migrations', 'migration_name', 'checksum'),
  { ...trace('drizzle', 'Drizzle', '__drizzle_migrations', 'hash'), schema: 'drizzle' },
  { ...trace('supabase', 'Supabase CLI', 'schema_migrations', 'version', 'statements'), schema: 'supabase_migrations' },
  { ...trace('atlas', 'Atlas', 'atlas_schema_revisions', 'version', 'hash'), schema: 'atlas_schema_revisions' },
  trace('atlas', 'Atlas', 'atlas_schema_revisions', 'version', 'hash'),
  { ...trace('sqitch', 'Sqitch', 'changes', 'change_id', 'planner_name'), schema: 'sqitch' },
  { ...trace('hasura', 'Hasura', 'schema_migrations', 'version', 'dirty'), schema: 'hdb_catalog' },
  trace('tern', 'tern', 'schema_version', 'version'),
  trace('node-pg-migrate', 'node-pg-migrate', 'pgmigrations', 'name', 'run_on'),
  trace('db-migrate', 'db-migrate', 'migrations', 'id', 'name', 'run_on'),
  trace('typeorm', 'TypeORM', 'migrations', 'id', 'timestamp', 'name'),
  trace('mybatis', 'MyBatis Migrations', 'changelog', 'id', 'applied_at', 'description'),
  trace('alembic', 'Alembic', 'alembic_version', 'version_num'),
  trace('django', 'Django', 'django_migrations', 'app', 'name', 'applied'),
  trace('rails', 'Rails', 'ar_internal_metadata', 'key', 'value'),
  trace('knex', 'Knex', 'knex_migrations', 'name', 'batch'),
  trace('sequelize', 'Sequelize', 'SequelizeMeta', 'name'),
];

function trace(tool: string, title: string, table: string, ...columns: readonly string[]): LedgerTrace {
  return { tool, title, table, columns };
}
