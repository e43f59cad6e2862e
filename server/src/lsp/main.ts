import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { ruleLinks } from '../docs.js';
import { VERSION } from '../version.js';
import { startServer } from './server.js';

// The transport (--stdio, --node-ipc, --socket) comes from the arguments.
startServer(createConnection(ProposedFeatures.all), {
  now: () => new Date(),
  env: process.env,
  version: VERSION,
  ruleLink: ruleLinks(import.meta.url),
});
