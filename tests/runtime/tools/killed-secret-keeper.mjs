// Keeps a secret in a file, says where, and waits to be killed.

import { writeSecretFile } from "../../../dist/runtime/tools/secret-file.js";

console.log((await writeSecretFile("password", "canary")).path);
setInterval(() => {}, 60_000);
