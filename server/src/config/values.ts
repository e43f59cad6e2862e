import type { PgMajor } from '../core/effects/effect.js';
import type { Severity } from '../core/rules/rule.js';

export const PG_VERSIONS = [12, 13, 14, 15, 16, 17, 18] as const satisfies readonly PgMajor[];
export const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'] as const satisfies readonly Severity[];
export const SSL_MODES = ['disable', 'prefer', 'require', 'verify-full'] as const;
