// A reporter for `node --test`: one line of JSON a test, read by node_suites.py. Suites (`describe`) are no tests.
export default async function* reporter(events) {
  for await (const { type, data } of events) {
    const isTest = type === 'test:pass' || type === 'test:fail';
    if (!isTest || data.details?.type === 'suite') continue;
    const ignored = data.skip !== undefined || data.todo !== undefined;
    yield `${JSON.stringify({ name: data.name, file: data.file ?? null, passed: type === 'test:pass', ignored })}\n`;
  }
}
