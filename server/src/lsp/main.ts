import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server.js';
import { VERSION } from '../version.js';

// The transport (--stdio, --node-ipc, --socket) comes from the arguments.
startServer(createConnection(ProposedFeatures.all), { now: () => new Date(), env: process.env, version: VERSION });
