import type { LayoutId } from '../migration.js';
import { directory } from './directory.js';
import type { Layout } from './layout.js';
import { suffixDotDown } from './suffixDotDown.js';
import { suffixUnderscoreDown } from './suffixUnderscoreDown.js';
import { updown } from './updown.js';

export const layouts: Readonly<Record<LayoutId, Layout>> = {
  updown,
  'suffix-dot-down': suffixDotDown,
  'suffix-underscore-down': suffixUnderscoreDown,
  directory,
};
