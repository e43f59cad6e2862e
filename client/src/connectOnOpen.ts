import type { Context } from './context.js';

/** For those who switched it on: asks the local databases, and no others, for their state. */
export async function connectLocal({ store, trusted }: Pick<Context, 'store' | 'trusted'>): Promise<void> {
  if (!trusted()) return;
  const local = store.status?.folders.filter((f) => f.environment?.kind === 'local') ?? [];
  for (const { folder } of local) await store.refresh({ connect: true, folder });
}
