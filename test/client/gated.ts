/** Commands that may reach a database: each needs a trusted workspace. */
export const GATED = [
  'applyNext',
  'applyAll',
  'applyUpTo',
  'rollBack',
  'preview',
  'connect',
  'selectEnvironment',
  'addConnection',
  'testConnection',
] as const;
