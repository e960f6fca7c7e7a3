// Fastify with @fastify/static, whose listings are JSON: PORT ROOT.
const fastify = require("fastify")();

const [port, root] = process.argv.slice(2);
fastify.register(require("@fastify/static"), { root, list: true, dotfiles: "allow" });
fastify.listen({ port: Number(port), host: "127.0.0.1" });
