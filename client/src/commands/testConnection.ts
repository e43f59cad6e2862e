import { unlessCancelled } from '../cancelled.js';
import type { Command } from '../context.js';
import { mayReachDatabase } from '../run.js';
import { addConnection } from './addConnection.js';

export const testConnection: Command = async (context) => {
  if (!(await mayReachDatabase(context))) return;
  const { environments } = await context.store.refresh({ connect: false });
  if (environments.length === 0) return addConnection(context);
  const environment = await context.ui.pick(
    { title: 'Test Connection', placeholder: 'Database' },
    environments.map((e) => ({ label: e.label, description: e.sentence, value: e })),
  );
  if (!environment) return;
  const asked = { environment: environment.id, connection: undefined };
  const result = await context.progress(`Testing ${environment.label}`, (_, token) =>
    unlessCancelled(token, context.server.testConnection(asked)),
  );
  if (!result) return;
  await (result.ok ? context.ui.info(result.message) : context.ui.error(result.message));
};
