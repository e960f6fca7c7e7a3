// Koa with koa-serve-index: PORT ROOT.
const Koa = require("koa");
const convert = require("koa-convert");
const serveIndex = require("koa-serve-index");
const serveStatic = require("koa-static");

const [port, root] = process.argv.slice(2);
const app = new Koa();
app.use(serveStatic(root, { hidden: true }));
// It is written for the first Koa.
app.use(convert(serveIndex(root, { hidden: true })));
app.listen(Number(port), "127.0.0.1");
