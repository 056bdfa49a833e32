// `import … from 'node:http'` reads every export for the namespace, and with `WebSocket` loads all of undici: some 15 ms of
// each cold start. Taken this way only what is used is read.
module.exports = process.getBuiltinModule('node:http');
