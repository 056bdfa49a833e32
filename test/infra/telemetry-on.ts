/** Of a stage file that asks for all of it. */
export const TELEMETRY_ON = {
  telemetry: { counters: true, prometheus: true, influx: { url: 'https://influx.example.com' } },
};
