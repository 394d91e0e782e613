// Types of crc64.mjs, which the stand-in of mongorestore runs as it is.

export function crc64(bytes: Uint8Array, before?: bigint): bigint;
