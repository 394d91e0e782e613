// Errors that no handler's promise carries: thrown in a timer or an event listener, or a rejection that nobody awaits. They fail the try, which
// may be repeated. Node's own way would print them unredacted and leave no result.

export function catchStrayErrors(onError: (error: unknown) => void): void {
  process.on("uncaughtException", (error) => onError(error));
  process.on("unhandledRejection", (reason) => onError(reason));
}
