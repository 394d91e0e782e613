setImmediate(() => {
  throw new Error("at once"); // expect import-error
});
