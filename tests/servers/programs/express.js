// Express with serve-index: PORT ROOT.
const express = require("express");
const serveIndex = require("serve-index");

const [port, root] = process.argv.slice(2);
const app = express();
app.use(express.static(root, { dotfiles: "allow" }), serveIndex(root, { icons: true, hidden: true }));
app.listen(Number(port), "127.0.0.1");
