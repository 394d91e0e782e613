// `npm run bench -- NAME`: brings a fresh clone to life, then measures.

import { compile, prepare } from "../quickstart/prepare.mjs";

prepare();
compile();
await import(new URL("../dist/bench/main.js", import.meta.url).href);
