// expect-file import-error
await new Promise(() => {});
