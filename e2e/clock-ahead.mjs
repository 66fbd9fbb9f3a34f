/** Loaded by `node --import` before a server of the tests: its clock is CLOCK_AHEAD_MS ahead. */
const aheadMs = Number(process.env["CLOCK_AHEAD_MS"] ?? 0);
const now = Date.now.bind(Date);
Date.now = () => now() + aheadMs;
