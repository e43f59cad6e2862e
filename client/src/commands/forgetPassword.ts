import type { Command } from '../context.js';

export const forgetPassword: Command = async (context) => {
  const known = await Promise.all(
    context.connections.list().map(async (c) => ({ c, has: await context.connections.hasPassword(c.id) })),
  );
  const choices = known
    .filter((k) => k.has)
    .map(({ c }) => ({ label: c.label, description: `${c.user}, ${c.host}:${c.port}/${c.database}`, value: c }));
  if (choices.length === 0) {
    await context.ui.info('No password is stored.');
    return;
  }
  const connection = await context.ui.pick({ title: 'Forget Password', placeholder: 'Connection' }, choices);
  if (!connection) return;
  await context.connections.forgetPassword(connection.id);
  await context.connections.publish();
  await context.ui.info(`The password of ${connection.label} is forgotten.`);
};
