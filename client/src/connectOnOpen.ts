import type { Context } from './context.js';

/** For those who switched it on: asks the databases on this machine, and no others, for their state. */
export async function connectLocal({ store, trusted }: Pick<Context, 'store' | 'trusted'>): Promise<void> {
  if (trusted()) await store.refresh({ connect: 'local' });
}
